{{ config(schema='construction', tags=['sweep']) }}
{# Moments of each strategy's daily returns, net of costs, over all its days. #}
with

daily as (

    select
        daily_pnl.date,
        daily_pnl.strategy,
        daily_pnl.net_return as return,
        daily_pnl.benchmark_return,
        daily_pnl.net_return - daily_pnl.risk_free_return as excess_return,
        daily_pnl.benchmark_return - daily_pnl.risk_free_return as benchmark_excess_return,
        daily_pnl.nav,
        daily_pnl.drawdown,
        daily_pnl.turnover,
        daily_pnl.gross_exposure,
        daily_pnl.cost_return

    from {{ ref('daily_pnl') }} as daily_pnl

),

{{ return_moments({
    'mean_gross_exposure': 'avg(daily.gross_exposure)',
    'total_cost_return': 'sum(daily.cost_return)',
}) }}

select shaped.*

from shaped
