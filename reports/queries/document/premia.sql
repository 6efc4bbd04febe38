-- What each factor earned, and its rank correlation with the return of about a month.
select
    factor_premia.asset_class,
    factor_premia.factor,
    factor_premia.mean_ann,
    factor_premia.bootstrap_lower_ann,
    factor_premia.bootstrap_upper_ann,
    factor_premia.t_stat,
    factor_premia.critical_value,
    factor_premia.fdr_p_value,
    ic_decay.mean_ic,
    factor_premia.first_date

from analysis.factor_premia as factor_premia

left join analysis.ic_decay as ic_decay
    on
        factor_premia.asset_class = ic_decay.asset_class
        and factor_premia.factor = ic_decay.factor
        and ic_decay.horizon
        = case factor_premia.asset_class when 'crypto' then $crypto_month else $equity_month end

where factor_premia.mean_ann is not null

order by
    factor_premia.asset_class desc, factor_premia.mean_ann desc, factor_premia.factor asc
