{# Orders as they came to pass: each at the close of the first session of the book's calendar #}
{# after its decision on which the asset has a bar. An order still open when the next one for the #}
{# same name executes is superseded by it. #}
with

scheduled as (

    select
        rebalances.strategy,
        rebalances.calendar,
        rebalances.as_of_date,
        lag(rebalances.as_of_date) over (
            partition by rebalances.strategy
            order by rebalances.as_of_date
        ) as prior_as_of_date

    from {{ ref('rebalances') }} as rebalances

    where rebalances.is_scheduled

),

orders as (

    select
        target_weights.strategy,
        scheduled.calendar,
        target_weights.as_of_date,
        target_weights.symbol,
        target_weights.target_weight

    from {{ ref('target_weights') }} as target_weights

    inner join scheduled
        on
            target_weights.strategy = scheduled.strategy
            and target_weights.as_of_date = scheduled.as_of_date

    union all

    -- A name wanted last time and no longer is sold.
    select
        scheduled.strategy,
        scheduled.calendar,
        scheduled.as_of_date,
        earlier.symbol,
        0 as target_weight

    from scheduled

    inner join {{ ref('target_weights') }} as earlier
        on
            scheduled.strategy = earlier.strategy
            and scheduled.prior_as_of_date = earlier.as_of_date

    left join {{ ref('target_weights') }} as still_wanted
        on
            scheduled.strategy = still_wanted.strategy
            and scheduled.as_of_date = still_wanted.as_of_date
            and earlier.symbol = still_wanted.symbol

    where still_wanted.symbol is null

),

ordered_names as (

    select distinct
        orders.calendar,
        orders.symbol

    from orders

),

sessions as (

    select
        ordered_names.calendar,
        prices_daily.symbol,
        prices_daily.venue,
        prices_daily.as_of_date as session_date,
        lead(
            case
                when
                    portfolio_calendar.calendar_date is not null
                    and not prices_daily.is_stale
                    and not prices_daily.is_delisted
                    then prices_daily.as_of_date
            end,
            {{ var('execution_lag_sessions') }}
            ignore nulls
        ) over (
            partition by ordered_names.calendar, prices_daily.symbol
            order by prices_daily.as_of_date
        ) as next_trade_date

    from ordered_names

    inner join {{ ref('prices_daily') }} as prices_daily
        on ordered_names.symbol = prices_daily.symbol

    left join {{ ref('portfolio_calendar') }} as portfolio_calendar
        on
            ordered_names.calendar = portfolio_calendar.calendar
            and prices_daily.as_of_date = portfolio_calendar.calendar_date
            and portfolio_calendar.has_data

),

executed as (

    select
        sessions.next_trade_date as trade_date,
        orders.strategy,
        orders.symbol,
        orders.calendar,
        orders.as_of_date,
        orders.target_weight

    from orders

    inner join sessions
        on
            orders.calendar = sessions.calendar
            and orders.symbol = sessions.symbol

    inner join {{ ref('factor_dates') }} as factor_dates
        on
            orders.as_of_date = factor_dates.as_of_date
            and sessions.venue = factor_dates.venue
            and sessions.session_date = factor_dates.session_date

    where sessions.next_trade_date is not null

    qualify
        row_number() over (
            partition by orders.strategy, orders.symbol, sessions.next_trade_date
            order by orders.as_of_date desc
        ) = 1

)

-- Dates of trade are numbered on each calendar: number n opens the stretch up to number n + 1.
select
    executed.trade_date,
    executed.strategy,
    executed.symbol,
    executed.calendar,
    executed.as_of_date,
    executed.target_weight,
    dense_rank() over (
        partition by executed.calendar
        order by executed.trade_date
    ) as interval_no

from executed
