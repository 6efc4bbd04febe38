{{ config(schema='construction') }}
{# Past returns by which names are sorted, on the sessions of formations. Monthly: from the close #}
{# twelve month ends ago to the close of the last. Daily, for a portfolio of day t: t-251..t-21, #}
{# formed at the close of t-1 (both French's library). Crypto: three weeks to the formation, Liu, #}
{# Tsyvinski and Wu (2022). n_bars counts bars: its difference, those between two sessions. #}
with

spans as (

    {% for asset_class, frequency, first, last in [
        ('equity', 'day', 250, 20), ('crypto', 'week', 21, 0)
    ] %}

        select
            '{{ frequency }}' as formation_frequency,
            prices_daily.symbol,
            prices_daily.as_of_date as session_date,
            lag(prices_daily.adj_close, {{ last }}) over history as adj_close,
            lag(prices_daily.adj_close, {{ first }}) over history as first_adj_close,
            lag(prices_daily.n_bars, {{ last }}) over history
            - lag(prices_daily.n_bars, {{ first }}) over history as n_bars,
            cast({{ first - last }} as bigint) as n_sessions

        from {{ ref('prices_daily') }} as prices_daily

        where prices_daily.asset_class = '{{ asset_class }}'

        window history as (
            partition by prices_daily.symbol, prices_daily.listing_no
            order by prices_daily.session_no
        )

        union all

    {% endfor %}

    select
        formations.formation_frequency,
        prices_daily.symbol,
        prices_daily.as_of_date as session_date,
        last_month.adj_close,
        last_year.adj_close as first_adj_close,
        last_month.n_bars - last_year.n_bars as n_bars,
        last_month.session_no - last_year.session_no as n_sessions

    from {{ ref('fama_french_formations') }} as formations

    inner join {{ ref('prices_daily') }} as prices_daily
        on
            formations.venue = prices_daily.venue
            and formations.session_date = prices_daily.as_of_date

    inner join {{ ref('prices_daily') }} as last_month
        on
            prices_daily.symbol = last_month.symbol
            and prices_daily.listing_no = last_month.listing_no
            and formations.month_ago_date = last_month.as_of_date

    inner join {{ ref('prices_daily') }} as last_year
        on
            prices_daily.symbol = last_year.symbol
            and prices_daily.listing_no = last_year.listing_no
            and formations.year_ago_date = last_year.as_of_date

    where formations.formation_frequency = 'month'

)

select
    spans.formation_frequency,
    spans.symbol,
    spans.session_date,
    spans.adj_close / spans.first_adj_close - 1 as prior_return

from spans

where
    spans.first_adj_close > 0
    and spans.adj_close is not null
    and spans.n_bars >= {{ var('window_coverage') }} * spans.n_sessions
