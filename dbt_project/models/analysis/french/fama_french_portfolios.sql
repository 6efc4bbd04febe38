{# Daily return of every portfolio, its names weighted by their caps at the close before; a name #}
{# whose venue is closed earns 0, a delisting counts. #}
with

capped as (

    select
        holding_worths.as_of_date as date,
        holding_worths.symbol,
        holding_worths.worth / nullif(holding_worths.prior_worth, 0) - 1 as ret_1d,
        {{ ignoring_nulls('last_value', 'prices_daily.market_cap_usd') }} over (
            partition by holding_worths.symbol
            order by holding_worths.as_of_date
            rows between unbounded preceding and 1 preceding
        ) as prior_market_cap_usd

    from {{ ref('holding_worths') }} as holding_worths

    left join {{ ref('prices_daily') }} as prices_daily
        on
            holding_worths.symbol = prices_daily.symbol
            and holding_worths.as_of_date = prices_daily.as_of_date

)

select
    capped.date,
    constituents.asset_class,
    constituents.sort,
    constituents.size_group,
    constituents.characteristic_group,
    sum(capped.prior_market_cap_usd * capped.ret_1d)
    / nullif(sum(capped.prior_market_cap_usd), 0) as return,
    count(*) as n_names,
    sum(capped.prior_market_cap_usd) as prior_market_cap_usd

from capped

inner join {{ ref('fama_french_calendar') }} as calendar on capped.date = calendar.date

inner join {{ ref('fama_french_constituents') }} as constituents
    on
        calendar.asset_class = constituents.asset_class
        and calendar.formation_frequency = constituents.formation_frequency
        and calendar.formation_date = constituents.formation_date
        and capped.symbol = constituents.symbol
        and capped.date <= constituents.held_to_date

where capped.ret_1d is not null and capped.prior_market_cap_usd > 0

group by
    capped.date,
    constituents.asset_class,
    constituents.sort,
    constituents.size_group,
    constituents.characteristic_group
