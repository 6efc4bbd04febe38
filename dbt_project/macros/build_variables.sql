{# Every variable that a build's numbers depend on, in no order: all but the name of a sweep. #}
{% macro build_variables() -%}
    {{ return(trial_variables() + [
        'end_date', 'known_at', 'factors', 'selected_factors', 'ml_models', 'selected_models',
        'walk_forward', 'spread_fraction', 'horizons', 'bootstrap', 'cost_grid_bps',
        'aum_grid_usd', 'impact_coefficients', 'slippage', 'exposure_factors', 'multiverse', 'lots',
    ]) }}
{%- endmacro %}
