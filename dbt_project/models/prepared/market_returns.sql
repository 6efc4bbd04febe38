{# Each asset class's market: the return of its names that were tradable the session before. #}
{# A closed venue earns 0 that day. Cap-weighted where caps cover 80 % of the names, else equal. #}
with

-- A name without a session before this one, as after a hole, earned nothing: it has no return.
earned as (

    select
        prices_daily.as_of_date,
        prices_daily.asset_class,
        prices_daily.venue,
        sum(coalesce(prices_daily.ret_1d, 0)) as sum_return,
        sum(coalesce(prices_daily.ret_1d, 0) * day_before.market_cap_usd) as sum_cap_return

    from {{ ref('prices_daily') }} as prices_daily

    inner join {{ ref('universe_sessions') }} as day_before
        on
            prices_daily.symbol = day_before.symbol
            and prices_daily.session_no = day_before.session_no + 1
            and day_before.is_tradable

    group by prices_daily.as_of_date, prices_daily.asset_class, prices_daily.venue

),

named as (

    select
        universe_daily.as_of_date,
        universe_daily.asset_class,
        universe_daily.venue,
        count(*) filter (where universe_daily.is_tradable) as n_names,
        count(universe_daily.market_cap_usd) filter (where universe_daily.is_tradable) as n_caps,
        sum(universe_daily.market_cap_usd) filter (where universe_daily.is_tradable) as sum_cap

    from {{ ref('universe_daily') }} as universe_daily

    group by universe_daily.as_of_date, universe_daily.asset_class, universe_daily.venue

),

by_venue as (

    select
        named.*,
        earned.sum_return,
        earned.sum_cap_return

    from named

    left join earned
        on
            named.as_of_date = earned.as_of_date
            and named.asset_class = earned.asset_class
            and named.venue = earned.venue

),

class_days as (

    select distinct
        by_venue.as_of_date,
        by_venue.asset_class

    from by_venue

),

venues as (

    select distinct
        by_venue.asset_class,
        by_venue.venue

    from by_venue

),

-- On each day of the class, every venue counts with its names at its last close before the day,
-- unless that lies so far back that its data have ended.
with_prior as (

    select
        class_days.as_of_date,
        class_days.asset_class,
        venues.venue,
        by_venue.sum_return,
        by_venue.sum_cap_return,
        {{ ignoring_nulls('last_value', 'by_venue.n_names') }} over before_day as n_names,
        {{ ignoring_nulls('last_value', 'by_venue.n_caps') }} over before_day as n_caps,
        {{ ignoring_nulls('last_value', 'by_venue.sum_cap') }} over before_day as sum_cap

    from class_days

    inner join venues on class_days.asset_class = venues.asset_class

    left join by_venue
        on
            class_days.as_of_date = by_venue.as_of_date
            and venues.venue = by_venue.venue
            and class_days.asset_class = by_venue.asset_class

    window before_day as (
        partition by class_days.asset_class, venues.venue
        order by class_days.as_of_date
        rows between {{ var('max_carry_venue_days') }} preceding and 1 preceding
    )

),

by_class as (

    select
        with_prior.as_of_date,
        with_prior.asset_class,
        cast(sum(with_prior.n_names) as bigint) as n_names,
        cast(sum(with_prior.n_caps) as bigint) as n_caps,
        coalesce(sum(with_prior.sum_return), 0)
        / nullif(sum(with_prior.n_names), 0) as equal_weight_return,
        coalesce(sum(with_prior.sum_cap_return), 0)
        / nullif(sum(with_prior.sum_cap), 0) as cap_weight_return

    from with_prior

    group by all

)

select
    by_class.as_of_date,
    by_class.asset_class,
    by_class.equal_weight_return,
    by_class.cap_weight_return,
    by_class.n_names,
    by_class.n_caps,
    by_class.n_caps >= 0.8 * by_class.n_names as is_cap_weighted,
    case
        when by_class.n_caps >= 0.8 * by_class.n_names then by_class.cap_weight_return
        else by_class.equal_weight_return
    end as market_return

from by_class

where by_class.n_names > 0
