{# Writes the questions into schema main as table macros with their comments, and drops those of #}
{# an earlier build that are asked no more. #}
{% macro create_questions() -%}
    {%- if execute -%}
        {%- set names = questions() | map(attribute='name') | list -%}
        {%- set earlier = run_query(
            "select distinct function_name from duckdb_functions() where schema_name = 'main' "
            "and function_type = 'table_macro' and database_name = current_database()"
        ) -%}
        {%- for name in earlier.columns[0].values() if name not in names %}
            drop macro table main.{{ name }};
        {%- endfor -%}
        {%- for question in questions() if question.body %}
            create or replace macro main.{{ question.name }}({{ question.parameters | join(', ') }})
            as table
            {{ question.body }};
            comment on macro table main.{{ question.name }}
            is '{{ question.answers | replace("'", "''") }}';
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
