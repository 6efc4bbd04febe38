-- Mean rank correlation of each factor with the return over each horizon, and whether it differs
-- from 0.
select
    ic_decay.asset_class,
    ic_decay.factor,
    ic_decay.horizon,
    ic_decay.mean_ic,
    coalesce(abs(ic_decay.t_stat) > ic_decay.critical_value, false) as is_sure,
    ic_decay.n_dates,
    ic_decay.first_date,
    ic_decay.last_date

from analysis.ic_decay as ic_decay

where ic_decay.mean_ic is not null

order by ic_decay.asset_class desc, ic_decay.factor asc, ic_decay.horizon asc
