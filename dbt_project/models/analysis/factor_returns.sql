{# Daily returns of each factor: its top 30 % minus its bottom 30 %, equal-weighted at the close of #}
{# the first session after each month end and left to drift until the next. Long is what the paper #}
{# expects to win. #}
with

month_ends as (

    select
        factor_dates.as_of_date,
        factor_dates.asset_class,
        factor_dates.venue,
        factor_dates.session_date,
        lead(factor_dates.session_date) over (
            partition by factor_dates.asset_class, factor_dates.venue
            order by factor_dates.as_of_date
        ) as next_session_date

    from {{ ref('factor_dates') }} as factor_dates

    where factor_dates.is_month_end

),

ranked as (

    select
        factor_values.as_of_date,
        factor_values.symbol,
        factor_values.asset_class,
        factor_values.factor,
        row_number() over (
            partition by
                factor_values.as_of_date, factor_values.asset_class, factor_values.factor
            order by
                directions.direction * (factor_values.rank_pct - 0.5) desc,
                directions.direction * factor_values.raw_value desc,
                factor_values.symbol
        ) as position_no,
        count(*) over (
            partition by
                factor_values.as_of_date, factor_values.asset_class, factor_values.factor
        ) as n_names

    from {{ ref('factor_values') }} as factor_values

    inner join (
        {% for factor in registered_factors() %}
            select
                '{{ factor.name }}' as factor,
                {{ factor.direction }} as direction
            {% if not loop.last %}union all{% endif %}
        {% endfor %}
    ) as directions
        on factor_values.factor = directions.factor

    where factor_values.rank_pct is not null

),

-- Formed at the month end, bought at the close of the next own session, sold at the same of the next.
legs as (

    select
        ranked.asset_class,
        ranked.factor,
        ranked.symbol,
        ranked.position_no <= floor(ranked.n_names * {{ var('spread_fraction') }}) as is_long,
        entries.session_no + {{ var('execution_lag_sessions') }} as entry_session_no,
        coalesce(exits.session_no, 1000000000) + {{ var('execution_lag_sessions') }}
            as exit_session_no

    from ranked

    inner join {{ ref('assets') }} as assets on ranked.symbol = assets.symbol

    inner join month_ends
        on
            ranked.as_of_date = month_ends.as_of_date
            and ranked.asset_class = month_ends.asset_class
            and assets.venue = month_ends.venue

    inner join {{ ref('venue_sessions') }} as entries
        on
            month_ends.venue = entries.venue
            and month_ends.session_date = entries.session_date

    left join {{ ref('venue_sessions') }} as exits
        on
            month_ends.venue = exits.venue
            and month_ends.next_session_date = exits.session_date

    where
        ranked.position_no <= floor(ranked.n_names * {{ var('spread_fraction') }})
        or ranked.position_no
        > ranked.n_names - floor(ranked.n_names * {{ var('spread_fraction') }})

),

prices as (

    select
        prices_daily.as_of_date,
        prices_daily.symbol,
        prices_daily.session_no,
        prices_daily.is_delisted,
        coalesce(prices_daily.ret_1d, 0) as ret_1d,
        prices_daily.total_return_index,
        lag(prices_daily.total_return_index) over (
            partition by prices_daily.symbol
            order by prices_daily.session_no
        ) as prior_index

    from {{ ref('prices_daily') }} as prices_daily

),

held as (

    select
        prices_daily.as_of_date,
        legs.asset_class,
        legs.factor,
        legs.is_long,
        prices_daily.ret_1d,
        prices_daily.prior_index / entry_rows.total_return_index as opening_value

    from legs

    inner join prices as entry_rows
        on
            legs.symbol = entry_rows.symbol
            and legs.entry_session_no = entry_rows.session_no
            and not entry_rows.is_delisted

    inner join prices as prices_daily
        on
            legs.symbol = prices_daily.symbol
            and prices_daily.session_no > legs.entry_session_no
            and prices_daily.session_no <= legs.exit_session_no

),

by_leg as (

    select
        held.as_of_date as date,
        held.asset_class,
        held.factor,
        sum(case when held.is_long then held.opening_value * held.ret_1d end)
        / nullif(sum(case when held.is_long then held.opening_value end), 0) as long_return,
        sum(case when not held.is_long then held.opening_value * held.ret_1d end)
        / nullif(sum(case when not held.is_long then held.opening_value end), 0) as short_return,
        count(case when held.is_long then 1 end) as n_long,
        count(case when not held.is_long then 1 end) as n_short

    from held

    group by held.as_of_date, held.asset_class, held.factor

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
