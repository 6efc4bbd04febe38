{# A number from 0 up to 1 drawn by a text: the same on every run, thread and engine. The first #}
{# 52 bits of its MD5, which a double holds exactly. #}
{% macro uniform_draw(text) -%}
    {{ return(adapter.dispatch('uniform_draw', 'factorhouse')(text)) }}
{%- endmacro %}

{% macro default__uniform_draw(text) -%}
    cast('0x' || substr(md5({{ text }}), 1, 13) as bigint) / cast(4503599627370496 as double)
{%- endmacro %}

{% macro spark__uniform_draw(text) -%}
    cast(conv(substr(md5({{ text }}), 1, 13), 16, 10) as bigint) / cast(4503599627370496 as double)
{%- endmacro %}
