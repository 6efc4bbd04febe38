{# What a position pays a year as a share of its value: a short to borrow, a long to fund. #}
{# `is_crypto`: the condition by which it is one of crypto. #}
{% macro carry_fee_ann(units, is_crypto, books) -%}
    case
        when {{ units }} < 0 and {{ is_crypto }} then {{ books }}.crypto_borrow_ann
        when {{ units }} < 0 then {{ books }}.equity_borrow_ann
        when {{ is_crypto }} then {{ books }}.crypto_funding_ann
        else {{ books }}.equity_funding_ann
    end
{%- endmacro %}
