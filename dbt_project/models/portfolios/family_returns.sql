{{ config(schema='construction') }}
{# What each family earned on each day, where a strategy holds sleeves of families: the mean #}
{# return of the top names of its composite, less that of the bottom ones (spread_fraction each), #}
{# chosen at month ends and traded with the lag; equal weights every day. Known on its date. #}
with

sleeves as (

    select distinct
        strategy_legs.asset_class,
        strategy_legs.score_name

    from {{ ref('strategy_legs') }} as strategy_legs

    where strategy_legs.is_sleeve

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
        composite_values.asset_class,
        sleeves.score_name,
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
        cross_section as (
            partition by
                composite_values.as_of_date, composite_values.asset_class, sleeves.score_name
        ),
        from_the_top as (
            partition by
                composite_values.as_of_date, composite_values.asset_class, sleeves.score_name
            order by composite_values.composite_value desc nulls last, composite_values.symbol asc
        )

),

chosen as (

    select
        ranked.as_of_date,
        ranked.symbol,
        ranked.score_name,
        ranked.place <= floor(ranked.n_names * {{ var('spread_fraction') }} + 1e-9) as is_long

    from ranked

    where
        ranked.n_names >= {{ var('min_names') }}
        and least(ranked.place, ranked.n_names - ranked.place + 1)
        <= floor(ranked.n_names * {{ var('spread_fraction') }} + 1e-9)

),

-- What was chosen at a session is traded at the close of the lag's session after it, and earns
-- from the next one on.
earned as (

    select
        prices_daily.as_of_date,
        prices_daily.symbol,
        prices_daily.asset_class,
        prices_daily.ret_1d,
        {{ ignoring_nulls('last_value', 'month_ends.as_of_date') }} over (
            partition by prices_daily.symbol
            order by prices_daily.as_of_date
            rows between unbounded preceding and {{ var('execution_lag_sessions') + 1 }} preceding
        ) as chosen_on_date

    from {{ ref('prices_daily') }} as prices_daily

    left join month_ends
        on
            prices_daily.venue = month_ends.venue
            and prices_daily.as_of_date = month_ends.session_date

    where prices_daily.asset_class in (select sleeves.asset_class from sleeves)

)

select
    earned.as_of_date as date,
    earned.asset_class,
    chosen.score_name,
    avg(earned.ret_1d) filter (where chosen.is_long)
    - avg(earned.ret_1d) filter (where not chosen.is_long) as long_short_return

from earned

inner join chosen
    on
        earned.chosen_on_date = chosen.as_of_date
        and earned.symbol = chosen.symbol

group by earned.as_of_date, earned.asset_class, chosen.score_name

having
    count(earned.ret_1d) filter (where chosen.is_long) > 0
    and count(earned.ret_1d) filter (where not chosen.is_long) > 0
