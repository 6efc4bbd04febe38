{# What each rebalance traded and what it cost: commission, half the spread, square-root impact #}
{# Y x sigma_1d x sqrt(trade value / daily value), sigma and daily value known at the decision. #}
with

traded as (

    select
        holdings.trade_date,
        holdings.strategy,
        holdings.symbol,
        holdings.weight_before,
        holdings.weight_after,
        holdings.weight_after - holdings.weight_before as trade_weight,
        holdings.as_of_date

    from {{ ref('holdings') }} as holdings

    left join {{ ref('ruins') }} as ruins on holdings.strategy = ruins.strategy

    where
        holdings.is_executed
        and holdings.weight_after <> holdings.weight_before
        and (ruins.ruin_date is null or holdings.trade_date < ruins.ruin_date)

),

costed as (

    select
        traded.*,
        cost_models.commission_bps + cost_models.half_spread_bps as linear_cost_bps,
        10000
        * cost_models.impact_coefficient
        * coalesce(universe_daily.ret_1d_std, 0)
        * sqrt(
            abs(traded.trade_weight)
            * strategies.aum_usd
            / nullif(universe_daily.mean_dollar_volume_usd, 0)
        ) as impact_bps,
        10000
        * cost_models.impact_coefficient
        * coalesce(universe_daily.ret_1d_std, 0)
        * sqrt(abs(traded.trade_weight) / nullif(universe_daily.mean_dollar_volume_usd, 0))
            as impact_bps_per_sqrt_usd

    from traded

    inner join {{ ref('strategies') }} as strategies on traded.strategy = strategies.strategy

    inner join {{ ref('assets') }} as assets on traded.symbol = assets.symbol

    inner join {{ ref('cost_models') }} as cost_models
        on
            strategies.cost_model = cost_models.cost_model
            and assets.asset_class = cost_models.asset_class

    left join {{ ref('factor_dates') }} as factor_dates
        on
            traded.as_of_date = factor_dates.as_of_date
            and assets.asset_class = factor_dates.asset_class
            and assets.venue = factor_dates.venue

    left join {{ ref('universe_daily') }} as universe_daily
        on
            traded.symbol = universe_daily.symbol
            and factor_dates.session_date = universe_daily.as_of_date

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
    coalesce(costed.impact_bps, 0) as impact_bps,
    coalesce(costed.impact_bps_per_sqrt_usd, 0) as impact_bps_per_sqrt_usd,
    costed.linear_cost_bps + coalesce(costed.impact_bps, 0) as cost_bps,
    abs(costed.trade_weight)
    * (costed.linear_cost_bps + coalesce(costed.impact_bps, 0))
    / 10000 as cost_return

from costed
