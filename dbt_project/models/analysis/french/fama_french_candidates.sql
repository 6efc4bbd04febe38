{{ config(schema='construction') }}
{# Every name that could be sorted at each formation, with what it is sorted by; missing: only its #}
{# size counts, in the breakpoint. #}
select
    size_groups.formation_date,
    size_groups.asset_class,
    sorts.frequency,
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
    coalesce(june_characteristics.characteristic, sorts.characteristic) as characteristic,
    case
        when sorts.sort = 'market' then null
        when sorts.sort = 'size' then size_groups.market_cap_usd
        when sorts.frequency = 'june' then june_characteristics.characteristic_value
        else prior_returns.prior_return
    end as characteristic_value

from {{ ref('fama_french_size_groups') }} as size_groups

inner join {{ ref('fama_french_sorts') }} as sorts
    on
        size_groups.asset_class = sorts.asset_class
        and size_groups.frequency = sorts.frequency

left join {{ ref('june_characteristics') }} as june_characteristics
    on
        sorts.sort = june_characteristics.sort
        and size_groups.formation_date = june_characteristics.formation_date
        and size_groups.symbol = june_characteristics.symbol

left join {{ ref('prior_returns') }} as prior_returns
    on
        size_groups.asset_class = prior_returns.asset_class
        and size_groups.frequency = prior_returns.frequency
        and size_groups.formation_date = prior_returns.formation_date
        and size_groups.symbol = prior_returns.symbol
