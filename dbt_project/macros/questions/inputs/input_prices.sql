{# The CTEs `set_aside`, why a bar was not used; and `bars`, the rows of raw.prices in #}
{# the windows. #}
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

bars as (

    select
        'raw.prices' as relation,
        spans.symbol,
        'close' as item,
        prices.bar_date as row_date,
        prices.close as value,
        case when prices.symbol <> spans.symbol then prices.symbol end as value_text,
        prices.open,
        prices.high,
        prices.low,
        prices.volume,
        prices.currency,
        prices.price_basis,
        prices.occurrence,
        prices.bar_date as known_on_date,
        set_aside.set_aside,
        prices.load_id,
        prices.source,
        prices.observed_at

    from staging.stg_raw__prices as newest

    inner join spans
        on
            newest.symbol = spans.symbol
            and newest.bar_date between spans.from_date and spans.session_date
            and spans.has_bars

    inner join names
        on
            newest.symbol = names.symbol
            and newest.bar_date >= names.name_from_date
            and newest.bar_date < names.name_to_date

    inner join raw.prices as prices
        on
            names.landed_symbol = prices.symbol
            and newest.bar_date = prices.bar_date
            and newest.load_id = prices.load_id
            and newest.occurrence = prices.occurrence

    left join set_aside
        on
            newest.symbol = set_aside.symbol
            and newest.bar_date = set_aside.bar_date

    where symbol is null or newest.symbol = symbol

)
{%- endmacro %}
