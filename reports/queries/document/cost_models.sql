-- What a trade costs, of the cost models that strategies name.
select
    cost_models.cost_model,
    cost_models.asset_class,
    cost_models.min_dollar_volume_usd,
    cost_models.commission_bps,
    cost_models.half_spread_bps,
    cost_models.impact_law,
    cost_models.impact_coefficient,
    cost_models.borrow_bps_ann,
    cost_models.funding_bps_ann

from seeds.cost_models as cost_models

where
    cost_models.cost_model in (
        select strategies.cost_model from seeds.strategies as strategies
    )

order by
    cost_models.cost_model asc,
    cost_models.asset_class desc,
    cost_models.min_dollar_volume_usd asc
