{# Orders the loads of a key: the newest load of the newest symbol (rank 0) has the largest. #}
{% macro vintage(load_id, symbol_rank='0') -%}
    {{ load_id }} - {{ symbol_rank }} * 1000000000000
{%- endmacro %}
