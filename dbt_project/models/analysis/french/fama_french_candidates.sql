{{ config(schema='construction', materialized='view') }}
{# Every name that could be sorted at each formation, with what it is sorted by. What is formed #}
{# each day has it by itself: by far the most names look up nothing. #}
with

described as (

    -- Only equities are sorted each day. To cross keeps DuckDB from taking the names for few.
    select
        size_groups.*,
        sorts.sort,
        sorts.characteristic,
        sorts.is_size_first,
        size_groups.prior_return as characteristic_value

    from {{ ref('fama_french_size_groups') }} as size_groups

    cross join {{ ref('fama_french_sorts') }} as sorts

    where size_groups.formation_frequency = 'day' and sorts.formation_frequency = 'day'

    union all

    select
        size_groups.*,
        sorts.sort,
        case
            when sorts.sort = 'profitability' and june_characteristics.is_return_on_equity
                then 'return_on_equity'
            else sorts.characteristic
        end as characteristic,
        sorts.is_size_first,
        case
            when sorts.sort = 'market' then null
            when sorts.sort = 'size' then size_groups.market_cap_usd
            when sorts.sort = 'book_to_market' then june_characteristics.book_to_market
            when sorts.sort = 'investment' then june_characteristics.asset_growth
            when sorts.sort = 'profitability' and june_characteristics.is_return_on_equity
                then june_characteristics.return_on_equity
            when sorts.sort = 'profitability'
                then june_characteristics.operating_profitability
            else prior_returns.prior_return
        end as characteristic_value

    from {{ ref('fama_french_size_groups') }} as size_groups

    inner join {{ ref('fama_french_sorts') }} as sorts
        on
            size_groups.asset_class = sorts.asset_class
            and size_groups.formation_frequency = sorts.formation_frequency

    left join {{ ref('june_characteristics') }} as june_characteristics
        on
            size_groups.formation_frequency = 'june'
            and size_groups.formation_date = june_characteristics.formation_date
            and size_groups.symbol = june_characteristics.symbol

    left join {{ ref('prior_returns') }} as prior_returns
        on
            size_groups.formation_frequency = prior_returns.formation_frequency
            and size_groups.session_date = prior_returns.session_date
            and size_groups.symbol = prior_returns.symbol

    where size_groups.formation_frequency <> 'day'

)

select
    described.formation_date,
    described.asset_class,
    described.formation_frequency,
    described.sort,
    described.symbol,
    described.country,
    described.held_from_date,
    described.held_to_date,
    described.market_cap_usd,
    described.size_rule,
    described.size_breakpoint_usd,
    case when described.sort in ('market', 'size') then 'all' else described.size_group end
        as size_group,
    case when described.is_size_first then described.size_group else 'all' end as breakpoint_group,
    described.is_reference,
    described.characteristic,
    described.characteristic_value

from described
