{# Daily return of every portfolio, its names weighted by their caps at the close before; a name #}
{# whose venue is closed earns 0, a delisting counts. #}
with

returned as (

    select
        holding_worths.as_of_date as date,
        holding_worths.symbol,
        holding_worths.worth / nullif(holding_worths.prior_worth, 0) - 1 as ret_1d,
        holding_worths.prior_market_cap_usd

    from {{ ref('holding_worths') }} as holding_worths

)

select
    returned.date,
    constituents.asset_class,
    constituents.sort,
    constituents.size_group,
    constituents.characteristic_group,
    sum(returned.prior_market_cap_usd * returned.ret_1d)
    / nullif(sum(returned.prior_market_cap_usd), 0) as return,
    count(*) as n_names,
    sum(returned.prior_market_cap_usd) as prior_market_cap_usd

from returned

inner join {{ ref('fama_french_calendar') }} as calendar on returned.date = calendar.date

inner join {{ ref('fama_french_constituents') }} as constituents
    on
        calendar.asset_class = constituents.asset_class
        and calendar.formation_frequency = constituents.formation_frequency
        and calendar.formation_date = constituents.formation_date
        and returned.symbol = constituents.symbol
        and returned.date <= constituents.held_to_date

where returned.ret_1d is not null and returned.prior_market_cap_usd > 0

group by
    returned.date,
    constituents.asset_class,
    constituents.sort,
    constituents.size_group,
    constituents.characteristic_group
