{# The rows of the tested model that this build made: in a tail build, of one that grows, not all. #}
{% macro tested_rows(relation) -%}
    {%- set node = graph.nodes.get(model.attached_node) if execute -%}
    {%- set spec = grows(node) if node -%}
    {%- if spec -%}
        (select * from {{ relation }} where {{ renewed_rows(spec, spec.get('by', 'symbol')) }})
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}
