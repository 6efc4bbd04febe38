{# Daily returns of each factor: its top 30 % minus its bottom 30 %, equal-weighted at the close #}
{# of the first session after each month end and left to drift until the next; a closed venue #}
{# earns 0. Long is what the paper expects to win. #}
with

legs as (

    select * from {{ ref('factor_legs') }}

),

-- Every name is held between the same dates in whatever factor's leg it stands: once is enough.
held_once as (

    select distinct
        legs.as_of_date,
        legs.symbol,
        legs.entry_date,
        legs.exit_date

    from legs

),

valued as (

    select
        held_once.as_of_date,
        held_once.symbol,
        held_on.as_of_date as date,
        held_on.prior_worth / bought_on.worth as opening_value,
        held_on.worth / bought_on.worth as closing_value

    from held_once

    inner join {{ ref('holding_worths') }} as bought_on
        on
            held_once.symbol = bought_on.symbol
            and held_once.entry_date = bought_on.as_of_date

    inner join {{ ref('holding_worths') }} as held_on
        on
            held_once.symbol = held_on.symbol
            and held_once.entry_date < held_on.as_of_date
            and held_once.exit_date >= held_on.as_of_date

),

held as (

    select
        valued.date,
        legs.asset_class,
        legs.factor,
        legs.is_long,
        valued.opening_value,
        valued.closing_value

    from legs

    inner join valued
        on
            legs.symbol = valued.symbol
            and legs.as_of_date = valued.as_of_date

),

by_leg as (

    select
        held.date,
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

    group by held.date, held.asset_class, held.factor

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
