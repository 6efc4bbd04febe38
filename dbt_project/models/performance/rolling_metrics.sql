{# Metrics over the last year of the book's own calendar, day by day; full years alone. A is the #}
{# window's returns per year of the time they span, each from the session before. #}
{% set lengths = [var('sessions').equity.year, var('sessions').crypto.year] | unique | list %}
with

{% for length in lengths %}

    windows_{{ length }} as (

        select
            days.date,
            days.strategy,
            days.day_no,
            days.window_sessions,
            count(days.spanned_days) over past / nullif(sum(days.spanned_days) over past, 0)
            * 365.25 as periods_per_year,
            days.nav / first_value(days.opening_nav) over past as growth,
            stddev_samp(days.net_return) over past as std_return,
            avg(days.excess_return) over past as mean_excess,
            stddev_samp(days.excess_return) over past as std_excess,
            sqrt(avg(power(least(days.excess_return, 0), 2)) over past) as downside_deviation,
            covar_samp(days.excess_return, days.benchmark_excess_return) over past as covariance,
            stddev_samp(days.benchmark_excess_return) over past as std_benchmark_excess,
            avg(days.turnover) over past as mean_turnover

        from {{ ref('pnl_days') }} as days

        where days.window_sessions = {{ length }}

        window
            past as (
                partition by days.strategy
                order by days.date
                rows between {{ length - 1 }} preceding and current row
            )

    ),

{% endfor %}

windows as (

    {% for length in lengths %}
        select * from windows_{{ length }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- What hardly moves has no deviation to divide by.
moving as (

    select
        windows.*,
        case when windows.std_excess > 1e-12 then windows.std_excess end as divisor,
        case when windows.downside_deviation > 1e-12 then windows.downside_deviation end
            as downside_divisor,
        case when windows.std_benchmark_excess > 1e-12 then windows.std_benchmark_excess end
            as benchmark_divisor

    from windows

    where windows.day_no >= windows.window_sessions

)

select
    moving.date,
    moving.strategy,
    moving.window_sessions,
    power(greatest(moving.growth, 0), moving.periods_per_year / moving.window_sessions) - 1
        as ann_return,
    moving.std_return * sqrt(moving.periods_per_year) as ann_vol,
    moving.mean_excess / moving.divisor * sqrt(moving.periods_per_year) as sharpe,
    moving.mean_excess / moving.downside_divisor * sqrt(moving.periods_per_year) as sortino,
    moving.covariance / power(moving.benchmark_divisor, 2) as beta,
    rolling_drawdowns.max_drawdown,
    moving.periods_per_year * moving.mean_turnover as ann_turnover

from moving

inner join {{ ref('rolling_drawdowns') }} as rolling_drawdowns
    on moving.date = rolling_drawdowns.date and moving.strategy = rolling_drawdowns.strategy
