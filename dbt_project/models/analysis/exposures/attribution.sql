{# Where each strategy's day came from: betas known before the day x the factors' returns, cash #}
{# on the whole book, the cost of trading and of borrowing, and what is left, which is specific. #}
{# They add up to the net return. Before the first regression all but cash and cost is specific. #}
with

regressions as (

    select
        exposed.strategy,
        exposed.date as known_date,
        lead(exposed.date) over (partition by exposed.strategy order by exposed.date)
            as next_known_date

    from (
        select distinct
            rolling_exposures.strategy,
            rolling_exposures.date

        from {{ ref('rolling_exposures') }} as rolling_exposures
    ) as exposed

),

calendars as (

    select distinct
        rebalances.strategy,
        rebalances.calendar

    from {{ ref('rebalances') }} as rebalances

),

by_factor as (

    select
        daily_pnl.date,
        daily_pnl.strategy,
        rolling_exposures.factor as source,
        rolling_exposures.beta * book_factor_returns.factor_return as contribution

    from {{ ref('daily_pnl') }} as daily_pnl

    inner join regressions
        on
            daily_pnl.strategy = regressions.strategy
            and daily_pnl.date > regressions.known_date
            and (
                regressions.next_known_date is null
                or daily_pnl.date <= regressions.next_known_date
            )

    inner join {{ ref('rolling_exposures') }} as rolling_exposures
        on
            regressions.strategy = rolling_exposures.strategy
            and regressions.known_date = rolling_exposures.date

    inner join calendars on daily_pnl.strategy = calendars.strategy

    inner join {{ ref('book_factor_returns') }} as book_factor_returns
        on
            calendars.calendar = book_factor_returns.calendar
            and daily_pnl.date = book_factor_returns.calendar_date
            and rolling_exposures.factor = book_factor_returns.factor

),

explained as (

    select
        by_factor.date,
        by_factor.strategy,
        sum(by_factor.contribution) as contribution

    from by_factor

    group by by_factor.date, by_factor.strategy

),

others as (

    select
        daily_pnl.date,
        daily_pnl.strategy,
        sources.source,
        case sources.source
            when 'risk_free' then daily_pnl.risk_free_return
            when 'cost' then 0 - daily_pnl.cost_return
            when 'borrow' then 0 - daily_pnl.borrow_return
            else
                daily_pnl.net_return
                - daily_pnl.risk_free_return
                + daily_pnl.cost_return
                + daily_pnl.borrow_return
                - coalesce(explained.contribution, 0)
        end as contribution

    from {{ ref('daily_pnl') }} as daily_pnl

    left join explained
        on
            daily_pnl.date = explained.date
            and daily_pnl.strategy = explained.strategy

    cross join (
        values ('risk_free'), ('cost'), ('borrow'), ('specific')
    ) as sources (source)

)

select * from by_factor

union all

select * from others
