{{ config(schema='construction') }}
{# What each family earned on each day, where a strategy holds sleeves of families: the mean #}
{# return of the top names of its composite, less that of the bottom ones (spread_fraction each), #}
{# chosen at month ends and traded with the lag; equal weights every day. Known on its date. #}
with

-- Numbers sort and group faster than names do.
sleeves as (

    select
        strategy_legs.asset_class,
        strategy_legs.score_name,
        row_number() over (
            order by strategy_legs.asset_class, strategy_legs.score_name
        ) as sleeve_no

    from {{ ref('strategy_legs') }} as strategy_legs

    where strategy_legs.is_sleeve

    group by strategy_legs.asset_class, strategy_legs.score_name

),

month_ends as (

    select
        factor_dates.as_of_date,
        factor_dates.asset_class,
        factor_dates.venue,
        factor_dates.session_date

    from {{ ref('factor_dates') }} as factor_dates

    where
        factor_dates.is_month_end
        and factor_dates.asset_class in (select sleeves.asset_class from sleeves)

),

ranked as (

    select
        composite_values.as_of_date,
        composite_values.symbol,
        sleeves.sleeve_no,
        row_number() over from_the_top as place,
        count(*) over cross_section as n_names

    from {{ ref('composite_values') }} as composite_values

    inner join sleeves
        on
            composite_values.asset_class = sleeves.asset_class
            and composite_values.composite = sleeves.score_name

    where
        (composite_values.as_of_date, composite_values.asset_class) in (
            select
                month_ends.as_of_date,
                month_ends.asset_class

            from month_ends
        )

    window
        cross_section as (partition by composite_values.as_of_date, sleeves.sleeve_no),
        from_the_top as (
            partition by composite_values.as_of_date, sleeves.sleeve_no
            order by composite_values.composite_value desc nulls last, composite_values.symbol asc
        )

),

chosen as (

    select
        ranked.as_of_date,
        ranked.symbol,
        ranked.sleeve_no,
        ranked.place <= floor(ranked.n_names * {{ var('spread_fraction') }} + 1e-9) as is_long

    from ranked

    where
        ranked.n_names >= {{ var('min_names') }}
        and least(ranked.place, ranked.n_names - ranked.place + 1)
        <= floor(ranked.n_names * {{ var('spread_fraction') }} + 1e-9)

),

-- What was chosen at a session is traded at the close of the lag's session after it, and earns
-- from the next one on.
venue_days as (

    select
        venue_sessions.venue,
        venue_sessions.session_date,
        {{ ignoring_nulls('last_value', 'month_ends.as_of_date') }} over (
            partition by venue_sessions.venue
            order by venue_sessions.session_date
            rows between unbounded preceding and {{ var('execution_lag_sessions') + 1 }} preceding
        ) as chosen_on_date

    from {{ ref('venue_sessions') }} as venue_sessions

    left join month_ends
        on
            venue_sessions.venue = month_ends.venue
            and venue_sessions.session_date = month_ends.session_date

),

-- The condition is always true; it keeps DuckDB from meeting days with choices before prices.
earned as (

    select
        prices_daily.as_of_date,
        prices_daily.symbol,
        venue_days.chosen_on_date,
        case when prices_daily.as_of_date > venue_days.chosen_on_date then prices_daily.ret_1d end
            as ret_1d

    from {{ ref('prices_daily') }} as prices_daily

    inner join venue_days
        on
            prices_daily.venue = venue_days.venue
            and prices_daily.as_of_date = venue_days.session_date

    where prices_daily.asset_class in (select sleeves.asset_class from sleeves)

),

-- The condition is always true; it keeps DuckDB from adding up name by name before the join.
legs as (

    select
        earned.as_of_date,
        chosen.sleeve_no,
        chosen.is_long,
        avg(case when chosen.sleeve_no > 0 then earned.ret_1d end) as mean_return

    from earned

    inner join chosen
        on
            earned.chosen_on_date = chosen.as_of_date
            and earned.symbol = chosen.symbol

    group by earned.as_of_date, chosen.sleeve_no, chosen.is_long

)

select
    long_legs.as_of_date as date,
    sleeves.asset_class,
    sleeves.score_name,
    long_legs.mean_return - short_legs.mean_return as long_short_return

from legs as long_legs

inner join legs as short_legs
    on
        long_legs.as_of_date = short_legs.as_of_date
        and long_legs.sleeve_no = short_legs.sleeve_no
        and long_legs.is_long
        and not short_legs.is_long

inner join sleeves on long_legs.sleeve_no = sleeves.sleeve_no

where long_legs.mean_return is not null and short_legs.mean_return is not null
