{{ config(schema='construction') }}
{# What each strategy earns a day before the cost of trading, and what it trades. #}
with

traded as (

    select
        trades.trade_date as date,
        trades.strategy,
        sum(abs(trades.trade_weight)) as traded_weight,
        sum(abs(trades.trade_weight) * trades.impact_bps_per_sqrt_usd) / 10000
            as impact_per_sqrt_usd

    from {{ ref('trades') }} as trades

    group by trades.trade_date, trades.strategy

),

joined as (

    select
        daily_pnl.date,
        daily_pnl.strategy,
        daily_pnl.risk_free_return,
        daily_pnl.net_return + daily_pnl.cost_return as return_before_cost,
        coalesce(traded.traded_weight, 0) as traded_weight,
        coalesce(traded.impact_per_sqrt_usd, 0) as impact_per_sqrt_usd

    from {{ ref('daily_pnl') }} as daily_pnl

    left join traded
        on daily_pnl.date = traded.date and daily_pnl.strategy = traded.strategy

)

select * from joined
