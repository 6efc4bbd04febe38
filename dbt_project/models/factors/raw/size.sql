{# Size: the logarithm of market capitalization in US dollars. Banz (1981). #}
select
    members.as_of_date,
    members.symbol,
    members.asset_class,
    case when members.market_cap_usd > 0 then ln(members.market_cap_usd) end as size

from {{ ref('cross_section_members') }} as members
