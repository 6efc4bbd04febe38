{# How a model grows, from its meta, where this build is the tail of the one before; else none. #}
{% macro grows(node) -%}
    {{ return(node.config.get('meta', {}).get('grows') if var('tail_from') else none) }}
{%- endmacro %}
