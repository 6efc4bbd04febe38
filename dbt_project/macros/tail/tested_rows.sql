{# The rows of a relation that are to be tested: in a tail build, of a model that grows, those made #}
{# anew, and of a raw table those that landed since; of another those from the same day on, where #}
{# a test says by which of its columns. #}
{% macro tested_rows(relation, day_column=none) -%}
    {%- set node = model_named(relation.identifier) if execute -%}
    {%- set source = graph.sources.get('source.factorhouse.raw.' ~ relation.identifier) if execute -%}
    {%- set has_loads = source and 'load_id' in source.columns -%}
    {%- set spec = {'by': day_column} if day_column and var('tail_from') else none -%}
    {%- set spec = spec or (grows(node) if node) -%}
    {%- if relation.schema == 'raw' and has_loads and var('tail_from') -%}
        {%- set spec = {'by': 'load_id'} -%}
    {%- endif -%}
    {%- if spec -%}
        (select * from {{ relation }} where {{ renewed_rows(spec, spec.get('by', 'symbol')) }})
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}
