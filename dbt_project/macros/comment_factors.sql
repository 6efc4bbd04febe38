{# Writes the registry's words for each factor column of a relation into its comments. #}
{% macro comment_factors(relation, is_rank=false) -%}
    {%- set found = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
    {%- for factor in registered_factors() if factor.name in found -%}
        {%- set formula = factor.get('formula', factor.name) -%}
        {%- set words -%}
            {{ formula[0] | upper }}{{ formula[1:] }} ({{ factor.paper }}):
            {{ 'directed rank, high is expected to earn more' if is_rank else 'raw value, ' ~ factor.unit }}
        {%- endset %}
        comment on column {{ relation }}.{{ factor.name }} is '{{ words.split() | join(" ") | replace("'", "''") }}';
    {%- endfor -%}
{%- endmacro %}
