{# True where a row of that day stands under a symbol its asset gave up later (symbol_changes). #}
{% macro bore_old_symbol(symbol, day) -%}
    {{ symbol }} = symbol_changes.old_symbol
    and {{ day }} >= symbol_changes.from_date
    and {{ day }} < symbol_changes.change_date
{%- endmacro %}
