{# Daily returns of each factor: its top 30 % minus its bottom 30 %, equal-weighted at the close #}
{# of the first session after each month end and left to drift until the next; a closed venue #}
{# earns 0. Long is what the paper expects to win. #}
with

held as (

    select
        held_on.as_of_date,
        factor_legs.asset_class,
        factor_legs.factor,
        factor_legs.is_long,
        held_on.prior_worth / bought_on.worth as opening_value,
        held_on.worth / bought_on.worth as closing_value

    from {{ ref('factor_legs') }} as factor_legs

    inner join {{ ref('holding_worths') }} as bought_on
        on
            factor_legs.symbol = bought_on.symbol
            and factor_legs.entry_date = bought_on.as_of_date

    inner join {{ ref('holding_worths') }} as held_on
        on
            factor_legs.symbol = held_on.symbol
            and factor_legs.entry_date < held_on.as_of_date
            and factor_legs.exit_date >= held_on.as_of_date

),

by_leg as (

    select
        held.as_of_date as date,
        held.asset_class,
        held.factor,
        sum(case when held.is_long then held.closing_value end)
        / nullif(sum(case when held.is_long then held.opening_value end), 0)
        - 1 as long_return,
        sum(case when not held.is_long then held.closing_value end)
        / nullif(sum(case when not held.is_long then held.opening_value end), 0)
        - 1 as short_return,
        count(case when held.is_long then 1 end) as n_long,
        count(case when not held.is_long then 1 end) as n_short

    from held

    group by held.as_of_date, held.asset_class, held.factor

),

spread as (

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

)

select * from spread
