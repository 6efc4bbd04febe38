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

-- The last session of every name at each decision: read once, for what begins there and what ends.
stands as (

    select
        decisions.result,
        decisions.as_of_date,
        decisions.next_as_of_date,
        prices_daily.symbol,
        prices_daily.listing_no,
        prices_daily.n_bars as bar_no

    from {{ ref('prices_daily') }} as prices_daily

    inner join decisions
        on
            prices_daily.venue = decisions.venue
            and prices_daily.as_of_date = decisions.session_date

),

orders as {{ inlined() }} (

    select
        stands.result,
        stands.as_of_date,
        stands.next_as_of_date,
        lags.lag_sessions,
        stands.symbol,
        stands.listing_no,
        stands.bar_no + lags.lag_sessions as bar_no

    from stands

    inner join lags on stands.result = lags.result

),

fills as (

    select
        orders.result,
        orders.as_of_date,
        orders.lag_sessions,
        orders.symbol,
        orders.listing_no,
        prices_daily.total_return_index

    from orders

    inner join {{ ref('prices_daily') }} as prices_daily
        on
            orders.symbol = prices_daily.symbol
            and orders.listing_no = prices_daily.listing_no
            and orders.bar_no = prices_daily.n_bars

    where not prices_daily.is_stale and not prices_daily.is_delisted

)

select
    orders.as_of_date,
    orders.result,
    orders.lag_sessions,
    orders.symbol,
    orders.next_as_of_date,
    bought.symbol is not null as is_bought,
    sold.symbol is null and delistings.symbol is not null as is_paid_out,
    orders.next_as_of_date is not null
    and (sold.symbol is not null or delistings.symbol is not null) as is_complete,
    case
        when bought.symbol is null then 0
        else
            coalesce(sold.total_return_index, delistings.total_return_index)
            / bought.total_return_index
            - 1
    end as holding_return

from orders

inner join names
    on
        orders.result = names.result
        and orders.as_of_date = names.as_of_date
        and orders.symbol = names.symbol

left join fills as bought
    on
        orders.result = bought.result
        and orders.as_of_date = bought.as_of_date
        and orders.lag_sessions = bought.lag_sessions
        and orders.symbol = bought.symbol

left join fills as sold
    on
        orders.result = sold.result
        and orders.next_as_of_date = sold.as_of_date
        and orders.lag_sessions = sold.lag_sessions
        and orders.symbol = sold.symbol
        and orders.listing_no = sold.listing_no

left join delistings
    on
        orders.symbol = delistings.symbol
        and orders.listing_no = delistings.listing_no
