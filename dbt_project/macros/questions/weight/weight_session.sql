{# The CTEs `session`, the name's prices of the day; and `session_items`, what made it tradable. #}
{% macro weight_session() -%}
session as (

    select
        prices_daily.*,
        universe_daily.n_history,
        universe_daily.median_dollar_volume_usd,
        universe_daily.ret_1d_std,
        universe_daily.is_tradable

    from prepared.prices_daily as prices_daily

    inner join prepared.universe_daily as universe_daily
        on
            prices_daily.symbol = universe_daily.symbol
            and prices_daily.as_of_date = universe_daily.as_of_date

    where
        prices_daily.symbol = symbol
        and universe_daily.symbol = symbol
        and prices_daily.as_of_date = (
            select max(factor_dates.session_date)

            from factors.factor_dates as factor_dates

            inner join asked_asset on factor_dates.venue = asked_asset.venue

            inner join asked_decision on factor_dates.as_of_date <= asked_decision.as_of_date
        )
        and exists (
            select 1

            from is_explained
        )

),

session_items as (

    {{ explained_items('input', 'prepared.prices_daily', 'session', 'as_of_date', [
        {'name': 'close', 'unit': 'base currency'},
        {'name': 'market_cap_usd', 'unit': 'US dollars'},
        {'name': 'n_history', 'unit': 'bars so far'},
        {'name': 'median_dollar_volume_usd', 'unit': 'US dollars a day'},
        {'name': 'ret_1d_std', 'unit': 'standard deviation of daily returns'},
        {'name': 'is_tradable', 'is_text': true, 'unit': 'may be ranked'},
    ]) }}

)
{%- endmacro %}
