{# Hooks of a model whose joins are taken in the order in which they stand, before and after it. #}
{# DuckDB takes a join on several columns to be as large as one on the best of them alone, a #}
{# thousand times its size, and would hold 100 million rows to look up 4 million. #}
{% macro joins_as_written() -%}
    {{ return(adapter.dispatch('joins_as_written', 'factorhouse')()) }}
{%- endmacro %}

{% macro default__joins_as_written() -%}
    set disabled_optimizers = 'partitioned_execution,join_order'
{%- endmacro %}

{% macro spark__joins_as_written() -%}
{%- endmacro %}

{% macro joins_as_planned() -%}
    {{ return(adapter.dispatch('joins_as_planned', 'factorhouse')()) }}
{%- endmacro %}

{# What profiles.yml says. #}
{% macro default__joins_as_planned() -%}
    set disabled_optimizers = 'partitioned_execution'
{%- endmacro %}

{% macro spark__joins_as_planned() -%}
{%- endmacro %}
