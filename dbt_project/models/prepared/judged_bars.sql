{{ config(materialized='view') }}
{# Every bar with the first rule, if any, that it breaks by itself, and what is left of its fields. #}
{# Runs of an unchanged close are found in stale_runs, moves too large to believe in #}
{# unconfirmed_moves. #}
with

-- Landing numbers the differing bars of one day.
conflicting_days as (

    select distinct
        prices.symbol,
        prices.bar_date

    from {{ ref('stg_raw__prices') }} as prices

    where prices.occurrence > 1

),

located as (

    select
        prices.*,
        assets.asset_class,
        assets.venue,
        venue_sessions.session_no,
        coalesce(split_index.shares_per_first_share, 1) as shares_per_first_share,
        conflicting_days.symbol is not null as is_one_of_several,
        {{ is_finite('prices.high') }} and prices.high > 0 as has_high,
        {{ is_finite('prices.low') }} and prices.low > 0 as has_low,
        {{ is_finite('prices.open') }} and prices.open > 0 as has_open

    from {{ ref('stg_raw__prices') }} as prices

    left join {{ ref('assets') }} as assets on prices.symbol = assets.symbol

    left join {{ ref('venue_sessions') }} as venue_sessions
        on
            assets.venue = venue_sessions.venue
            and prices.bar_date = venue_sessions.session_date

    left join {{ ref('split_index') }} as split_index
        on
            prices.symbol = split_index.symbol
            and prices.price_basis = 'as_traded'
            and prices.bar_date >= split_index.from_date
            and prices.bar_date < split_index.to_date

    left join conflicting_days
        on
            prices.symbol = conflicting_days.symbol
            and prices.bar_date = conflicting_days.bar_date

),

-- A range whose low lies above its high says nothing about the close: the side that the close
-- contradicts is the bad one.
ranged as (

    select
        located.*,
        located.has_high and located.has_low and located.low > located.high as is_inverted,
        located.close * (1 + {{ var('range_tolerance') }}) as close_ceiling,
        located.close * (1 - {{ var('range_tolerance') }}) as close_floor

    from located

),

judged as (

    select
        ranged.*,
        case
            when ranged.asset_class is null then 'unknown_symbol'
            when ranged.close is null then 'missing_close'
            when not {{ is_finite('ranged.close') }} then 'non_finite_close'
            when ranged.close <= 0 then 'non_positive_close'
            when ranged.bar_date > cast(ranged.observed_at as date) then 'future_bar'
            when ranged.session_no is null then 'off_calendar'
            when ranged.is_one_of_several then 'conflicting_duplicate'
            when
                not ranged.is_inverted
                and (
                    (ranged.has_high and ranged.high < ranged.close_floor)
                    or (ranged.has_low and ranged.low > ranged.close_ceiling)
                )
                then 'close_outside_range'
        end as static_reason

    from ranged

)

select
    judged.symbol,
    judged.bar_date,
    judged.occurrence,
    judged.asset_class,
    judged.venue,
    judged.session_no,
    judged.currency,
    judged.price_basis,
    judged.close,
    judged.shares_per_first_share,
    judged.source,
    judged.load_id,
    case
        when
            judged.has_open
            and not (
                not judged.is_inverted
                and (
                    (
                        judged.has_high
                        and judged.open > judged.high * {{ 1 + var('range_tolerance') }}
                    )
                    or (
                        judged.has_low
                        and judged.open < judged.low * {{ 1 - var('range_tolerance') }}
                    )
                )
            )
            then judged.open
    end as open,
    case
        when
            judged.has_high
            and not (judged.is_inverted and judged.high < judged.close_floor)
            then judged.high
    end as high,
    case
        when
            judged.has_low
            and not (judged.is_inverted and judged.low > judged.close_ceiling)
            then judged.low
    end as low,
    case
        when judged.volume >= 0 and {{ is_finite('judged.volume') }} then judged.volume
    end as volume,
    judged.open is not null as was_open_given,
    judged.high is not null as was_high_given,
    judged.low is not null as was_low_given,
    judged.volume is not null as was_volume_given,
    judged.static_reason

from judged
