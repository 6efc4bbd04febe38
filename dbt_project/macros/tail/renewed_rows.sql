{# Which rows a tail build makes anew, as a condition on a column: from a day on, of the newest #}
{# loads, or of the symbols of which something new has landed. #}
{% macro renewed_rows(spec, column, looks_back=false) -%}
    {%- if spec.get('symbols_of') -%}
        {{ column }} in (
            select symbol from {{ model_named(spec.symbols_of).relation_name }}
            where load_id > {{ var('tail_load') }}
        )
    {%- elif spec.by == 'load_id' -%}
        {{ column }} > {{ var('tail_load') }}
    {%- else -%}
        {{ column }} >= cast('{{ renewed_from(spec, looks_back) }}' as date)
    {%- endif -%}
{%- endmacro %}
