{# The benchmark of every strategy on its book's calendar: a market, an asset, or cash. #}
{# Mixed books: the two classes' markets at the book's shares, rebalanced daily. #}
with

strategy_calendars as (

    select distinct
        strategies.strategy,
        strategies.benchmark,
        strategies.asset_class,
        strategies.crypto_share,
        rebalances.calendar

    from {{ ref('strategies') }} as strategies

    inner join {{ ref('rebalances') }} as rebalances
        on strategies.strategy = rebalances.strategy

),

day_map as (

    select
        portfolio_calendar.calendar,
        portfolio_calendar.calendar_date,
        portfolio_calendar.cash_return,
        calendar_days.session_date as day_date

    from {{ ref('portfolio_calendar') }} as portfolio_calendar

    inner join {{ ref('venue_sessions') }} as calendar_days
        on
            calendar_days.venue = '24/7'
            and coalesce(portfolio_calendar.prior_date, cast('0001-01-01' as date))
            < calendar_days.session_date
            and portfolio_calendar.calendar_date >= calendar_days.session_date

    where portfolio_calendar.has_data

),

daily as (

    {% for benchmark, column in [
        ('market', 'market_return'),
        ('equal_weight', 'equal_weight_return'),
        ('cap_weight', 'cap_weight_return'),
    ] %}

        select
            '{{ benchmark }}' as benchmark,
            market_returns.asset_class,
            market_returns.as_of_date,
            market_returns.{{ column }} as ret

        from {{ ref('market_returns') }} as market_returns

        union all

    {% endfor %}

    select
        prices_daily.symbol as benchmark,
        prices_daily.asset_class,
        prices_daily.as_of_date,
        coalesce(prices_daily.ret_1d, 0) as ret

    from {{ ref('prices_daily') }} as prices_daily

    where prices_daily.symbol in (
        select strategies.benchmark from {{ ref('strategies') }} as strategies
    )

),

compounded as (

    select
        day_map.calendar,
        day_map.calendar_date,
        daily.benchmark,
        daily.asset_class,
        case
            when count(daily.ret) = 0 then null
            when count(*) = 1 then max(daily.ret)
            else exp(sum(ln(greatest(1 + coalesce(daily.ret, 0), 1e-300)))) - 1
        end as ret

    from daily

    inner join day_map on daily.as_of_date = day_map.day_date

    group by all

),

-- A class counts with its share of the book; an asset named as benchmark counts whole.
shares as (

    select
        strategy_calendars.*,
        compounded.calendar_date,
        compounded.ret,
        case
            when
                strategy_calendars.asset_class <> 'both'
                or strategy_calendars.benchmark not in ('market', 'equal_weight', 'cap_weight')
                then 1
            when compounded.asset_class = 'crypto' then strategy_calendars.crypto_share
            else 1 - strategy_calendars.crypto_share
        end as class_share

    from strategy_calendars

    inner join compounded
        on
            strategy_calendars.calendar = compounded.calendar
            and strategy_calendars.benchmark = compounded.benchmark
            and (
                strategy_calendars.asset_class in (compounded.asset_class, 'both')
                or strategy_calendars.benchmark
                not in ('market', 'equal_weight', 'cap_weight')
            )

)

select
    shares.calendar_date as date,
    shares.strategy,
    sum(shares.class_share * shares.ret) as benchmark_return

from shares

group by shares.calendar_date, shares.strategy

union all

select
    day_map.calendar_date as date,
    strategy_calendars.strategy,
    max(day_map.cash_return) as benchmark_return

from strategy_calendars

inner join day_map on strategy_calendars.calendar = day_map.calendar

where strategy_calendars.benchmark = 'cash'

group by day_map.calendar_date, strategy_calendars.strategy
