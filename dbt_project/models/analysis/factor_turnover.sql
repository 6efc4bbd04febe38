{# Turnover of each quantile: the share of its names that were not in it a month end before, as #}
{# alphalens counts it. An empty quantile has no row and is stepped over. #}
with

quantiles as (

    select
        factor_legs.as_of_date,
        factor_legs.asset_class,
        factor_legs.factor,
        factor_legs.quantile,
        lag(factor_legs.as_of_date) over (
            partition by factor_legs.asset_class, factor_legs.factor, factor_legs.quantile
            order by factor_legs.as_of_date
        ) as prior_as_of_date

    from {{ ref('factor_legs') }} as factor_legs

    group by
        factor_legs.as_of_date, factor_legs.asset_class, factor_legs.factor, factor_legs.quantile

)

select
    quantiles.as_of_date,
    quantiles.asset_class,
    quantiles.factor,
    quantiles.quantile,
    quantiles.prior_as_of_date,
    case
        when quantiles.prior_as_of_date is not null
            then
                count(case when prior_legs.symbol is null then 1 end)
                / cast(count(*) as double)
    end as quantile_turnover,
    count(*) as n_names

from quantiles

inner join {{ ref('factor_legs') }} as factor_legs
    on
        quantiles.as_of_date = factor_legs.as_of_date
        and quantiles.asset_class = factor_legs.asset_class
        and quantiles.factor = factor_legs.factor
        and quantiles.quantile = factor_legs.quantile

left join {{ ref('factor_legs') }} as prior_legs
    on
        quantiles.prior_as_of_date = prior_legs.as_of_date
        and factor_legs.symbol = prior_legs.symbol
        and factor_legs.factor = prior_legs.factor
        and factor_legs.quantile = prior_legs.quantile

group by
    quantiles.as_of_date,
    quantiles.asset_class,
    quantiles.factor,
    quantiles.quantile,
    quantiles.prior_as_of_date
