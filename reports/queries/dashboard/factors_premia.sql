-- What each factor earned a year, long minus short, with the 95 % interval of its HAC t-test:
-- standard error = mean / t.
select
    factor_premia.factor,
    factor_premia.asset_class,
    factor_registry.family,
    factor_premia.mean_ann,
    factor_premia.mean_ann
    - factor_premia.critical_value * abs(factor_premia.mean_ann / nullif(factor_premia.t_stat, 0))
        as lower_ann,
    factor_premia.mean_ann
    + factor_premia.critical_value * abs(factor_premia.mean_ann / nullif(factor_premia.t_stat, 0))
        as upper_ann,
    factor_premia.t_stat,
    factor_premia.critical_value,
    factor_premia.p_value,
    factor_premia.fdr_p_value,
    factor_premia.bootstrap_lower_ann,
    factor_premia.bootstrap_upper_ann,
    factor_premia.n_periods,
    factor_premia.first_date,
    factor_premia.last_date

from analysis.factor_premia as factor_premia

inner join factors.factor_registry as factor_registry
    on
        factor_premia.factor = factor_registry.factor
        and factor_premia.asset_class = factor_registry.asset_class

where
    list_contains(cast($asset_classes as varchar[]), factor_premia.asset_class)
    and list_contains(cast($factors as varchar[]), factor_premia.factor)

order by factor_registry.family asc, factor_premia.factor asc, factor_premia.asset_class desc
