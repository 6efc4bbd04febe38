-- Growth of each factor's long-short return, scaled to 10 % annual volatility over its history.
-- Annualization from dates: number of returns / years they span.
with

scales as (

    select
        factor_returns.asset_class,
        factor_returns.factor,
        count(*) as n_days,
        min(factor_returns.date) as first_date,
        stddev_samp(factor_returns.long_short_return)
        * sqrt(
            count(*)
            / nullif(
                date_diff('day', min(factor_returns.date), max(factor_returns.date)) / 365.25, 0
            )
        ) as vol_ann

    from analysis.factor_returns as factor_returns

    group by factor_returns.asset_class, factor_returns.factor

),

scaled as (

    select
        factor_returns.asset_class,
        factor_returns.factor,
        factor_returns.date,
        scales.n_days,
        scales.first_date,
        0.10 / nullif(scales.vol_ann, 0) * factor_returns.long_short_return as scaled_return

    from analysis.factor_returns as factor_returns

    inner join scales
        on
            factor_returns.asset_class = scales.asset_class
            and factor_returns.factor = scales.factor

),

grown as (

    select
        scaled.asset_class,
        scaled.factor,
        scaled.date,
        scaled.n_days,
        scaled.first_date,
        exp(sum(ln(greatest(1 + scaled.scaled_return, 1e-300))) over to_date) as growth,
        row_number() over to_date as day_no

    from scaled

    where scaled.scaled_return is not null

    window to_date as (
        partition by scaled.asset_class, scaled.factor
        order by scaled.date
        rows between unbounded preceding and current row
    )

)

select
    grown.asset_class,
    grown.factor,
    grown.date,
    grown.growth,
    grown.first_date

from grown

qualify
    grown.day_no = 1
    or row_number() over (
        partition by
            grown.asset_class,
            grown.factor,
            (grown.n_days - grown.day_no) // ((grown.n_days + 299) // 300)
        order by grown.date desc
    ) = 1

order by grown.asset_class, grown.factor, grown.date
