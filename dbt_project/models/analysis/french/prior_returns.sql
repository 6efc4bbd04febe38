{{ config(schema='construction', materialized='view') }}
{# Past returns by which names are sorted. Monthly: from the close twelve month ends ago to the #}
{# close of the last. Daily, for a portfolio of day t: t-251..t-21, formed at the close of t-1 #}
{# (both French's library). Crypto: three weeks to the formation, Liu, Tsyvinski and Wu (2022). #}
with

-- n_bars counts the bars of a listing: its difference, those between two sessions.
prices as (

    select
        prices_daily.as_of_date,
        prices_daily.symbol,
        prices_daily.asset_class,
        prices_daily.listing_no,
        prices_daily.session_no,
        prices_daily.adj_close,
        prices_daily.n_bars

    from {{ ref('prices_daily') }} as prices_daily

),

by_row as (

    {% for asset_class, first, last in [('equity', 250, 20), ('crypto', 21, 0)] %}

        select
            prices.symbol,
            prices.as_of_date,
            lag(prices.adj_close, {{ last }}) over history as adj_close,
            lag(prices.adj_close, {{ first }}) over history as first_adj_close,
            lag(prices.n_bars, {{ last }}) over history
            - lag(prices.n_bars, {{ first }}) over history as n_bars,
            {{ first - last }} as n_sessions

        from prices

        where prices.asset_class = '{{ asset_class }}'

        window
            history as (
                partition by prices.symbol, prices.listing_no
                order by prices.session_no
            )

        {% if not loop.last %}union all{% endif %}

    {% endfor %}

),

spans as (

    select
        size_groups.asset_class,
        size_groups.formation_frequency,
        size_groups.formation_date,
        size_groups.symbol,
        last_month.adj_close,
        last_year.adj_close as first_adj_close,
        last_month.n_bars - last_year.n_bars as n_bars,
        last_month.session_no - last_year.session_no as n_sessions

    from {{ ref('fama_french_size_groups') }} as size_groups

    inner join {{ ref('fama_french_formations') }} as formations
        on
            size_groups.formation_frequency = formations.formation_frequency
            and size_groups.formation_date = formations.formation_date
            and size_groups.venue = formations.venue

    inner join prices
        on size_groups.symbol = prices.symbol and size_groups.session_date = prices.as_of_date

    inner join prices as last_month
        on
            size_groups.symbol = last_month.symbol
            and formations.month_ago_date = last_month.as_of_date
            and prices.listing_no = last_month.listing_no

    inner join prices as last_year
        on
            size_groups.symbol = last_year.symbol
            and formations.year_ago_date = last_year.as_of_date
            and prices.listing_no = last_year.listing_no

    where size_groups.formation_frequency = 'month'

    union all

    select
        size_groups.asset_class,
        size_groups.formation_frequency,
        size_groups.formation_date,
        size_groups.symbol,
        by_row.adj_close,
        by_row.first_adj_close,
        by_row.n_bars,
        by_row.n_sessions

    from {{ ref('fama_french_size_groups') }} as size_groups

    inner join by_row
        on
            size_groups.symbol = by_row.symbol
            and size_groups.session_date = by_row.as_of_date

    where size_groups.formation_frequency in ('day', 'week')

)

select
    spans.asset_class,
    spans.formation_frequency,
    spans.formation_date,
    spans.symbol,
    spans.adj_close / spans.first_adj_close - 1 as prior_return

from spans

where
    spans.first_adj_close > 0
    and spans.adj_close is not null
    and spans.n_bars >= {{ var('window_coverage') }} * spans.n_sessions
