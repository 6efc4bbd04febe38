{# What a position pays a year as a share of its value: a short one to borrow, a long one to fund. #}
{% macro carry_fee_ann(units, asset_class, books) -%}
    case
        when {{ units }} < 0 and {{ asset_class }} = 'crypto' then {{ books }}.crypto_borrow_ann
        when {{ units }} < 0 then {{ books }}.equity_borrow_ann
        when {{ asset_class }} = 'crypto' then {{ books }}.crypto_funding_ann
        else {{ books }}.equity_funding_ann
    end
{%- endmacro %}
