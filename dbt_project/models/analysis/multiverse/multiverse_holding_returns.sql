{{ config(schema='construction') }}
{# What a name earns from one date of a result to the next, by lag: bought at the close of its #}
{# lag-th bar after the one, sold after the other; a delisting pays out its value. A name #}
{# delisted before it trades is not bought. A name not yet sold leaves its period incomplete. #}
with

lags as (

    select distinct
        multiverse_specifications.result,
        multiverse_specifications.asset_class,
        multiverse_specifications.rebalance,
        multiverse_specifications.lag_sessions

    from {{ ref('multiverse_specifications') }} as multiverse_specifications

),

results as (

    select distinct
        lags.result,
        lags.asset_class,
        lags.rebalance

    from lags

),

decisions as (

    select
        factor_dates.as_of_date,
        factor_dates.venue,
        factor_dates.session_date,
        results.result,
        lead(factor_dates.session_date) over by_venue as next_session_date,
        lead(factor_dates.as_of_date) over by_venue as next_as_of_date

    from {{ ref('factor_dates') }} as factor_dates

    inner join results
        on
            factor_dates.asset_class = results.asset_class
            and case results.rebalance
                when 'weekly' then factor_dates.is_week_end
                else factor_dates.is_month_end
            end

    window by_venue as (
        partition by results.result, factor_dates.venue
        order by factor_dates.as_of_date
    )

),

names as (

    select distinct
        multiverse_signals.as_of_date,
        multiverse_signals.result,
        multiverse_signals.symbol

    from {{ ref('multiverse_signals') }} as multiverse_signals

),

delistings as (

    select
        prices_daily.symbol,
        prices_daily.listing_no,
        prices_daily.total_return_index

    from {{ ref('prices_daily') }} as prices_daily

    where prices_daily.is_delisted

),

bars as {{ inlined() }} (

    select
        prices_daily.symbol,
        prices_daily.listing_no,
        prices_daily.n_bars as bar_no,
        prices_daily.total_return_index

    from {{ ref('prices_daily') }} as prices_daily

    where not prices_daily.is_stale and not prices_daily.is_delisted

),

held as (

    select
        names.as_of_date,
        names.result,
        names.symbol,
        lags.lag_sessions,
        decisions.next_as_of_date,
        formed.listing_no,
        formed.n_bars as bar_no,
        left_over.n_bars as next_bar_no

    from names

    inner join lags on names.result = lags.result

    inner join {{ ref('assets') }} as assets on names.symbol = assets.symbol

    inner join decisions
        on
            names.result = decisions.result
            and names.as_of_date = decisions.as_of_date
            and assets.venue = decisions.venue

    inner join {{ ref('prices_daily') }} as formed
        on
            names.symbol = formed.symbol
            and decisions.session_date = formed.as_of_date

    left join {{ ref('prices_daily') }} as left_over
        on
            names.symbol = left_over.symbol
            and decisions.next_session_date = left_over.as_of_date
            and formed.listing_no = left_over.listing_no

)

select
    held.as_of_date,
    held.result,
    held.lag_sessions,
    held.symbol,
    held.next_as_of_date,
    bought.symbol is not null as is_bought,
    sold.symbol is null and delistings.symbol is not null as is_paid_out,
    held.next_as_of_date is not null
    and (sold.symbol is not null or delistings.symbol is not null) as is_complete,
    case
        when bought.symbol is null then 0
        else
            coalesce(sold.total_return_index, delistings.total_return_index)
            / bought.total_return_index
            - 1
    end as holding_return

from held

left join bars as bought
    on
        held.symbol = bought.symbol
        and held.listing_no = bought.listing_no
        and held.bar_no + held.lag_sessions = bought.bar_no

left join bars as sold
    on
        held.symbol = sold.symbol
        and held.listing_no = sold.listing_no
        and held.next_bar_no + held.lag_sessions = sold.bar_no

left join delistings
    on
        held.symbol = delistings.symbol
        and held.listing_no = delistings.listing_no
