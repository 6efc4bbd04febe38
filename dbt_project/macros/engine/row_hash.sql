{# A number of 64 bits that a row's values give, the same on every machine and run: DuckDB's own, #}
{# for what the work file says of its rows (tag record). #}
{% macro row_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}
