-- What each factor is, and what it earned: long the best names, short the worst. A premium is known
-- on the last day it counts: asked as of an earlier one, it is empty.
select
    factor_registry.factor,
    factor_registry.asset_class,
    factor_registry.family,
    factor_registry.direction,
    factor_registry.neutralize,
    factor_registry.unit,
    factor_registry.needs,
    factor_registry.paper,
    factor_registry.published_year,
    factor_registry.min_history_sessions,
    factor_premia.mean_ann,
    factor_premia.t_stat,
    factor_premia.critical_value,
    factor_premia.p_value,
    factor_premia.fdr_p_value,
    factor_premia.bootstrap_lower_ann,
    factor_premia.bootstrap_upper_ann,
    factor_premia.n_periods,
    factor_premia.first_date,
    factor_premia.last_date

from factors.factor_registry as factor_registry

left join analysis.factor_premia as factor_premia
    on
        factor_registry.factor = factor_premia.factor
        and factor_registry.asset_class = factor_premia.asset_class
        and factor_premia.last_date <= coalesce(cast($as_of as date), factor_premia.last_date)

where
    coalesce(list_contains(cast($factor as varchar[]), factor_registry.factor), true)
    and coalesce(list_contains(cast($family as varchar[]), factor_registry.family), true)
    and factor_registry.asset_class
    = coalesce(cast($asset_class as varchar), factor_registry.asset_class)

order by
    factor_registry.family,
    factor_registry.factor,
    factor_registry.asset_class
