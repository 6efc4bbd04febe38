-- Growth of each factor's long-short return, scaled to 10 % volatility a year over its history: the
-- value at the end of each week. Annualization from dates: number of returns / years they span.
with

chosen as (

    select factor_returns.*

    from analysis.factor_returns as factor_returns

    where
        list_contains(cast($asset_classes as varchar[]), factor_returns.asset_class)
        and list_contains(cast($factors as varchar[]), factor_returns.factor)
        and factor_returns.long_short_return is not null

),

scales as (

    select
        chosen.asset_class,
        chosen.factor,
        0.10
        / nullif(
            stddev_samp(chosen.long_short_return)
            * sqrt(
                count(*)
                / nullif(date_diff('day', min(chosen.date), max(chosen.date)) / 365.25, 0)
            ),
            0
        ) as scale

    from chosen

    group by chosen.asset_class, chosen.factor

),

grown as (

    select
        chosen.asset_class,
        chosen.factor,
        chosen.date,
        exp(sum(ln(greatest(1 + scales.scale * chosen.long_short_return, 1e-300))) over to_date)
            as growth

    from chosen

    inner join scales
        on chosen.asset_class = scales.asset_class and chosen.factor = scales.factor

    window to_date as (
        partition by chosen.asset_class, chosen.factor
        order by chosen.date
        rows between unbounded preceding and current row
    )

)

select
    grown.asset_class,
    grown.factor,
    max(grown.date) as date,
    max_by(grown.growth, grown.date) as growth

from grown

group by grown.asset_class, grown.factor, date_trunc('week', grown.date)

order by grown.asset_class, grown.factor, date
