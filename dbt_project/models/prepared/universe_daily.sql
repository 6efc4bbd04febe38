{{ config(materialized='view') }}
{# Who belongs on each session, and whether it could be traded, on what was known then. #}
select
    sessions.as_of_date,
    sessions.symbol,
    assets.asset_class,
    assets.venue,
    assets.country,
    sessions.currency,
    assets.sector,
    assets.asset_kind,
    sessions.is_member,
    sessions.n_history,
    sessions.market_cap_usd,
    sessions.median_dollar_volume_usd,
    sessions.mean_dollar_volume_usd,
    sessions.ret_1d_std,
    sessions.is_tradable

from {{ ref('universe_sessions') }} as sessions

inner join {{ ref('assets') }} as assets on sessions.symbol = assets.symbol
