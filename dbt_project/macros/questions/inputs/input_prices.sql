{# The CTEs `set_aside`, why a bar was not used; `landed_bars`, every version of the names' bars; #}
{# and `bars`, the rows of raw.prices in the windows. #}
{% macro input_prices() -%}
set_aside as (

    select
        quarantine.symbol,
        quarantine.bar_date,
        string_agg(distinct quarantine.reason, ', ') as set_aside

    from prepared.quarantine as quarantine

    inner join spans
        on
            quarantine.symbol = spans.symbol
            and quarantine.bar_date between spans.from_date and spans.session_date

    where quarantine.field = 'close'

    group by quarantine.symbol, quarantine.bar_date

),

-- Materialized, or all bars of a day are joined with each other where every name is asked for.
landed_bars as materialized (

    select
        prices.*,
        names.symbol as asset_symbol

    from raw.prices as prices

    inner join names
        on
            prices.symbol = names.landed_symbol
            and prices.bar_date >= names.name_from_date
            and prices.bar_date < names.name_to_date
            and prices.bar_date between names.from_date and names.session_date
            and names.has_bars

),

bars as (

    select
        'raw.prices' as relation,
        landed.asset_symbol as symbol,
        'close' as item,
        landed.bar_date as row_date,
        landed.close as value,
        case when landed.symbol <> landed.asset_symbol then landed.symbol end as value_text,
        landed.open,
        landed.high,
        landed.low,
        landed.volume,
        landed.currency,
        landed.price_basis,
        landed.occurrence,
        landed.bar_date as known_on_date,
        set_aside.set_aside,
        landed.load_id,
        landed.source,
        landed.observed_at

    from landed_bars as landed

    inner join staging.stg_raw__prices as newest
        on
            landed.asset_symbol = newest.symbol
            and landed.bar_date = newest.bar_date
            and landed.load_id = newest.load_id
            and landed.occurrence = newest.occurrence

    left join set_aside
        on
            landed.asset_symbol = set_aside.symbol
            and landed.bar_date = set_aside.bar_date

    where symbol is null or newest.symbol = symbol

)
{%- endmacro %}
