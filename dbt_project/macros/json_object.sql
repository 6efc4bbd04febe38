{# A JSON object of columns: texts in quotes, numbers as they are, what is missing as null. #}
{% macro json_object(table, texts, numbers) -%}
    {%- set pairs = [] -%}
    {%- for column in texts -%}
        {%- do pairs.append(
            "'\"" ~ column ~ "\":', coalesce('\"' || " ~ table ~ "." ~ column ~ " || '\"', 'null')"
        ) -%}
    {%- endfor -%}
    {%- for column in numbers -%}
        {%- do pairs.append(
            "'\"" ~ column ~ "\":', coalesce(" ~ number_text(table ~ "." ~ column) ~ ", 'null')"
        ) -%}
    {%- endfor -%}
    concat('{', {{ pairs | join(", ',', ") }}, '}')
{%- endmacro %}
