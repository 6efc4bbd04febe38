{# The CTE `markets`: no raw rows, but what a beta is measured against; explain it further by #}
{# prepared.market_returns. #}
{% macro input_markets() -%}
markets as (

    select
        'prepared.market_returns' as relation,
        'market_return' as item,
        market_returns.as_of_date as row_date,
        market_returns.market_return as value,
        market_returns.asset_class as value_text,
        market_returns.as_of_date as known_on_date

    from prepared.market_returns as market_returns

    inner join (
        select
            spans.asset_class,
            min(spans.market_from_date) as market_from_date,
            max(spans.session_date) as session_date

        from spans

        group by spans.asset_class
    ) as windows
        on
            market_returns.asset_class = windows.asset_class
            and market_returns.as_of_date
            between windows.market_from_date and windows.session_date

)
{%- endmacro %}
