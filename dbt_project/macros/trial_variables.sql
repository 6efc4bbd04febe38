{# The variables that a backtest depends on, whatever its score: with others it is another trial. #}
{# What is known of the data (end_date, known_at) makes another vintage; factors, models and how #}
{# models learn come with the score that uses them. Every other variable changes no backtest. #}
{% macro trial_variables() -%}
    {{ return([
        'dataset', 'base_currency', 'start_date', 'sessions', 'window_coverage',
        'execution_lag_sessions', 'calendars', 'max_carry_sessions', 'max_carry_fx_days',
        'max_carry_onchain_days', 'max_carry_venue_days', 'max_unchanged_sessions',
        'range_tolerance', 'max_move', 'reversal_share', 'delisting_after_sessions',
        'not_found_confirm_days', 'delisting_return', 'publication_lag_days',
        'max_statement_age_months', 'min_history_sessions', 'liquidity_sessions',
        'min_dollar_volume_usd', 'min_market_cap_usd', 'excluded_asset_kinds', 'factor_dates',
        'winsorize', 'min_names',
    ]) }}
{%- endmacro %}
