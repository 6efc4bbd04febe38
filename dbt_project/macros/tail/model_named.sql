{# The model of the graph that bears a name. #}
{% macro model_named(name) -%}
    {{ return(graph.nodes.get('model.factorhouse.' ~ name)) }}
{%- endmacro %}
