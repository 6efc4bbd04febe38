{{ config(schema='construction') }}
{# The dates on which the books of each schedule may trade, numbered. A decision is first acted #}
{# on at the close of the calendar's next session (execution_lag_sessions), by names without bar #}
{# then on their first later one before the next decision's turn. #}
with

schedules as (

    select
        books.schedule_no,
        books.calendar,
        min(books.strategy) as strategy,
        max(case when books.participation_cap is not null then 1 else 0 end) = 1 as is_every_day

    from {{ ref('books') }} as books

    group by books.schedule_no, books.calendar

),

decisions as (

    select
        schedules.schedule_no,
        schedules.calendar,
        rebalances.as_of_date,
        book_days.calendar_date as trade_date

    from schedules

    inner join {{ ref('rebalances') }} as rebalances
        on schedules.strategy = rebalances.strategy and rebalances.is_scheduled

    inner join {{ ref('book_days') }} as book_days
        on
            schedules.calendar = book_days.calendar
            and rebalances.as_of_date < book_days.calendar_date
            and {{ add_days('rebalances.as_of_date', 20 + 2 * var('execution_lag_sessions')) }}
            >= book_days.calendar_date

    qualify
        row_number() over (
            partition by schedules.schedule_no, rebalances.as_of_date
            order by book_days.calendar_date
        ) = {{ var('execution_lag_sessions') }}

),

turns as (

    select
        decisions.*,
        lead(decisions.trade_date) over (
            partition by decisions.schedule_no
            order by decisions.trade_date
        ) as next_trade_date

    from decisions

),

first_wanted as (

    select
        books.schedule_no,
        desired_weights.symbol,
        min(desired_weights.as_of_date) as as_of_date

    from {{ ref('desired_weights') }} as desired_weights

    inner join {{ ref('books') }} as books on desired_weights.strategy = books.strategy

    where desired_weights.is_scheduled

    group by books.schedule_no, desired_weights.symbol

),

-- Names that had been wanted by then and cannot trade when the decision is first acted on.
waiting as (

    select
        turns.schedule_no,
        turns.as_of_date,
        turns.trade_date,
        turns.next_trade_date,
        turns.calendar,
        book_assets.asset_no

    from turns

    inner join first_wanted
        on
            turns.schedule_no = first_wanted.schedule_no
            and turns.as_of_date >= first_wanted.as_of_date

    inner join {{ ref('book_assets') }} as book_assets
        on
            turns.calendar = book_assets.calendar
            and first_wanted.symbol = book_assets.symbol
            and turns.trade_date >= book_assets.first_date

    inner join {{ ref('unit_values') }} as unit_values
        on
            book_assets.asset_no = unit_values.asset_no
            and turns.trade_date = unit_values.calendar_date

    where
        not unit_values.is_gone
        and not coalesce(unit_values.orders_before_date > turns.as_of_date, false)
        and (
            turns.next_trade_date is null
            or turns.next_trade_date >= {{ first_renewed_day() }}
        )

),

last_days as (

    select
        book_days.calendar,
        max(book_days.calendar_date) as last_date

    from {{ ref('book_days') }} as book_days

    group by book_days.calendar

),

-- Month by month, so that each looks up few days of its asset.
waiting_months as {{ materialized() }} (

    select
        waiting.*,
        {{ items_of(numbers_between(
            month_number('waiting.trade_date'),
            month_number('coalesce(waiting.next_trade_date, last_days.last_date)')
        )) }} as month_no

    from waiting

    inner join last_days on waiting.calendar = last_days.calendar

),

found as (

    select
        turns.schedule_no,
        turns.trade_date

    from turns

    union

    select
        waiting_months.schedule_no,
        min(unit_values.calendar_date) as trade_date

    from waiting_months

    inner join {{ ref('unit_values') }} as unit_values
        on
            waiting_months.asset_no = unit_values.asset_no
            and waiting_months.month_no = {{ month_number('unit_values.calendar_date') }}
            and waiting_months.trade_date < unit_values.calendar_date
            and waiting_months.as_of_date < unit_values.orders_before_date
            and (
                waiting_months.next_trade_date is null
                or waiting_months.next_trade_date > unit_values.calendar_date
            )

    group by waiting_months.schedule_no, waiting_months.as_of_date, waiting_months.asset_no

    union

    select
        schedules.schedule_no,
        book_days.calendar_date as trade_date

    from schedules

    inner join {{ ref('book_days') }} as book_days on schedules.calendar = book_days.calendar

    inner join turns
        on
            schedules.schedule_no = turns.schedule_no
            and book_days.calendar_date > turns.trade_date
            and (
                turns.next_trade_date is null or book_days.calendar_date < turns.next_trade_date
            )

    where schedules.is_every_day

),

-- The steps before the first day made anew are those that an update keeps.
dates as (

    select
        kept.schedule_no,
        kept.trade_date

    from {{ kept_rows({'schedule_no': 'integer', 'trade_date': 'date'}) }} as kept

    union all

    select
        found.schedule_no,
        found.trade_date

    from found

    where found.trade_date >= {{ first_renewed_day() }}

)

select
    dates.schedule_no,
    cast(
        row_number() over (partition by dates.schedule_no order by dates.trade_date) as integer
    ) as step_no,
    schedules.calendar,
    dates.trade_date,
    turns.as_of_date is not null as is_decision,
    {{ ignoring_nulls('last_value', 'turns.as_of_date') }} over (
        partition by dates.schedule_no
        order by dates.trade_date
        rows between unbounded preceding and current row
    ) as as_of_date

from dates

inner join schedules on dates.schedule_no = schedules.schedule_no

left join turns
    on dates.schedule_no = turns.schedule_no and dates.trade_date = turns.trade_date
