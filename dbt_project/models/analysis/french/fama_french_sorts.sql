{{ config(schema='construction') }}
{# The sorts, and the factor that each gives: Fama and French (1993, 2015) and Carhart (1997) for #}
{# equities, Liu, Tsyvinski and Wu (2022) for crypto. direction -1: low is long. #}
{%- set sorts = [
    ('equity', 'market', 'month', none, 1, 'MKT', false),
    ('equity', 'book_to_market', 'june', 'book_to_market', 1, 'HML', false),
    ('equity', 'profitability', 'june', 'operating_profitability', 1, 'RMW', false),
    ('equity', 'investment', 'june', 'asset_growth', -1, 'CMA', false),
    ('equity', 'momentum', 'month', 'return_12_2', 1, 'UMD', false),
    ('equity', 'momentum_daily', 'day', 'return_251_21', 1, 'UMD_DAILY', false),
    ('crypto', 'market', 'week', none, 1, 'CMKT', false),
    ('crypto', 'size', 'week', 'market_cap_usd', -1, 'CSMB', false),
    ('crypto', 'momentum', 'week', 'return_3w', 1, 'CMOM', false),
    ('crypto', 'momentum_size_first', 'week', 'return_3w', 1, 'CMOM_SIZE_FIRST', true),
] -%}
{% for asset_class, sort, frequency, characteristic, direction, portfolio, is_size_first in sorts %}

    select
        '{{ asset_class }}' as asset_class,
        '{{ sort }}' as sort,
        '{{ frequency }}' as formation_frequency,
        {% if characteristic is none %}
            cast(null as string) as characteristic,
        {% else %}
            '{{ characteristic }}' as characteristic,
        {% endif %}
        {{ direction }} as direction,
        '{{ portfolio }}' as portfolio,
        cast({{ is_size_first }} as boolean) as is_size_first

    {% if not loop.last %}union all{% endif %}

{% endfor %}
