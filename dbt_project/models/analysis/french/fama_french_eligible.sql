{{ config(schema='construction', materialized='view') }}
{# Who can be sorted at each formation: tradable at its venue's session then, with a known cap. #}
{# prior_return: for a portfolio of the next day. #}
{# Coins have no country: theirs is one market. #}
select
    formations.asset_class,
    formations.formation_frequency,
    formations.formation_date,
    sessions.symbol,
    sessions.venue,
    case formations.asset_class
        when 'crypto' then 'all'
        else coalesce(assets.country, 'unknown')
    end as country,
    sessions.market_cap_usd,
    sessions.prior_return,
    formations.session_date,
    formations.held_from_date,
    formations.held_to_date

from {{ ref('fama_french_formations') }} as formations

inner join {{ ref('universe_sessions') }} as sessions
    on
        formations.venue = sessions.venue
        and formations.session_date = sessions.as_of_date

inner join {{ ref('assets') }} as assets on sessions.symbol = assets.symbol

where sessions.is_tradable and sessions.market_cap_usd > 0
