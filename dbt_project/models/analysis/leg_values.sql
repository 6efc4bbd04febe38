{{ config(pre_hook="{{ joins_as_written() }}", post_hook="{{ joins_as_planned() }}") }}
{# What the names of each quantile and leg are worth together, day by day, against the close at #}
{# which each was bought: equal-weighted there, left to drift until the next month's purchase. #}
with

-- Numbers group faster than names do.
legs as (

    select
        factor_legs.asset_class,
        factor_legs.factor,
        factor_legs.quantile,
        factor_legs.is_long,
        row_number() over (
            order by
                factor_legs.asset_class,
                factor_legs.factor,
                factor_legs.quantile,
                factor_legs.is_long
        ) as leg_no

    from {{ ref('factor_legs') }} as factor_legs

    group by
        factor_legs.asset_class, factor_legs.factor, factor_legs.quantile, factor_legs.is_long

),

members as (

    select
        factor_legs.as_of_date,
        factor_legs.symbol,
        legs.leg_no

    from {{ ref('factor_legs') }} as factor_legs

    inner join legs
        on
            factor_legs.asset_class = legs.asset_class
            and factor_legs.factor = legs.factor
            and factor_legs.quantile = legs.quantile
            and factor_legs.is_long is not distinct from legs.is_long

),

bought as (

    select
        holding_spells.as_of_date,
        holding_spells.symbol,
        holding_spells.entry_date,
        holding_spells.exit_date,
        holding_worths.worth

    from {{ ref('holding_spells') }} as holding_spells

    inner join {{ ref('holding_worths') }} as holding_worths
        on
            holding_spells.symbol = holding_worths.symbol
            and holding_spells.entry_date = holding_worths.as_of_date

    where holding_spells.entry_date < holding_spells.exit_date

),

ends as (

    select max(holding_worths.as_of_date) as last_date

    from {{ ref('holding_worths') }} as holding_worths

),

-- Month by month, so that a day looks up few.
bought_months as {{ materialized() }} (

    select
        bought.symbol,
        bought.as_of_date,
        bought.entry_date,
        bought.exit_date,
        bought.worth,
        {{ items_of(numbers_between(
            month_number('bought.entry_date'),
            month_number('least(bought.exit_date, ends.last_date)')
        )) }} as month_no

    from bought

    cross join ends

),

-- A name is held once at a time: from the day after it was bought until the next is bought.
-- Every name is held between the same dates in whatever factor's leg it stands: once is enough.
-- In this order a month's days follow one another, and few sums stand open at a time.
valued as (

    select
        bought_months.as_of_date,
        bought_months.symbol,
        holding_worths.as_of_date as date,
        holding_worths.prior_worth / bought_months.worth as opening_value,
        holding_worths.worth / bought_months.worth as closing_value

    from {{ ref('holding_worths') }} as holding_worths

    inner join bought_months
        on
            holding_worths.symbol = bought_months.symbol
            and {{ month_number('holding_worths.as_of_date') }} = bought_months.month_no
            and holding_worths.as_of_date > bought_months.entry_date
            and holding_worths.as_of_date <= bought_months.exit_date

    order by bought_months.as_of_date

),

-- The condition is always true; it keeps DuckDB from adding up name by name before the join.
summed as (

    select
        valued.date,
        members.leg_no,
        sum(case when members.leg_no > 0 then valued.opening_value end) as opening_value,
        sum(case when members.leg_no > 0 then valued.closing_value end) as closing_value,
        count(*) as n_names

    from members

    inner join valued
        on
            members.as_of_date = valued.as_of_date
            and members.symbol = valued.symbol

    group by valued.date, members.leg_no

)

select
    summed.date,
    legs.asset_class,
    legs.factor,
    legs.quantile,
    legs.is_long,
    summed.opening_value,
    summed.closing_value,
    summed.n_names

from summed

inner join legs on summed.leg_no = legs.leg_no
