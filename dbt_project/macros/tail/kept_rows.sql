{# What a tail build keeps of the model that it is used in, the rows before those made anew: columns #}
{# and their types. In a whole build no row. Running totals go on from them. #}
{% macro kept_rows(columns, recent=false) -%}
    {%- set spec = grows(model) -%}
    {%- if spec -%}
        (
            select {{ columns | join(', ') }}
            from {{ this }}
            where
                {{ spec.by }} < cast('{{ renewed_from(spec) }}' as date)
                {%- if recent %}
                and {{ spec.by }} >= cast('{{ renewed_from(spec, looks_back=true) }}' as date)
                {%- endif %}
        )
    {%- else -%}
        (
            select
                {%- for column, type in columns.items() %}
                cast(null as {{ type }}) as {{ column }}{{ ',' if not loop.last }}
                {%- endfor %}
            where false
        )
    {%- endif -%}
{%- endmacro %}
