-- One factor's ranked names on each month end: its value, high is what the paper expects to win,
-- their quantile of five and sector.
select
    factor_legs.as_of_date as date,
    factor_legs.symbol as asset,
    factor_registry.direction * factor_values.z_score as factor,
    factor_legs.quantile as factor_quantile,
    coalesce(assets.sector, assets.asset_class) as "group",
    factor_registry.direction * (factor_values.rank_pct - 0.5) as directed_rank

from analysis.factor_legs as factor_legs

inner join factors.factor_values as factor_values
    on
        factor_legs.as_of_date = factor_values.as_of_date
        and factor_legs.symbol = factor_values.symbol
        and factor_legs.factor = factor_values.factor

inner join factors.factor_registry as factor_registry
    on
        factor_legs.factor = factor_registry.factor
        and factor_legs.asset_class = factor_registry.asset_class

inner join prepared.assets as assets on factor_legs.symbol = assets.symbol

where factor_legs.asset_class = $asset_class and factor_legs.factor = $factor

order by date, asset
