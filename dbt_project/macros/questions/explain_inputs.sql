{# explain_inputs(day, symbol, factor): the raw rows in the windows of a factor, as they landed. #}
{# Each part gives the columns that it has: the others are null. #}
{% macro explain_inputs() -%}
with

{{ input_needs() }},

{{ input_asked() }},

{{ input_spans() }},

{{ input_prices() }},

{{ input_actions() }},

{{ input_statements() }},

{{ input_fundamentals() }},

{{ input_currencies() }},

{{ input_rates() }},

{{ input_markets() }},

{{ input_universe() }},

input_rows as (

    {% for rows in ['bars', 'actions', 'fundamentals', 'rates', 'markets', 'described'] %}

        select * from {{ rows }}

        {% if not loop.last %}union all by name{% endif %}

    {% endfor %}

)

select
    input_rows.relation,
    input_rows.symbol,
    input_rows.item,
    input_rows.row_date,
    input_rows.value,
    input_rows.value_text,
    input_rows.open,
    input_rows.high,
    input_rows.low,
    input_rows.volume,
    input_rows.currency,
    input_rows.price_basis,
    input_rows.occurrence,
    input_rows.frequency,
    input_rows.published_at,
    input_rows.known_on_date,
    input_rows.set_aside,
    input_rows.load_id,
    input_rows.source,
    input_rows.observed_at

from input_rows
{%- endmacro %}
