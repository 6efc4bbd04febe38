-- The registered factors of the classes that have returns, with what they are.
select
    factor_registry.factor,
    factor_registry.asset_class,
    factor_registry.family,
    factor_registry.direction,
    factor_registry.unit,
    factor_registry.paper,
    factor_registry.published_year

from factors.factor_registry as factor_registry

order by factor_registry.family asc, factor_registry.factor asc, factor_registry.asset_class desc
