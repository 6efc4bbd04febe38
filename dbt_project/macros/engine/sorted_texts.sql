{# The texts of a group in order, with commas between them: the same whatever order they come in. #}
{% macro sorted_texts(text) -%}
    {{ return(adapter.dispatch('sorted_texts', 'factorhouse')(text)) }}
{%- endmacro %}

{% macro default__sorted_texts(text) -%}
    array_to_string(list_sort(array_agg({{ text }})), ',')
{%- endmacro %}

{% macro spark__sorted_texts(text) -%}
    array_join(array_sort(collect_list({{ text }})), ',')
{%- endmacro %}
