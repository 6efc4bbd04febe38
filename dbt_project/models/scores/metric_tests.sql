{{ config(schema='construction') }}
{# Is the mean of a model's monthly series 0? Long-run variance with a Bartlett kernel, t held #}
{# against the fixed-b limit for b = M / n: as analysis tests every mean (see long_run_variances #}
{# and mean_tests). No error where M is more than half of the series, or where nothing varies. #}
with

running as (

    select
        metric_series.*,
        sum(metric_series.value - metric_series.mean) over (
            partition by metric_series.model, metric_series.fold_id, metric_series.measure
            order by metric_series.period_no
            rows between unbounded preceding and current row
        ) as running_sum

    from {{ ref('metric_series') }} as metric_series

),

stepped as (

    select
        running.*,
        running.running_sum - coalesce(earlier.running_sum, 0) as sum_of_last,
        case
            when
                running.period_no > running.n_periods - running.bandwidth
                and running.period_no < running.n_periods
                then running.running_sum
            else 0
        end as sum_left_over

    from running

    left join running as earlier
        on
            running.model = earlier.model
            and running.fold_id = earlier.fold_id
            and running.measure = earlier.measure
            and running.period_no - running.bandwidth = earlier.period_no

),

variances as (

    select
        stepped.model,
        stepped.asset_class,
        stepped.fold_id,
        stepped.measure,
        max(stepped.mean) as mean,
        max(stepped.n_periods) as n_periods,
        max(stepped.bandwidth) as bandwidth,
        max(stepped.bandwidth) / cast(max(stepped.n_periods) as double) as b,
        sum(power(stepped.sum_of_last, 2) + power(stepped.sum_left_over, 2))
        / (max(stepped.n_periods) * max(stepped.bandwidth)) as long_run_variance

    from stepped

    group by stepped.model, stepped.asset_class, stepped.fold_id, stepped.measure

),

tested as (

    select
        variances.*,
        case
            when
                variances.b <= 0.5
                and sqrt(variances.long_run_variance) > 1e-12 * abs(variances.mean)
                then sqrt(variances.long_run_variance / variances.n_periods)
        end as standard_error

    from variances

),

placed as (

    select
        tested.*,
        tested.mean / tested.standard_error as t_stat,
        abs(tested.mean / tested.standard_error) as distance,
        case
            when tested.standard_error is not null
                then {{ polynomial('tested.b', fixed_b_levels()[2].polynomial) }}
        end as critical_value

    from tested

),

quantiles as (

    select
        placed.*,
        -({{ fixed_b_quantile('placed.distance', 'placed.b') }}) as normal_quantile

    from placed

)

select
    quantiles.model,
    quantiles.asset_class,
    quantiles.fold_id,
    quantiles.measure,
    quantiles.mean,
    quantiles.standard_error,
    quantiles.t_stat,
    quantiles.critical_value,
    2 * ({{ normal_cdf('quantiles.normal_quantile') }}) as p_value,
    quantiles.bandwidth,
    quantiles.n_periods

from quantiles
