-- Mean long-short return of each factor a year, not compounded, with its bootstrap interval, and
-- its p-value adjusted for the number of factors tried.
select
    factor_premia.asset_class,
    factor_premia.factor,
    factor_premia.mean_ann,
    factor_premia.bootstrap_lower_ann,
    factor_premia.bootstrap_upper_ann,
    factor_premia.fdr_p_value,
    factor_premia.first_date,
    factor_premia.last_date

from analysis.factor_premia as factor_premia

where factor_premia.mean_ann is not null

order by factor_premia.asset_class desc, factor_premia.factor asc
