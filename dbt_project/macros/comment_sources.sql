{# Writes what the sources' YAML says of the raw tables and their columns into their comments. #}
{% macro comment_sources() -%}
    {%- if execute and keeps_comments() and flags.WHICH in ('build', 'run') -%}
        {%- for source in graph.sources.values() %}
            comment on table {{ source.schema }}.{{ source.identifier }}
            is '{{ source.description | replace("'", "''") }}';
            {%- for column in source.columns.values() %}
                comment on column {{ source.schema }}.{{ source.identifier }}.{{ column.name }}
                is '{{ column.description | replace("'", "''") }}';
            {%- endfor %}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
