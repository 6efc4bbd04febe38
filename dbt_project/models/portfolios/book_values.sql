{{ config(schema='construction') }}
{# What each book and what it holds are worth day by day in a spell, 1 at its start, in units of #}
{# cash: held = sum u x h for all its days at once (a column a day), V = 1 - sum w + held #}
{# + paid out by delistings - fees. A book whose V is at or below 0 has lost all it had. #}
{% set sums = [] %}
{% for block_day_no in range(1, 33) %}
    {% do sums.append('sum(held.units * value_blocks.worth_' ~ block_day_no ~ ')') %}
{% endfor %}
{% set worth = 'coalesce(' ~ list_item('by_block.worths', 'block_days.block_day_no') ~ ', 0)' %}
with

span_blocks as (

    select distinct
        spans.span_no,
        block_days.day_block_no

    from (
        select distinct
            book_spells.span_no,
            book_spells.calendar,
            book_spells.trade_date,
            book_spells.spell_end_date

        from {{ ref('book_spells') }} as book_spells
    ) as spans

    inner join {{ ref('block_days') }} as block_days
        on
            spans.calendar = block_days.calendar
            and spans.trade_date < block_days.calendar_date
            and spans.spell_end_date >= block_days.calendar_date

),

held as (

    select
        book_paths.strategy_no,
        book_paths.asset_no,
        book_paths.units,
        book_paths.weight_after,
        book_spells.step_no,
        book_spells.span_no,
        book_spells.trade_date,
        book_spells.spell_end_date,
        book_paths.units < 0 as is_short,
        {{ carry_fee_ann('book_paths.units', "book_assets.asset_class = 'crypto'", 'books') }}
            as fee_ann

    from {{ ref('book_paths') }} as book_paths

    inner join {{ ref('books') }} as books on book_paths.strategy_no = books.strategy_no

    inner join {{ ref('book_assets') }} as book_assets
        on book_paths.asset_no = book_assets.asset_no

    inner join {{ ref('book_spells') }} as book_spells
        on
            book_paths.strategy_no = book_spells.strategy_no
            and book_paths.step_no = book_spells.step_no

    where book_paths.units <> 0

),

by_block as (

    select
        held.strategy_no,
        held.step_no,
        span_blocks.day_block_no,
        held.fee_ann,
        sum(held.weight_after) as net_start,
        sum(abs(held.weight_after)) as gross_start,
        held.is_short,
        {{ list_of(sums) }} as worths

    from held

    inner join span_blocks on held.span_no = span_blocks.span_no

    inner join {{ ref('value_blocks') }} as value_blocks
        on
            held.asset_no = value_blocks.asset_no
            and span_blocks.day_block_no = value_blocks.day_block_no

    group by held.strategy_no, held.step_no, span_blocks.day_block_no, held.fee_ann, held.is_short

),

by_day as (

    select
        by_block.strategy_no,
        by_block.step_no,
        book_spells.strategy,
        book_spells.trade_date,
        block_days.calendar_date as date,
        block_days.n_days,
        block_days.cash_return,
        sum({{ worth }}) as net_worth,
        sum(abs({{ worth }})) as gross_worth,
        sum(abs({{ worth }}) * by_block.fee_ann) as fee_worth,
        sum(by_block.net_start) as net_start,
        sum(by_block.gross_start) as gross_start,
        sum(by_block.gross_start * by_block.fee_ann) as fee_start

    from by_block

    inner join {{ ref('book_spells') }} as book_spells
        on
            by_block.strategy_no = book_spells.strategy_no
            and by_block.step_no = book_spells.step_no

    inner join {{ ref('block_days') }} as block_days
        on
            book_spells.calendar = block_days.calendar
            and by_block.day_block_no = block_days.day_block_no
            and book_spells.trade_date < block_days.calendar_date
            and book_spells.spell_end_date >= block_days.calendar_date

    group by all

),

-- Delisted on the day: in its worth for the last time, cash from then on.
paid_out as (

    select
        held.strategy_no,
        held.step_no,
        unit_values.calendar_date as date,
        sum(held.units * unit_values.discounted_worth) as net_paid,
        sum(abs(held.units) * unit_values.discounted_worth) as gross_paid,
        sum(abs(held.units) * unit_values.discounted_worth * held.fee_ann) as fee_paid

    from held

    inner join {{ ref('unit_values') }} as unit_values
        on
            held.asset_no = unit_values.asset_no
            and unit_values.is_delisted
            and held.trade_date < unit_values.calendar_date
            and held.spell_end_date >= unit_values.calendar_date

    group by held.strategy_no, held.step_no, unit_values.calendar_date

),

opened as (

    select
        by_day.strategy_no,
        by_day.step_no,
        by_day.strategy,
        by_day.trade_date,
        by_day.date,
        by_day.n_days,
        by_day.cash_return,
        by_day.net_worth as net_closing,
        first_value(by_day.net_start) over spell as net_start,
        coalesce(paid_out.net_paid, 0) as net_paid,
        {% for kind in ['net', 'gross', 'fee'] %}
            coalesce(
                lag(by_day.{{ kind }}_worth - coalesce(paid_out.{{ kind }}_paid, 0)) over spell,
                by_day.{{ kind }}_start
            ) as {{ kind }}_opening
            {%- if not loop.last %},{% endif %}
        {% endfor %}

    from by_day

    left join paid_out
        on
            by_day.strategy_no = paid_out.strategy_no
            and by_day.step_no = paid_out.step_no
            and by_day.date = paid_out.date

    window spell as (partition by by_day.strategy_no, by_day.step_no order by by_day.date)

),

charged as (

    select
        opened.*,
        opened.fee_opening * opened.n_days / 365.0 / (1 + opened.cash_return) as fees

    from opened

),

summed as (

    select
        charged.*,
        1
        - charged.net_start
        + charged.net_closing
        + (sum(charged.net_paid) over to_date)
        - charged.net_paid
        - sum(charged.fees) over to_date as book_closing_value

    from charged

    window
        to_date as (
            partition by charged.strategy_no, charged.step_no
            order by charged.date
            rows between unbounded preceding and current row
        )

)

select
    summed.date,
    summed.strategy,
    summed.strategy_no,
    summed.step_no,
    summed.trade_date,
    summed.cash_return,
    summed.n_days,
    summed.net_opening,
    summed.gross_opening,
    summed.net_closing,
    summed.fees,
    coalesce(lag(summed.book_closing_value) over spell, 1) as book_opening_value,
    summed.book_closing_value

from summed

window spell as (partition by summed.strategy_no, summed.step_no order by summed.date)
