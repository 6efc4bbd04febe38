{# What each registered factor reads, and each trait that portfolios read, by asset class: #}
{# {name, family, asset_class, kind, item, n, n_end}. kind bars: the window of bars, from n to #}
{# n_end sessions before the day (n none: all there are); market: the market returns of n #}
{# sessions; statement: a metric of statements; daily: one of n days. #}
{% macro factor_needs() -%}
    {%- set needs = [] -%}
    {%- set days_of = {'adjusted_transfer_value': 90, 'active_addresses': 30} -%}
    {%- set expenses = {'operating_profitability': ['sga_expense', 'interest_expense']} -%}
    {%- set against_market = ['beta_1y', 'idiosyncratic_volatility_3m'] -%}
    {%- set traits = [
        {'name': 'ret_1d_std', 'needs': ['prices']},
        {'name': 'is_tradable', 'needs': ['prices', 'market_cap']},
        {'name': 'market_cap_usd', 'needs': ['market_cap']},
    ] -%}
    {%- for asset_class, sessions in var('sessions').items() -%}
        {%- set windows = factor_windows(asset_class) -%}
        {%- for factor in registered_factors(asset_class=asset_class) + traits -%}
            {%- set read = factor.get('needs', ['prices']) + expenses.get(factor.name, []) -%}
            {%- set row = {
                'name': factor.name, 'family': factor.get('family'), 'asset_class': asset_class
            } -%}
            {%- set window = windows.get(
                factor.name, [none, none] if 'prices' in read else [0, 0]
            ) -%}
            {%- if 'prices' in read or 'volume' in read or 'market_cap' in read -%}
                {%- do needs.append(
                    dict(row, kind='bars', item='bars', n=window[0], n_end=window[1])
                ) -%}
            {%- endif -%}
            {%- if factor.name in against_market -%}
                {%- do needs.append(
                    dict(row, kind='market', item='market_return', n=window[0])
                ) -%}
            {%- endif -%}
            {%- if 'market_cap' in read -%}
                {%- do needs.append(
                    dict(row, kind='statement', item='shares_outstanding', n=none)
                ) -%}
                {%- do needs.append(
                    dict(row, kind='daily', item='market_cap', n=2 * var('max_carry_onchain_days'))
                ) -%}
            {%- endif -%}
            {%- for metric in read if metric not in ['prices', 'volume', 'market_cap'] -%}
                {%- do needs.append(dict(row, kind='statement', item=metric, n=none)) -%}
                {%- do needs.append(
                    dict(row, kind='daily', item=metric, n=days_of.get(metric, sessions.year))
                ) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(needs) }}
{%- endmacro %}
