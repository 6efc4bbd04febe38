{# Why the cleaning rules set something aside: the reasons of prepared.quarantine. #}
{% macro quarantine_reasons() -%}
    {{ return([
        'unknown_symbol', 'missing_close', 'non_finite_close', 'non_positive_close', 'future_bar',
        'off_calendar', 'conflicting_duplicate', 'close_outside_range', 'stale_run', 'bad_print',
        'unconfirmed_move', 'missing_fx_rate', 'bad_open', 'bad_high', 'bad_low', 'bad_volume',
    ]) }}
{%- endmacro %}
