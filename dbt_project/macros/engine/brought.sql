{# The rows of a relation that another engine has computed (Parquet files, by the relation's name #}
{# in the variable `brought`), or nothing. They are cast to the types that the model's own SQL has. #}
{% macro brought(relation) -%}
    {{ return(var('brought', {}).get(relation.schema ~ '.' ~ relation.identifier)) }}
{%- endmacro %}

{% macro insert_brought(relation, files) -%}
    insert into {{ relation }} by name
    select * from read_parquet('{{ files | replace("'", "''") }}');
{%- endmacro %}

{% macro without_rows(sql) -%}
    select *
    from (
        {{ sql }}
    )
    limit 0
{%- endmacro %}
