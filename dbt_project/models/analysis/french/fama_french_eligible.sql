{{ config(schema='construction', materialized='view') }}
{# Who can be sorted at each formation: tradable at its venue's session then, with a known cap. #}
{# Coins have no country: theirs is one market. #}
select
    formations.asset_class,
    formations.formation_frequency,
    formations.formation_date,
    universe_daily.symbol,
    universe_daily.venue,
    case formations.asset_class
        when 'crypto' then 'all'
        else coalesce(universe_daily.country, 'unknown')
    end as country,
    universe_daily.market_cap_usd,
    formations.session_date,
    formations.held_from_date,
    formations.held_to_date

from {{ ref('fama_french_formations') }} as formations

inner join {{ ref('universe_daily') }} as universe_daily
    on
        formations.venue = universe_daily.venue
        and formations.session_date = universe_daily.as_of_date

where universe_daily.is_tradable and universe_daily.market_cap_usd > 0
