{# growth_between(strategies, first_date, last_date, series, books): daily returns of a range, #}
{# compounded from its first day on. Before costs ("gross") means before trading costs and borrow #}
{# fees; cash earns in both. A benchmark without a return that day stands still. #}
{% macro growth_between() -%}
with

daily as (

    select
        daily_pnl.date,
        daily_pnl.strategy,
        case
            when series = 'benchmark' then coalesce(daily_pnl.benchmark_return, 0)
            when series = 'net' then daily_pnl.net_return
            when series = 'gross' then daily_pnl.gross_return + daily_pnl.cash_return
            else error(concat('series is net, gross or benchmark, not ', series))
        end as return,
        daily_pnl.benchmark_return,
        daily_pnl.risk_free_return,
        daily_pnl.turnover

    from query_table(concat(books, '.daily_pnl')) as daily_pnl

    where
        (strategies is null or list_contains(strategies, daily_pnl.strategy))
        and daily_pnl.date between cast(first_date as date) and cast(last_date as date)

),

grown as (

    select
        daily.*,
        coalesce(exp(sum(ln(greatest(1 + daily.return, 1e-300))) over before_day), 1)
        * (1 + daily.return) as growth

    from daily

    window before_day as (
        partition by daily.strategy
        order by daily.date
        rows between unbounded preceding and 1 preceding
    )

)

select
    grown.*,
    least(grown.growth / greatest(1, max(grown.growth) over to_date) - 1, 0) as drawdown

from grown

window to_date as (
    partition by grown.strategy
    order by grown.date
    rows between unbounded preceding and current row
)
{%- endmacro %}
