{# Every comment of a relation in one statement. dbt's own macro asks twice which columns there are; #}
{# an enforced contract has already said so. #}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- set columns = model.columns -%}
    {%- if not config.get('contract').enforced -%}
        {%- set found = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
        {%- set columns = validate_doc_columns(relation, model.columns, found) -%}
    {%- endif -%}
    {%- set comments -%}
        {%- if for_relation and config.persist_relation_docs() and model.description -%}
            {{ alter_relation_comment(relation, model.description) }}
        {%- endif -%}
        {%- for name, column in columns.items() if for_columns and config.persist_column_docs() %}
            comment on column {{ relation }}.{{ adapter.quote(name) if column.quote else name }}
            is {{ duckdb_escape_comment(column.description) }};
        {%- endfor -%}
    {%- endset -%}
    {%- if comments | trim -%}
        {%- do run_query(comments) -%}
    {%- endif -%}
{%- endmacro %}
