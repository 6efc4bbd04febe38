{# Size: the logarithm of market capitalization in US dollars. Banz (1981). #}
select
    members.as_of_date,
    members.symbol,
    members.asset_class,
    case when prices_daily.market_cap_usd > 0 then ln(prices_daily.market_cap_usd) end as size

from {{ ref('cross_section_members') }} as members

inner join {{ ref('prices_daily') }} as prices_daily
    on
        members.symbol = prices_daily.symbol
        and members.session_date = prices_daily.as_of_date
