-- Rank correlation of each factor with the next month's return on month ends: mean of the last 12.
with

monthly as (

    select
        factor_ic.asset_class,
        factor_ic.factor,
        factor_ic.as_of_date as date,
        avg(factor_ic.ic) over past_year as ic_12m,
        count(factor_ic.ic) over past_year as n_months

    from analysis.factor_ic as factor_ic

    where
        factor_ic.horizon
        = case factor_ic.asset_class when 'crypto' then $crypto_month else $equity_month end
        and list_contains(cast($asset_classes as varchar[]), factor_ic.asset_class)
        and list_contains(cast($factors as varchar[]), factor_ic.factor)

    window past_year as (
        partition by factor_ic.asset_class, factor_ic.factor
        order by factor_ic.as_of_date
        rows between 11 preceding and current row
    )

)

select
    monthly.asset_class,
    monthly.factor,
    monthly.date,
    monthly.ic_12m

from monthly

where monthly.n_months = 12

order by monthly.asset_class, monthly.factor, monthly.date
