{# A double as text, with the digits that it takes to read it again: 1000000.0, 0.25, 1e-05. #}
{% macro number_text(number) -%}
    {{ return(adapter.dispatch('number_text', 'factorhouse')(number)) }}
{%- endmacro %}

{% macro default__number_text(number) -%}
    cast({{ number }} as string)
{%- endmacro %}

{# Spark writes 1.0E7 and 1.0E-5: as a decimal without its last zeros, or the exponent rewritten. #}
{% macro spark__number_text(number) -%}
    case
        when {{ number }} = 0 or abs({{ number }}) >= 1e-3 and abs({{ number }}) < 1e7
            then cast({{ number }} as string)
        when abs({{ number }}) >= 1e-4 and abs({{ number }}) < 1e16
            then regexp_replace(
                cast(cast({{ number }} as decimal(38, 20)) as string), '([.][0-9]+?)0+$', '$1'
            )
        else regexp_replace(
            regexp_replace(
                regexp_replace(cast({{ number }} as string), '([.]0)?E', 'e'),
                'e([0-9])', 'e+$1'
            ),
            'e-([0-9])$', 'e-0$1'
        )
    end
{%- endmacro %}
