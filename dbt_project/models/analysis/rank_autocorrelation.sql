{# How far each factor's ranking keeps from one month end to the next: correlation of the ranks #}
{# of both over the names ranked on both, as alphalens computes it. #}
with

dates as (

    select
        factor_legs.as_of_date,
        factor_legs.asset_class,
        factor_legs.factor,
        lag(factor_legs.as_of_date) over (
            partition by factor_legs.asset_class, factor_legs.factor
            order by factor_legs.as_of_date
        ) as prior_as_of_date

    from {{ ref('factor_legs') }} as factor_legs

    group by factor_legs.as_of_date, factor_legs.asset_class, factor_legs.factor

)

select
    dates.as_of_date,
    dates.asset_class,
    dates.factor,
    dates.prior_as_of_date,
    case
        when
            stddev_pop(factor_legs.class_rank_pct) > 0
            and stddev_pop(prior_legs.class_rank_pct) > 0
            then corr(factor_legs.class_rank_pct, prior_legs.class_rank_pct)
    end as rank_autocorrelation,
    count(*) as n_names

from dates

inner join {{ ref('factor_legs') }} as factor_legs
    on
        dates.as_of_date = factor_legs.as_of_date
        and dates.asset_class = factor_legs.asset_class
        and dates.factor = factor_legs.factor

inner join {{ ref('factor_legs') }} as prior_legs
    on
        dates.prior_as_of_date = prior_legs.as_of_date
        and factor_legs.symbol = prior_legs.symbol
        and factor_legs.factor = prior_legs.factor

group by all
