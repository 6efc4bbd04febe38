{# Keeps the rows of the newest load of each key: older loads of it are superseded vintages. #}
{% macro newest_version(key) -%}
    load_id = max(load_id) over (partition by {{ key | join(', ') }})
{%- endmacro %}
