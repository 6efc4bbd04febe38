{{ config(schema='construction') }}
{# What each strategy earns a day before the cost of trading, what it trades, and what that #}
{# costs: on its own terms at its own fund size, and under each law of impact for a fund of one #}
{# dollar, where impact is a fraction of NAV that grows with a power of the fund. #}
with

priced as (

    select
        trades.trade_date,
        trades.strategy,
        trades.linear_cost_bps,
        trades.impact_bps,
        trade_terms.square_root_half_power,
        trade_terms.almgren_full_power,
        trade_terms.almgren_three_fifths_power,
        abs(trades.trade_weight) as size,
        case
            when trade_terms.mean_dollar_volume_usd > 0
                then
                    abs(trades.trade_weight)
                    * strategies.aum_usd
                    / trade_terms.mean_dollar_volume_usd
        end as participation

    from {{ ref('trades') }} as trades

    inner join {{ ref('strategies') }} as strategies on trades.strategy = strategies.strategy

    inner join {{ ref('trade_terms') }} as trade_terms
        on
            trades.as_of_date = trade_terms.as_of_date
            and strategies.cost_model = trade_terms.cost_model
            and trades.symbol = trade_terms.symbol

),

traded as (

    select
        priced.trade_date as date,
        priced.strategy,
        sum(priced.size) as traded_weight,
        sum(priced.size * priced.linear_cost_bps) / 10000 as linear_cost_return,
        sum(priced.size * priced.impact_bps) / 10000 as impact_return,
        sum(power(priced.size, 1.5) * priced.square_root_half_power) / 10000
            as square_root_impact,
        sum(power(priced.size, 2) * priced.almgren_full_power) / 10000
            as almgren_permanent_impact,
        sum(power(priced.size, 1.6) * priced.almgren_three_fifths_power) / 10000
            as almgren_temporary_impact,
        count(priced.participation) as n_trades_of_known_volume,
        sum(case when priced.participation is not null then priced.size else 0 end)
            as traded_weight_of_known_volume,
        sum(priced.participation) as sum_participation,
        max(priced.participation) as max_participation

    from priced

    group by priced.trade_date, priced.strategy

)

select
    daily_pnl.date,
    daily_pnl.strategy,
    daily_pnl.risk_free_return,
    daily_pnl.net_return + daily_pnl.cost_return as return_before_cost,
    {% for column in [
        'traded_weight',
        'linear_cost_return',
        'impact_return',
        'square_root_impact',
        'almgren_permanent_impact',
        'almgren_temporary_impact',
        'n_trades_of_known_volume',
        'traded_weight_of_known_volume',
        'sum_participation',
        'max_participation',
    ] %}
        coalesce(traded.{{ column }}, 0) as {{ column }}{% if not loop.last %},{% endif %}
    {% endfor %}

from {{ ref('daily_pnl') }} as daily_pnl

left join traded
    on daily_pnl.date = traded.date and daily_pnl.strategy = traded.strategy
