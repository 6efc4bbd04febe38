{# Every bar with the first rule, if any, that sets it aside on what was known on its day. #}
{# A move too large to believe is judged in unconfirmed_moves. #}
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

),

-- A close that repeats the one before on zero volume: the run is counted up to the day itself.
unchanged as (

    select
        judged.*,
        row_number() over bars as bar_no,
        judged.static_reason is null
        and judged.volume = 0
        and judged.close = lag(judged.close) over bars as is_unchanged

    from judged

    window bars as (
        partition by judged.symbol, judged.static_reason is null
        order by judged.bar_date, judged.occurrence
    )

),

counted as (

    select
        unchanged.*,
        unchanged.bar_no - max(
            case when not coalesce(unchanged.is_unchanged, false) then unchanged.bar_no end
        ) over (
            partition by unchanged.symbol, unchanged.static_reason is null
            order by unchanged.bar_no
            rows between unbounded preceding and current row
        ) as n_unchanged

    from unchanged

)

select
    counted.symbol,
    counted.bar_date,
    counted.occurrence,
    counted.asset_class,
    counted.venue,
    counted.session_no,
    counted.currency,
    counted.price_basis,
    counted.close,
    counted.shares_per_first_share,
    counted.source,
    counted.load_id,
    case
        when
            counted.has_open
            and not (
                not counted.is_inverted
                and (
                    (
                        counted.has_high
                        and counted.open > counted.high * {{ 1 + var('range_tolerance') }}
                    )
                    or (
                        counted.has_low
                        and counted.open < counted.low * {{ 1 - var('range_tolerance') }}
                    )
                )
            )
            then counted.open
    end as open,
    case
        when
            counted.has_high
            and not (counted.is_inverted and counted.high < counted.close_floor)
            then counted.high
    end as high,
    case
        when
            counted.has_low
            and not (counted.is_inverted and counted.low > counted.close_ceiling)
            then counted.low
    end as low,
    case
        when counted.volume >= 0 and {{ is_finite('counted.volume') }} then counted.volume
    end as volume,
    counted.open is not null as was_open_given,
    counted.high is not null as was_high_given,
    counted.low is not null as was_low_given,
    counted.volume is not null as was_volume_given,
    case
        when counted.static_reason is not null then counted.static_reason
        when counted.n_unchanged > {{ var('max_unchanged_sessions') }} then 'stale_run'
    end as reason

from counted
