-- Mean return a year of each fifth of the names by each factor, not compounded, its distance from
-- the mean of the five, and the best fifth less the worst.
with

fifths as (

    select
        factor_monotonicity.asset_class,
        factor_monotonicity.factor,
        factor_monotonicity.spread_ann,
        factor_monotonicity.n_rising_steps,
        factor_monotonicity.first_date,
        factor_monotonicity.last_date,
        unnest([1, 2, 3, 4, 5]) as quantile,
        unnest([
            factor_monotonicity.mean_ann_quantile_1,
            factor_monotonicity.mean_ann_quantile_2,
            factor_monotonicity.mean_ann_quantile_3,
            factor_monotonicity.mean_ann_quantile_4,
            factor_monotonicity.mean_ann_quantile_5
        ]) as mean_ann

    from analysis.factor_monotonicity as factor_monotonicity

)

select
    fifths.asset_class,
    fifths.factor,
    fifths.quantile,
    fifths.mean_ann,
    fifths.mean_ann
    - avg(fifths.mean_ann) over (partition by fifths.asset_class, fifths.factor) as above_mean,
    fifths.spread_ann,
    fifths.n_rising_steps,
    fifths.first_date,
    fifths.last_date

from fifths

order by fifths.asset_class desc, fifths.factor asc, fifths.quantile asc
