{# Daily returns of each factor: its top 30 % minus its bottom 30 %, equal-weighted at the close #}
{# of the first session after each month end and left to drift until the next; a closed venue #}
{# earns 0. Long is what the paper expects to win. #}
with

by_leg as (

    select
        leg_values.date,
        leg_values.asset_class,
        leg_values.factor,
        sum(case when leg_values.is_long then leg_values.closing_value end)
        / nullif(sum(case when leg_values.is_long then leg_values.opening_value end), 0)
        - 1 as long_return,
        sum(case when not leg_values.is_long then leg_values.closing_value end)
        / nullif(sum(case when not leg_values.is_long then leg_values.opening_value end), 0)
        - 1 as short_return,
        cast(coalesce(sum(case when leg_values.is_long then leg_values.n_names end), 0) as bigint)
            as n_long,
        cast(
            coalesce(sum(case when not leg_values.is_long then leg_values.n_names end), 0) as bigint
        ) as n_short

    from {{ ref('leg_values') }} as leg_values

    group by leg_values.date, leg_values.asset_class, leg_values.factor

)

select
    by_leg.date,
    by_leg.asset_class,
    by_leg.factor,
    by_leg.long_return - by_leg.short_return as long_short_return,
    by_leg.long_return,
    by_leg.short_return,
    by_leg.n_long,
    by_leg.n_short

from by_leg

where by_leg.n_long > 0 and by_leg.n_short > 0
