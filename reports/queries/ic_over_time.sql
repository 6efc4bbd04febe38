-- Rank correlation of each factor with the next month's return on month ends: mean of 12 months.
with

monthly as (

    select
        factor_ic.asset_class,
        factor_ic.factor,
        factor_ic.as_of_date,
        avg(factor_ic.ic) over past_year as ic_12m,
        count(factor_ic.ic) over past_year as n_months,
        avg(factor_ic.ic) over (partition by factor_ic.asset_class, factor_ic.factor) as mean_ic

    from analysis.factor_ic as factor_ic

    where
        factor_ic.horizon
        = case factor_ic.asset_class when 'crypto' then $crypto_month else $equity_month end

    window past_year as (
        partition by factor_ic.asset_class, factor_ic.factor
        order by factor_ic.as_of_date
        rows between 11 preceding and current row
    )

)

select
    monthly.asset_class,
    monthly.factor,
    monthly.as_of_date as date,
    monthly.ic_12m,
    monthly.mean_ic

from monthly

where monthly.n_months = 12

order by monthly.asset_class, monthly.factor, monthly.as_of_date
