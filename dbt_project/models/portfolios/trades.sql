{{ config(materialized='view' if var('sweep') else 'table') }}
{# What each rebalance traded and what it cost: commission, half the spread and market impact at #}
{# the strategy's fund size, on terms known at the decision that was followed. #}
with

traded as (

    select
        holdings.trade_date,
        holdings.strategy,
        holdings.symbol,
        holdings.as_of_date,
        holdings.weight_before,
        holdings.weight_after,
        holdings.weight_after - holdings.weight_before as trade_weight,
        abs(holdings.weight_after - holdings.weight_before) as size,
        abs(holdings.weight_after - holdings.weight_before) * strategies.aum_usd as value_usd,
        strategies.cost_model

    from {{ ref('holdings') }} as holdings

    inner join {{ ref('strategies') }} as strategies on holdings.strategy = strategies.strategy

    left join {{ ref('ruins') }} as ruins on holdings.strategy = ruins.strategy

    where
        holdings.is_executed
        and holdings.weight_after <> holdings.weight_before
        and (
            ruins.ruin_date is null
            or holdings.trade_date < ruins.ruin_date
            or (holdings.trade_date = ruins.ruin_date and ruins.is_by_cost)
        )

),

costed as (

    select
        traded.*,
        trade_terms.linear_cost_bps,
        {{ impact_bps('trade_terms', 'traded.value_usd') }} as impact_bps,
        trade_terms.half_power * sqrt(traded.size) as impact_bps_per_sqrt_usd

    from traded

    left join {{ ref('trade_terms') }} as trade_terms
        on
            traded.as_of_date = trade_terms.as_of_date
            and traded.cost_model = trade_terms.cost_model
            and traded.symbol = trade_terms.symbol

)

select
    costed.trade_date,
    costed.strategy,
    costed.symbol,
    costed.as_of_date,
    costed.weight_before,
    costed.weight_after,
    costed.trade_weight,
    costed.linear_cost_bps,
    costed.impact_bps,
    costed.impact_bps_per_sqrt_usd,
    costed.linear_cost_bps + costed.impact_bps as cost_bps,
    costed.size * (costed.linear_cost_bps + costed.impact_bps) / 10000 as cost_return

from costed
