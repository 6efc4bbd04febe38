-- Mean rank correlation of each factor with the return of the next days, by how many, with the 95 %
-- interval of its HAC t-test.
select
    ic_decay.factor,
    ic_decay.asset_class,
    ic_decay.horizon,
    ic_decay.mean_ic,
    ic_decay.mean_ic
    - ic_decay.critical_value * abs(ic_decay.mean_ic / nullif(ic_decay.t_stat, 0)) as lower_ic,
    ic_decay.mean_ic
    + ic_decay.critical_value * abs(ic_decay.mean_ic / nullif(ic_decay.t_stat, 0)) as upper_ic,
    ic_decay.t_stat,
    ic_decay.share_positive,
    ic_decay.n_dates

from analysis.ic_decay as ic_decay

where
    list_contains(cast($asset_classes as varchar[]), ic_decay.asset_class)
    and list_contains(cast($factors as varchar[]), ic_decay.factor)

order by ic_decay.asset_class desc, ic_decay.factor asc, ic_decay.horizon asc
