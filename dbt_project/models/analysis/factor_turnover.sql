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

),

stays as (

    select
        factor_legs.as_of_date,
        factor_legs.asset_class,
        factor_legs.factor,
        factor_legs.quantile,
        lag(factor_legs.as_of_date) over (
            partition by factor_legs.symbol, factor_legs.factor, factor_legs.quantile
            order by factor_legs.as_of_date
        ) as last_there_date

    from {{ ref('factor_legs') }} as factor_legs

)

select
    stays.as_of_date,
    stays.asset_class,
    stays.factor,
    stays.quantile,
    quantiles.prior_as_of_date,
    case
        when quantiles.prior_as_of_date is not null
            then
                count(
                    case
                        when
                            stays.last_there_date is null
                            or stays.last_there_date < quantiles.prior_as_of_date
                            then 1
                    end
                )
                / cast(count(*) as double)
    end as quantile_turnover,
    count(*) as n_names

from stays

inner join quantiles
    on
        stays.as_of_date = quantiles.as_of_date
        and stays.asset_class = quantiles.asset_class
        and stays.factor = quantiles.factor
        and stays.quantile = quantiles.quantile

group by
    stays.as_of_date, stays.asset_class, stays.factor, stays.quantile, quantiles.prior_as_of_date
