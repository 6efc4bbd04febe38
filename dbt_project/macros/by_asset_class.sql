{# The entry of a variable such as {equity: 5, crypto: 10} that fits the row's asset class. #}
{% macro by_asset_class(setting, column) -%}
    case {{ column }}
        {%- for asset_class, value in setting.items() %}
        when '{{ asset_class }}' then {{ value }}
        {%- endfor %}
    end
{%- endmacro %}
