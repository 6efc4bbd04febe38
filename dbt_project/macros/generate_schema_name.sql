{# Schemas carry the layer's name alone: prepared, not main_prepared. A sweep builds its books #}
{# into schemas of its own, sweep_portfolios; the ledger of trials is one for all. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set schema = custom_schema_name | trim if custom_schema_name else target.schema -%}
    {%- set of_strategies = ['seeds', 'construction', 'portfolios', 'performance'] -%}
    {%- if var('sweep') and schema in of_strategies and node.name != 'trials' -%}
        sweep_{{ schema }}
    {%- else -%}
        {{ schema }}
    {%- endif -%}
{%- endmacro %}
