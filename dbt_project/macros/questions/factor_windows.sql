{# [begin, end] of the window of bars that each factor and trait of an asset class is computed #}
{# in, in sessions back from the day. Whoever is not here reads all there are. #}
{% macro factor_windows(asset_class) -%}
    {%- set month, year = var('sessions')[asset_class].month, var('sessions')[asset_class].year -%}
    {%- set listed = var('min_history_sessions')[asset_class] -%}
    {{ return({
        'momentum_12_1': [year, month],
        'momentum_6_1': [6 * month, month],
        'momentum_1w': [7, 0],
        'momentum_2w': [14, 0],
        'momentum_3w': [21, 0],
        'momentum_4w': [28, 0],
        'reversal_1m': [month, 0],
        'long_run_reversal': [{'equity': 5, 'crypto': 3}[asset_class] * year, year],
        'high_52w': [year - 1, 0],
        'volatility_1y': [year, 0],
        'volatility_3m': [3 * month, 0],
        'beta_1y': [year, 0],
        'idiosyncratic_volatility_3m': [3 * month, 0],
        'max_return_1m': [month, 0],
        'amihud_1m': [month, 0],
        'dollar_volume_3m': [3 * month - 1, 0],
        'moving_average_distance': [199, 0],
        'ret_1d_std': [var('liquidity_sessions'), 0],
        'is_tradable': [[var('liquidity_sessions'), listed] | max - 1, 0],
        'market_cap_usd': [0, 0],
    }) }}
{%- endmacro %}
