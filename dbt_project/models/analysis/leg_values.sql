{# What the names of each quantile and leg are worth together, day by day, against the close at #}
{# which each was bought: equal-weighted there, left to drift until the next month's purchase. #}
with

-- Every name is held between the same dates in whatever factor's leg it stands: once is enough.
valued as (

    select
        holding_spells.as_of_date,
        holding_spells.symbol,
        held_on.as_of_date as date,
        held_on.prior_worth / bought_on.worth as opening_value,
        held_on.worth / bought_on.worth as closing_value

    from {{ ref('holding_spells') }} as holding_spells

    inner join {{ ref('holding_worths') }} as bought_on
        on
            holding_spells.symbol = bought_on.symbol
            and holding_spells.entry_date = bought_on.as_of_date

    inner join {{ ref('holding_worths') }} as held_on
        on
            holding_spells.symbol = held_on.symbol
            and holding_spells.entry_date < held_on.as_of_date
            and holding_spells.exit_date >= held_on.as_of_date

)

select
    valued.date,
    factor_legs.asset_class,
    factor_legs.factor,
    factor_legs.quantile,
    factor_legs.is_long,
    sum(valued.opening_value) as opening_value,
    sum(valued.closing_value) as closing_value,
    count(*) as n_names

from {{ ref('factor_legs') }} as factor_legs

inner join valued
    on
        factor_legs.symbol = valued.symbol
        and factor_legs.as_of_date = valued.as_of_date

group by all
