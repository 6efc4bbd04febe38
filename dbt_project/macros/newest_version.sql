{# Keeps the rows of the newest load of each key: older loads of it are superseded vintages. #}
{# Where several symbols of one asset give the key, the newest symbol's (rank 0) come first. #}
{% macro newest_version(key, symbol_rank='0') -%}
    {{ vintage('load_id', symbol_rank) }}
    = max({{ vintage('load_id', symbol_rank) }}) over (partition by {{ key | join(', ') }})
{%- endmacro %}
