{{ config(schema='construction') }}
{# Past returns by which names are sorted, on the sessions of formations. Monthly: from the close #}
{# twelve month ends ago to the close of the last (French's library; for its daily portfolios see #}
{# universe_sessions). Crypto: three weeks to the formation, Liu, Tsyvinski and Wu (2022). #}
{# n_bars counts bars: its difference, those between two sessions. #}
with

-- The sessions a month and a year ago are month ends as well: of all prices only theirs are read.
month_ends as {{ materialized() }} (

    select
        formations.formation_frequency,
        formations.session_date,
        formations.month_ago_date,
        formations.year_ago_date,
        prices_daily.symbol,
        prices_daily.listing_no,
        prices_daily.session_no,
        prices_daily.adj_close,
        prices_daily.n_bars

    from {{ ref('fama_french_formations') }} as formations

    inner join {{ ref('prices_daily') }} as prices_daily
        on
            formations.venue = prices_daily.venue
            and formations.session_date = prices_daily.as_of_date

    where formations.formation_frequency = 'month'

),

spans as (

    select
        'week' as formation_frequency,
        prices_daily.symbol,
        prices_daily.as_of_date as session_date,
        prices_daily.adj_close,
        lag(prices_daily.adj_close, 21) over history as first_adj_close,
        prices_daily.n_bars - lag(prices_daily.n_bars, 21) over history as n_bars,
        cast(21 as bigint) as n_sessions

    from {{ ref('prices_daily') }} as prices_daily

    where prices_daily.asset_class = 'crypto'

    window
        history as (
            partition by prices_daily.symbol, prices_daily.listing_no
            order by prices_daily.session_no
        )

    union all

    select
        month_ends.formation_frequency,
        month_ends.symbol,
        month_ends.session_date,
        last_month.adj_close,
        last_year.adj_close as first_adj_close,
        last_month.n_bars - last_year.n_bars as n_bars,
        last_month.session_no - last_year.session_no as n_sessions

    from month_ends

    inner join month_ends as last_month
        on
            month_ends.symbol = last_month.symbol
            and month_ends.listing_no = last_month.listing_no
            and month_ends.month_ago_date = last_month.session_date

    inner join month_ends as last_year
        on
            month_ends.symbol = last_year.symbol
            and month_ends.listing_no = last_year.listing_no
            and month_ends.year_ago_date = last_year.session_date

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
