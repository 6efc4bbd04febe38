{{ config(schema='construction') }}
{# How much alike the ranks of two factors are on each month end: their correlation over the #}
{# names that have both. Each pair once. #}
select
    factor_legs.as_of_date,
    factor_legs.asset_class,
    factor_legs.factor as factor_a,
    other_legs.factor as factor_b,
    case
        when
            stddev_pop(factor_legs.class_rank_pct) > 0
            and stddev_pop(other_legs.class_rank_pct) > 0
            then corr(factor_legs.class_rank_pct, other_legs.class_rank_pct)
    end as rank_correlation

from {{ ref('factor_legs') }} as factor_legs

inner join {{ ref('factor_legs') }} as other_legs
    on
        factor_legs.as_of_date = other_legs.as_of_date
        and factor_legs.symbol = other_legs.symbol
        and factor_legs.factor <= other_legs.factor

group by
    factor_legs.as_of_date, factor_legs.asset_class, factor_legs.factor, other_legs.factor
