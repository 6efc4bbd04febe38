{# explain_inputs(day, symbol, factor): the raw rows in the windows of a factor, as they landed. #}
{# Each part gives the columns that it has: the others are null. #}
{% macro explain_inputs() -%}
with

{{ input_needs() }},

{{ input_names() }},

{{ input_spans() }},

{{ input_prices() }},

{{ input_actions() }},

{{ input_statements() }},

{{ input_fundamentals() }},

{{ input_currencies() }},

{{ input_rates() }},

{{ input_markets() }},

{{ input_universe() }},

landed as (

    {% for rows in ['bars', 'actions', 'fundamentals', 'rates', 'markets', 'described'] %}

        select * from {{ rows }}

        {% if not loop.last %}union all by name{% endif %}

    {% endfor %}

)

select
    landed.relation,
    landed.symbol,
    landed.item,
    landed.row_date,
    landed.value,
    landed.value_text,
    landed.open,
    landed.high,
    landed.low,
    landed.volume,
    landed.currency,
    landed.price_basis,
    landed.occurrence,
    landed.frequency,
    landed.published_at,
    landed.known_on_date,
    landed.set_aside,
    landed.load_id,
    landed.source,
    landed.observed_at

from landed
{%- endmacro %}
