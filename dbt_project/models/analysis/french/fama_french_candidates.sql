{{ config(schema='construction', materialized='view') }}
{# Every name that could be sorted at each formation, with what it is sorted by. #}
select
    size_groups.formation_date,
    size_groups.asset_class,
    sorts.formation_frequency,
    sorts.sort,
    size_groups.symbol,
    size_groups.country,
    size_groups.held_from_date,
    size_groups.held_to_date,
    size_groups.market_cap_usd,
    size_groups.size_rule,
    size_groups.size_breakpoint_usd,
    case when sorts.sort in ('market', 'size') then 'all' else size_groups.size_group end
        as size_group,
    case when sorts.is_size_first then size_groups.size_group else 'all' end as breakpoint_group,
    size_groups.is_reference,
    case
        when sorts.sort = 'profitability' and june_characteristics.is_return_on_equity
            then 'return_on_equity'
        else sorts.characteristic
    end as characteristic,
    case
        when sorts.sort = 'market' then null
        when sorts.sort = 'size' then size_groups.market_cap_usd
        when sorts.sort = 'book_to_market' then june_characteristics.book_to_market
        when sorts.sort = 'investment' then june_characteristics.asset_growth
        when sorts.sort = 'profitability' and june_characteristics.is_return_on_equity
            then june_characteristics.return_on_equity
        when sorts.sort = 'profitability' then june_characteristics.operating_profitability
        else prior_returns.prior_return
    end as characteristic_value

from {{ ref('fama_french_size_groups') }} as size_groups

inner join {{ ref('fama_french_sorts') }} as sorts
    on
        size_groups.asset_class = sorts.asset_class
        and size_groups.formation_frequency = sorts.formation_frequency

left join {{ ref('june_characteristics') }} as june_characteristics
    on
        sorts.formation_frequency = 'june'
        and size_groups.formation_date = june_characteristics.formation_date
        and size_groups.symbol = june_characteristics.symbol

left join {{ ref('prior_returns') }} as prior_returns
    on
        size_groups.formation_frequency = prior_returns.formation_frequency
        and size_groups.session_date = prior_returns.session_date
        and size_groups.symbol = prior_returns.symbol
