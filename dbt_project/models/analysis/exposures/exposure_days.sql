{{ config(schema='construction', materialized='view') }}
{# The days of each regression: at every month end of the book's calendar the last year of the #}
{# strategy's days, without its first, which is a trade alone. A factor counts where it has #}
{# enough of them, and a day where all factors that count have a return; one that does not is 0. #}
{% set factors = exposure_factors() %}
with

books as (

    select distinct
        rebalances.strategy,
        strategies.asset_class,
        rebalances.calendar,
        case rebalances.calendar
            when 'calendar_days' then {{ var('sessions').crypto.year }}
            else {{ var('sessions').equity.year }}
        end as n_window

    from {{ ref('rebalances') }} as rebalances

    inner join {{ ref('strategies') }} as strategies
        on rebalances.strategy = strategies.strategy

),

month_ends as (

    select
        portfolio_calendar.calendar,
        max(portfolio_calendar.calendar_date) as calendar_date

    from {{ ref('portfolio_calendar') }} as portfolio_calendar

    group by
        portfolio_calendar.calendar, date_trunc('month', portfolio_calendar.calendar_date)

),

factor_columns as (

    select
        {% for factor in factors %}
            max(
                case
                    when book_factor_returns.factor = '{{ factor.name }}'
                        then book_factor_returns.factor_return
                end
            ) as {{ factor.column }},
        {% endfor %}
        book_factor_returns.calendar,
        book_factor_returns.calendar_date

    from {{ ref('book_factor_returns') }} as book_factor_returns

    group by book_factor_returns.calendar, book_factor_returns.calendar_date

),

book_days as (

    select
        daily_pnl.date as day_date,
        daily_pnl.strategy,
        books.n_window,
        {% for factor in factors %}
            case
                when books.asset_class in ('{{ factor.asset_class }}', 'both')
                    then factor_columns.{{ factor.column }}
            end as {{ factor.column }},
        {% endfor %}
        daily_pnl.net_return - daily_pnl.risk_free_return as excess_return,
        month_ends.calendar_date is not null as is_month_end,
        row_number() over (partition by daily_pnl.strategy order by daily_pnl.date) - 1
            as book_day_no

    from {{ ref('daily_pnl') }} as daily_pnl

    inner join books on daily_pnl.strategy = books.strategy

    left join month_ends
        on
            books.calendar = month_ends.calendar
            and daily_pnl.date = month_ends.calendar_date

    left join factor_columns
        on
            books.calendar = factor_columns.calendar
            and daily_pnl.date = factor_columns.calendar_date

),

windows as (

    select
        ends.day_date as date,
        book_days.*,
        {% for factor in factors %}
            count(book_days.{{ factor.column }}) over of_window
            >= ends.n_window * {{ var('window_coverage') }} as has_{{ factor.column }},
        {% endfor %}
        min(book_days.day_date) over of_window as window_start_date,
        count(*) over of_window as n_book_days

    from book_days as ends

    inner join book_days
        on
            ends.strategy = book_days.strategy
            and ends.book_day_no - ends.n_window < book_days.book_day_no
            and ends.book_day_no >= book_days.book_day_no

    where
        ends.is_month_end
        and ends.book_day_no >= ends.n_window * {{ var('window_coverage') }}
        and book_days.book_day_no > 0

    window of_window as (partition by ends.strategy, ends.day_date)

)

select
    windows.date,
    windows.strategy,
    windows.day_date,
    windows.window_start_date,
    windows.n_window,
    windows.n_book_days,
    {% for factor in factors %}
        case when windows.has_{{ factor.column }} then windows.{{ factor.column }} else 0 end
            as {{ factor.column }},
    {% endfor %}
    row_number() over (
        partition by windows.strategy, windows.date
        order by windows.day_date
    ) as day_no,
    windows.excess_return

from windows

where
    true
    {% for factor in factors %}
        and (not windows.has_{{ factor.column }} or windows.{{ factor.column }} is not null)
    {% endfor %}
