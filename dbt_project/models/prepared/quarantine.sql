{# Every bar, or field of a bar, that the cleaning rules set aside, and why. #}
with

set_aside as (

    select
        screened_bars.symbol,
        screened_bars.bar_date,
        screened_bars.reason,
        'close' as field

    from {{ ref('screened_bars') }} as screened_bars

    where screened_bars.reason is not null

    union all

    select
        unconfirmed_moves.symbol,
        unconfirmed_moves.bar_date,
        unconfirmed_moves.reason,
        'close' as field

    from {{ ref('unconfirmed_moves') }} as unconfirmed_moves

    union all

    select
        adjusted_bars.symbol,
        adjusted_bars.bar_date,
        'missing_fx_rate' as reason,
        'close' as field

    from {{ ref('adjusted_bars') }} as adjusted_bars

    where adjusted_bars.adj_close is null

    {% for field in ['open', 'high', 'low', 'volume'] %}

        union all

        select
            screened_bars.symbol,
            screened_bars.bar_date,
            'bad_{{ field }}' as reason,
            '{{ field }}' as field

        from {{ ref('screened_bars') }} as screened_bars

        where
            screened_bars.{{ field }} is null
            and screened_bars.was_{{ field }}_given
            and screened_bars.reason is null

    {% endfor %}

),

-- Kept apart from the sums: DuckDB would else add up every bar before it looks for these.
bars as {{ materialized() }} (

    select
        set_aside.symbol,
        set_aside.bar_date,
        set_aside.reason,
        set_aside.field,
        screened_bars.asset_class,
        screened_bars.close,
        screened_bars.source,
        screened_bars.load_id

    from set_aside

    inner join {{ ref('screened_bars') }} as screened_bars
        on
            set_aside.symbol = screened_bars.symbol
            and set_aside.bar_date = screened_bars.bar_date

)

select
    bars.symbol,
    bars.bar_date,
    bars.reason,
    bars.field,
    min(bars.asset_class) as asset_class,
    min(bars.close) as close,
    min(bars.source) as source,
    min(bars.load_id) as load_id

from bars

group by bars.symbol, bars.bar_date, bars.reason, bars.field
