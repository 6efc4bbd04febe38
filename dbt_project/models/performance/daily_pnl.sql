{# Each strategy's day: prior-close weights x returns + cash - cost - borrow, and the NAV then. #}
{# cash = (1 - sum of weights) x risk-free return. The first day is the first trade: cost alone. #}
{# A ruined book ends on the day of its ruin, its NAV at or below 0. #}
with

spans as (

    select
        book_spells.strategy,
        book_spells.strategy_no,
        book_spells.calendar,
        min(book_spells.trade_date) as first_date

    from {{ ref('book_spells') }} as book_spells

    group by book_spells.strategy, book_spells.strategy_no, book_spells.calendar

    union all

    -- A book of cash alone begins with its first decision's turn.
    select
        books.strategy,
        books.strategy_no,
        books.calendar,
        min(book_steps.trade_date) as first_date

    from {{ ref('books') }} as books

    inner join {{ ref('book_steps') }} as book_steps on books.schedule_no = book_steps.schedule_no

    where books.is_cash

    group by books.strategy, books.strategy_no, books.calendar

),

days as (

    select
        spans.strategy,
        spans.strategy_no,
        portfolio_calendar.calendar_date as date,
        case
            when portfolio_calendar.calendar_date > spans.first_date
                then portfolio_calendar.cash_return
            else 0
        end as risk_free_return,
        portfolio_calendar.calendar_date = spans.first_date as is_first_day,
        coalesce(portfolio_calendar.calendar_date = ruins.ruin_date and not ruins.is_by_cost, false)
            as is_lost_before_trading

    from spans

    inner join {{ ref('portfolio_calendar') }} as portfolio_calendar
        on
            spans.calendar = portfolio_calendar.calendar
            and spans.first_date <= portfolio_calendar.calendar_date
            and portfolio_calendar.has_data

    left join {{ ref('ruins') }} as ruins on spans.strategy = ruins.strategy

    where ruins.ruin_date is null or portfolio_calendar.calendar_date <= ruins.ruin_date

),

held as (

    select
        book_values.date,
        book_values.strategy_no,
        (book_values.net_closing * (1 + book_values.cash_return) - book_values.net_opening)
        / book_values.book_opening_value as gross_return,
        book_values.net_opening / book_values.book_opening_value as net_exposure,
        book_values.gross_opening / book_values.book_opening_value as gross_exposure,
        book_values.fees * (1 + book_values.cash_return) / book_values.book_opening_value
            as borrow_return

    from {{ ref('book_values') }} as book_values

),

added_up as (

    select
        days.date,
        days.strategy,
        days.strategy_no,
        days.risk_free_return,
        coalesce(held.gross_return, 0) as gross_return,
        (1 - coalesce(held.net_exposure, 0)) * days.risk_free_return as cash_return,
        coalesce(traded.cost_return, 0) as cost_return,
        coalesce(held.borrow_return, 0) as borrow_return,
        coalesce(held.gross_return, 0)
        + (1 - coalesce(held.net_exposure, 0)) * days.risk_free_return
        - coalesce(traded.cost_return, 0)
        - coalesce(held.borrow_return, 0) as net_return,
        case when days.is_first_day then 0 else benchmark_returns.benchmark_return end
            as benchmark_return,
        coalesce(traded.turnover, 0) as turnover,
        coalesce(held.net_exposure, 0) as net_exposure,
        coalesce(held.gross_exposure, 0) as gross_exposure

    from days

    left join held on days.date = held.date and days.strategy_no = held.strategy_no

    left join {{ ref('book_costs') }} as traded
        on
            days.date = traded.date
            and days.strategy_no = traded.strategy_no
            and not days.is_lost_before_trading

    left join {{ ref('benchmark_returns') }} as benchmark_returns
        on
            days.date = benchmark_returns.date
            and days.strategy = benchmark_returns.strategy

),

compounded as (

    select
        added_up.*,
        coalesce(exp(sum(ln(greatest(1 + added_up.net_return, 1e-300))) over before_day), 1)
        * (1 + added_up.net_return) as nav

    from added_up

    window before_day as (
        partition by added_up.strategy_no
        order by added_up.date
        rows between unbounded preceding and 1 preceding
    )

)

select
    compounded.date,
    compounded.strategy,
    compounded.gross_return,
    compounded.cash_return,
    compounded.cost_return,
    compounded.borrow_return,
    compounded.net_return,
    compounded.benchmark_return,
    compounded.risk_free_return,
    compounded.nav,
    least(compounded.nav / greatest(1, max(compounded.nav) over to_date) - 1, 0) as drawdown,
    compounded.turnover,
    compounded.net_exposure,
    compounded.gross_exposure

from compounded

window to_date as (
    partition by compounded.strategy_no
    order by compounded.date
    rows between unbounded preceding and current row
)
