-- Mean return a year of the fifths of a factor: 1 holds what the paper expects to earn least.
select
    factor_monotonicity.asset_class,
    factor_monotonicity.factor,
    unnest([1, 2, 3, 4, 5]) as quantile,
    unnest(
        [
            factor_monotonicity.mean_ann_quantile_1,
            factor_monotonicity.mean_ann_quantile_2,
            factor_monotonicity.mean_ann_quantile_3,
            factor_monotonicity.mean_ann_quantile_4,
            factor_monotonicity.mean_ann_quantile_5
        ]
    ) as mean_ann

from analysis.factor_monotonicity as factor_monotonicity

where
    list_contains(cast($asset_classes as varchar[]), factor_monotonicity.asset_class)
    and list_contains(cast($factors as varchar[]), factor_monotonicity.factor)

order by factor_monotonicity.asset_class desc, factor_monotonicity.factor asc, quantile asc
