{# What each book held overnight into each day, and what it contributed. #}
{# V, the book's value in its interval: V_before x (1 + rf) + sum growth x (r - rf) x w - borrow. #}
{# A book that has lost all it had (V <= 0) is closed that day for good. #}
with

held as (

    select
        unit_returns.calendar_date as date,
        holdings.strategy,
        holdings.symbol,
        holdings.trade_date,
        unit_returns.n_days,
        unit_returns.cash_return,
        unit_returns.cash_growth,
        unit_returns.ret,
        holdings.weight_after * unit_returns.opening_growth as opening_value,
        holdings.weight_after * unit_returns.closing_growth as closing_value,
        greatest(-holdings.weight_after, 0)
        * unit_returns.opening_growth
        * holdings.borrow_ann
        * unit_returns.n_days
        / 365.0 as borrow_value

    from {{ ref('holdings') }} as holdings

    inner join {{ ref('unit_returns') }} as unit_returns
        on
            holdings.calendar = unit_returns.calendar
            and holdings.interval_no = unit_returns.interval_no
            and holdings.symbol = unit_returns.symbol

    where holdings.weight_after <> 0

),

book_days as (

    select
        held.date,
        held.strategy,
        held.trade_date,
        held.cash_return,
        held.cash_growth,
        sum(held.opening_value * (held.ret - held.cash_return) - held.borrow_value)
        / held.cash_growth as discounted_gain

    from held

    group by held.date, held.strategy, held.trade_date, held.cash_return, held.cash_growth

),

book_values as (

    select
        book_days.date,
        book_days.strategy,
        book_days.cash_growth * (1 + sum(book_days.discounted_gain) over to_date)
            as closing_book_value,
        book_days.cash_growth
        / (1 + book_days.cash_return)
        * (1 + sum(book_days.discounted_gain) over to_date - book_days.discounted_gain)
            as opening_book_value

    from book_days

    window to_date as (
        partition by book_days.strategy, book_days.trade_date
        order by book_days.date
        rows between unbounded preceding and current row
    )

),

ruins as (

    select
        book_values.strategy,
        min(book_values.date) as ruin_date

    from book_values

    where book_values.closing_book_value <= 0

    group by book_values.strategy

)

select
    held.date,
    held.strategy,
    held.symbol,
    held.opening_value / book_values.opening_book_value as opening_weight,
    held.ret,
    held.opening_value * held.ret / book_values.opening_book_value as contribution,
    held.borrow_value / book_values.opening_book_value as borrow_return,
    case
        when ruins.ruin_date is null or held.date < ruins.ruin_date
            then held.closing_value / book_values.closing_book_value
        else 0
    end as closing_weight,
    coalesce(held.date = ruins.ruin_date, false) as is_ruined

from held

inner join book_values
    on held.date = book_values.date and held.strategy = book_values.strategy

left join ruins on held.strategy = ruins.strategy

where ruins.ruin_date is null or held.date <= ruins.ruin_date
