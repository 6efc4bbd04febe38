{# What each registered factor reads, and each trait that portfolios read, by asset class: #}
{# {name, family, asset_class, kind, item, n}. kind bars: how many sessions before the day the #}
{# window begins (none, as of a factor without an entry here: all there are); market: the market #}
{# returns of so many sessions; statement: a metric of statements; daily: one of so many days. #}
{% macro factor_needs() -%}
    {%- set needs = [] -%}
    {%- set years_back = {'equity': 5, 'crypto': 3} -%}
    {%- set days_of = {'adjusted_transfer_value': 90, 'active_addresses': 30} -%}
    {%- set expenses = {'operating_profitability': ['sga_expense', 'interest_expense']} -%}
    {%- for asset_class, sessions in var('sessions').items() -%}
        {%- set month, year = sessions.month, sessions.year -%}
        {%- set reach = {
            'momentum_12_1': year,
            'momentum_6_1': 6 * month,
            'momentum_1w': 7,
            'momentum_2w': 14,
            'momentum_3w': 21,
            'momentum_4w': 28,
            'reversal_1m': month,
            'long_run_reversal': years_back[asset_class] * year,
            'high_52w': year - 1,
            'volatility_1y': year,
            'volatility_3m': 3 * month,
            'beta_1y': year,
            'idiosyncratic_volatility_3m': 3 * month,
            'max_return_1m': month,
            'amihud_1m': month,
            'dollar_volume_3m': 3 * month - 1,
            'moving_average_distance': 199,
            'ret_1d_std': var('liquidity_sessions'),
            'is_tradable': [
                var('liquidity_sessions'), var('min_history_sessions')[asset_class]
            ] | max - 1,
            'market_cap_usd': 0,
        } -%}
        {%- set market = {'beta_1y': year, 'idiosyncratic_volatility_3m': 3 * month} -%}
        {%- set traits = [
            {'name': 'ret_1d_std', 'needs': ['prices']},
            {'name': 'is_tradable', 'needs': ['prices', 'market_cap']},
            {'name': 'market_cap_usd', 'needs': ['market_cap']},
        ] -%}
        {%- for factor in registered_factors(asset_class=asset_class) + traits -%}
            {%- set read = factor.get('needs', ['prices']) + expenses.get(factor.name, []) -%}
            {%- set row = {
                'name': factor.name, 'family': factor.get('family'), 'asset_class': asset_class
            } -%}
            {%- if 'prices' in read or 'volume' in read or 'market_cap' in read -%}
                {%- set n = reach.get(factor.name, none if 'prices' in read else 0) -%}
                {%- do needs.append(dict(row, kind='bars', item='bars', n=n)) -%}
            {%- endif -%}
            {%- if factor.name in market -%}
                {%- do needs.append(
                    dict(row, kind='market', item='market_return', n=market[factor.name])
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
                    dict(row, kind='daily', item=metric, n=days_of.get(metric, year))
                ) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(needs) }}
{%- endmacro %}
