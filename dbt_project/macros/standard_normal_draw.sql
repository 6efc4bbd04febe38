{# A standard normal number drawn by a text, from two uniform ones: Box and Muller (1958). #}
{% macro standard_normal_draw(text) -%}
    sqrt(-2 * ln(1 - {{ uniform_draw(text ~ " || ':radius'") }}))
    * cos(2 * pi() * {{ uniform_draw(text ~ " || ':angle'") }})
{%- endmacro %}
