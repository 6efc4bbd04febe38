{# True for a raw row that had been seen by the second clock, KNOWN_AT: later vintages do not exist. #}
{% macro is_known(observed_at='observed_at') -%}
    {{ observed_at }} <= cast('{{ var("known_at") }}' as timestamp)
{%- endmacro %}
