{# What each strategy did by calendar year and month. A period's A is its returns per year of the #}
{# time they span, each from the session before: month by month the dates alone would span too #}
{# little. Rows are named by the period's last calendar day: until then they may change. #}
with

by_period as (

    {% for period, n_months in {'year': 12, 'month': 1}.items() %}

        select
            pnl_days.*,
            '{{ period }}' as period,
            cast(date_trunc('{{ period }}', pnl_days.date) as date) as period_start_date,
            {{ add_days(add_months(
                "cast(date_trunc('" ~ period ~ "', pnl_days.date) as date)", n_months
            ), -1) }} as period_end_date

        from {{ ref('pnl_days') }} as pnl_days

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

),

within as (

    select
        by_period.*,
        first_value(by_period.opening_nav) over to_date as period_opening_nav,
        max(greatest(by_period.opening_nav, by_period.nav)) over to_date as highest_nav

    from by_period

    window to_date as (
        partition by by_period.strategy, by_period.period, by_period.period_start_date
        order by by_period.date
        rows between unbounded preceding and current row
    )

)

select
    within.strategy,
    within.period,
    within.period_start_date,
    within.period_end_date,
    count(*) as n_days,
    max_by(within.nav, within.date) / min(within.period_opening_nav) - 1 as net_return,
    exp(sum(ln(greatest(1 + within.gross_return, 1e-300)))) - 1 as gross_return,
    exp(
        sum(
            case
                when within.benchmark_return is not null
                    then ln(greatest(1 + within.benchmark_return, 1e-300))
            end
        )
    )
    - 1 as benchmark_return,
    sum(within.cost_return) as cost_return,
    sum(within.turnover) as turnover,
    stddev_samp(within.net_return)
    * sqrt(count(within.spanned_days) / nullif(sum(within.spanned_days) / 365.25e0, 0)) as ann_vol,
    avg(within.excess_return)
    / case when stddev_samp(within.excess_return) > 1e-12 then stddev_samp(within.excess_return) end
    * sqrt(count(within.spanned_days) / nullif(sum(within.spanned_days) / 365.25e0, 0)) as sharpe,
    min(least(within.nav / within.highest_nav - 1, 0)) as max_drawdown

from within

group by within.strategy, within.period, within.period_start_date, within.period_end_date
