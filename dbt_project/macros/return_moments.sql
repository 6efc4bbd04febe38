{# Moments of daily returns, strategy by strategy: CTEs that end with `shaped`, of a CTE `daily` #}
{# with date, strategy, return, excess_return, benchmark_return, benchmark_excess_return, nav, #}
{# drawdown and turnover. `others` are further moments by name. Those of the Sharpe ratio's own #}
{# series, the excess returns, to the fourth: skewness m3 / m2^(3/2) and raw kurtosis m4 / m2^2, #}
{# where a normal has 3. A series that hardly moves has no deviation; one of fewer than 20 days #}
{# no shape. #}
{% macro return_moments(others={}) -%}
moments as (

    select
        daily.strategy,
        min(daily.date) as first_date,
        max(daily.date) as last_date,
        count(*) as n_days,
        count(*)
        / nullif({{ days_between('min(daily.date)', 'max(daily.date)') }} / 365.25e0, 0)
            as periods_per_year,
        greatest(max_by(daily.nav, daily.date), 0) as final_nav,
        stddev_samp(daily.return) as std_return,
        avg(daily.excess_return) as mean_excess,
        case
            when stddev_samp(daily.excess_return) > 1e-12
                then stddev_samp(daily.excess_return)
        end as std_excess,
        sqrt(avg(power(least(daily.excess_return, 0), 2))) as downside_deviation,
        min(daily.drawdown) as max_drawdown,
        avg(daily.turnover) as mean_turnover,
        covar_samp(daily.excess_return, daily.benchmark_excess_return)
        / nullif(var_samp(daily.benchmark_excess_return), 0) as beta,
        avg(daily.benchmark_excess_return) as mean_benchmark_excess,
        avg(daily.return - daily.benchmark_return) as mean_active,
        stddev_samp(daily.return - daily.benchmark_return) as std_active,
        -- A day that ends at 0 but for rounding is no hit.
        avg(case when daily.return > 1e-12 then 1e0 else 0 end) as hit_rate
        {%- for name, expression in others.items() %},
        {{ expression }} as {{ name }}
        {%- endfor %}

    from daily

    group by daily.strategy

),

shapes as (

    select
        moments.strategy,
        avg(power(daily.excess_return - moments.mean_excess, 2)) as second_moment,
        avg(power(daily.excess_return - moments.mean_excess, 3)) as third_moment,
        avg(power(daily.excess_return - moments.mean_excess, 4)) as fourth_moment

    from daily

    inner join moments on daily.strategy = moments.strategy

    where moments.n_days >= 20 and moments.std_excess is not null

    group by moments.strategy

),

shaped as (

    select
        moments.*,
        shapes.third_moment / power(shapes.second_moment, 1.5) as skewness,
        shapes.fourth_moment / power(shapes.second_moment, 2) as kurtosis

    from moments

    left join shapes on moments.strategy = shapes.strategy

)
{%- endmacro %}
