{{ config(schema='construction') }}
{# The slopes of each regression and their long-run variances. A slope errs by the sum over its #}
{# days of residual x (row of the inverse) x regressors: a series for each slope, whose variance #}
{# counts its autocovariances too (Bartlett kernel, bandwidth M = max(3, 1.3 sqrt(n)); Newey and #}
{# West 1987). As in long_run_variances: M x variance = sum of (S_t - S_(t-M))^2; S ends at 0. #}
{% set factors = exposure_factors() %}
{% set regressors = ['intercept'] + factors | map(attribute='column') | list %}
with

residuals as (

    select
        days.*,
        cast(1 as double) as intercept,
        cast(ceil(greatest(3, 1.3 * sqrt(solutions.n_days))) as bigint) as bandwidth,
        days.excess_return - solutions.intercept_by_excess_return
        {% for factor in factors %}
            - days.{{ factor.column }} * solutions.{{ factor.column }}_by_excess_return
        {% endfor %}
            as residual

    from {{ ref('exposure_days') }} as days

    inner join {{ ref('exposure_solutions') }} as solutions
        on
            days.date = solutions.date
            and days.strategy = solutions.strategy

),

running as (

    select
        residuals.date,
        residuals.strategy,
        residuals.day_no,
        residuals.bandwidth,
        solutions.n_days,
        {% for regressor in regressors %}
            sum(
                -residuals.residual
                * (
                    {% for other in regressors %}
                        {% set cell = exposure_cell(regressors, regressor, other) %}
                        residuals.{{ other }} * solutions.{{ cell }}
                        {% if not loop.last %}+{% endif %}
                    {% endfor %}
                )
            ) over to_day as {{ regressor }}_sum,
        {% endfor %}
        residuals.residual

    from residuals

    inner join {{ ref('exposure_solutions') }} as solutions
        on
            residuals.date = solutions.date
            and residuals.strategy = solutions.strategy

    window to_day as (
        partition by residuals.date, residuals.strategy
        order by residuals.day_no
        rows between unbounded preceding and current row
    )

),

variances as (

    select
        running.date,
        running.strategy,
        max(running.bandwidth) as bandwidth,
        {% for regressor in regressors %}
            sum(
                power(running.{{ regressor }}_sum - coalesce(earlier.{{ regressor }}_sum, 0), 2)
                + case
                    when
                        running.day_no > running.n_days - running.bandwidth
                        and running.day_no < running.n_days
                        then power(running.{{ regressor }}_sum, 2)
                    else 0
                end
            )
            / max(running.bandwidth) as {{ regressor }}_variance,
        {% endfor %}
        sum(power(running.residual, 2)) as residual_squares

    from running

    left join running as earlier
        on
            running.date = earlier.date
            and running.strategy = earlier.strategy
            and running.day_no - running.bandwidth = earlier.day_no

    group by running.date, running.strategy

),

regressors as (

    select
        'intercept' as regressor,
        cast(null as string) as factor

    {% for factor in factors %}

        union all

        select
            '{{ factor.column }}' as regressor,
            '{{ factor.name }}' as factor

    {% endfor %}

),

stacked as (

    select
        solutions.date,
        solutions.strategy,
        regressors.regressor,
        regressors.factor,
        case regressors.regressor
            {% for regressor in regressors %}
                when '{{ regressor }}' then solutions.{{ regressor }}_by_excess_return
            {% endfor %}
        end as slope,
        case regressors.regressor
            {% for regressor in regressors %}
                when '{{ regressor }}' then variances.{{ regressor }}_variance
            {% endfor %}
        end as variance,
        case regressors.regressor
            {% for regressor in regressors %}
                when '{{ regressor }}' then solutions.{{ regressor }}_squares
            {% endfor %}
        end as squares,
        variances.residual_squares,
        solutions.total_squares,
        variances.bandwidth,
        solutions.n_days,
        solutions.n_book_days,
        solutions.window_start_date

    from {{ ref('exposure_solutions') }} as solutions

    inner join variances
        on
            solutions.date = variances.date
            and solutions.strategy = variances.strategy

    cross join regressors

)

select
    stacked.date,
    stacked.strategy,
    stacked.regressor,
    stacked.factor,
    stacked.slope,
    stacked.variance,
    stacked.residual_squares,
    stacked.total_squares,
    stacked.bandwidth,
    stacked.n_days,
    stacked.n_book_days,
    stacked.window_start_date

from stacked

where stacked.squares > 0
