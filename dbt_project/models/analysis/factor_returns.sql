{# Daily returns of each factor: its top 30 % minus its bottom 30 %, equal-weighted at the close #}
{# of the first session after each month end and left to drift until the next; a closed venue #}
{# earns 0. Long is what the paper expects to win. #}
with

directions as (

    {% for factor in registered_factors() %}
        select
            '{{ factor.name }}' as factor,
            {{ factor.direction }} as direction
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

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

    inner join directions on factor_values.factor = directions.factor

    where factor_values.rank_pct is not null

),

class_days as (

    select distinct
        prices_daily.asset_class,
        prices_daily.as_of_date

    from {{ ref('prices_daily') }} as prices_daily

),

lives as (

    select
        prices_daily.symbol,
        prices_daily.asset_class,
        min(prices_daily.as_of_date) as first_date,
        max(prices_daily.as_of_date) as last_date

    from {{ ref('prices_daily') }} as prices_daily

    group by prices_daily.symbol, prices_daily.asset_class

),

-- What a holding of each name is worth on every day of its class, its own venue closed or not.
worths as (

    select
        lives.symbol,
        class_days.as_of_date,
        last_value(prices_daily.total_return_index ignore nulls) over history as worth,
        lead(
            case
                when not prices_daily.is_stale and not prices_daily.is_delisted
                    then prices_daily.as_of_date
            end,
            {{ var('execution_lag_sessions') }}
            ignore nulls
        ) over by_symbol as next_trade_date,
        lead(case when prices_daily.is_delisted then prices_daily.as_of_date end ignore nulls)
            over by_symbol as next_delisting_date

    from lives

    inner join class_days
        on
            lives.asset_class = class_days.asset_class
            and class_days.as_of_date between lives.first_date and lives.last_date

    left join {{ ref('prices_daily') }} as prices_daily
        on
            lives.symbol = prices_daily.symbol
            and class_days.as_of_date = prices_daily.as_of_date

    window
        by_symbol as (partition by lives.symbol order by class_days.as_of_date),
        history as (
            partition by lives.symbol
            order by class_days.as_of_date
            rows between unbounded preceding and current row
        )

),

steps as (

    select
        worths.symbol,
        worths.as_of_date,
        worths.worth,
        lag(worths.worth) over (
            partition by worths.symbol
            order by worths.as_of_date
        ) as prior_worth

    from worths

),

-- Bought at the close of the first session after the month end on which the name has a bar, sold
-- likewise after the next month end; one that trades no more is held until its delisting.
legs as (

    select
        ranked.asset_class,
        ranked.factor,
        ranked.symbol,
        ranked.position_no <= floor(ranked.n_names * {{ var('spread_fraction') }}) as is_long,
        formed.next_trade_date as entry_date,
        least(
            coalesce(left_over.next_trade_date, cast('9999-12-31' as date)),
            coalesce(formed.next_delisting_date, cast('9999-12-31' as date))
        ) as exit_date

    from ranked

    inner join {{ ref('assets') }} as assets on ranked.symbol = assets.symbol

    inner join month_ends
        on
            ranked.as_of_date = month_ends.as_of_date
            and ranked.asset_class = month_ends.asset_class
            and assets.venue = month_ends.venue

    inner join worths as formed
        on
            ranked.symbol = formed.symbol
            and month_ends.session_date = formed.as_of_date

    left join worths as left_over
        on
            ranked.symbol = left_over.symbol
            and month_ends.next_session_date = left_over.as_of_date

    where
        ranked.position_no <= floor(ranked.n_names * {{ var('spread_fraction') }})
        or ranked.position_no
        > ranked.n_names - floor(ranked.n_names * {{ var('spread_fraction') }})

),

held as (

    select
        steps.as_of_date,
        legs.asset_class,
        legs.factor,
        legs.is_long,
        steps.prior_worth / bought.worth as opening_value,
        steps.worth / bought.worth as closing_value

    from legs

    inner join steps as bought
        on
            legs.symbol = bought.symbol
            and legs.entry_date = bought.as_of_date

    inner join steps
        on
            legs.symbol = steps.symbol
            and legs.entry_date < steps.as_of_date
            and legs.exit_date >= steps.as_of_date

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
