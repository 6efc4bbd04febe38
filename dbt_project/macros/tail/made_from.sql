{# The code of a Python model, told in a tail build from which day on its rows are made anew; #}
{# where that says nothing to it, it makes all of them. #}
{% macro made_from(code) -%}
    {%- if var('tail_from') -%}
        {%- set code = code | replace(
            'RENEWED_FROM = None', "RENEWED_FROM = '" ~ renewed_from({}) ~ "'"
        ) -%}
    {%- endif -%}
    {{ return(code) }}
{%- endmacro %}
