{# Which rows a tail build makes anew, as a condition on a column: from a day on (and all of a name #}
{# that was delisted since, where the model says so), of the newest loads, or of the symbols of #}
{# which something new has landed. #}
{% macro renewed_rows(spec, column, looks_back=false) -%}
    {%- if spec.get('symbols_of') -%}
        {{ column }} in (
            select symbol from {{ model_named(spec.symbols_of).relation_name }}
            where load_id > {{ var('tail_load') }}
        )
    {%- elif spec.by == 'load_id' -%}
        {{ column }} > {{ var('tail_load') }}
    {%- elif spec.get('with_delisted') -%}
        (
            {{ column }} >= cast('{{ renewed_from(spec, looks_back) }}' as date)
            or symbol in (
                select symbol from {{ model_named('prices_daily').relation_name }}
                where is_delisted and as_of_date >= cast('{{ renewed_from(spec) }}' as date)
            )
        )
    {%- else -%}
        {{ column }} >= cast('{{ renewed_from(spec, looks_back) }}' as date)
    {%- endif -%}
{%- endmacro %}
