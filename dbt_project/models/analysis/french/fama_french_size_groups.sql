{{ config(schema='construction', materialized='view') }}
{# Small or big, at each formation, by fama_french_size_cuts. #}
with

grouped as (

    select
        eligible.*,
        cuts.size_rule,
        cuts.size_breakpoint_usd,
        case
            when
                cuts.size_rule = 'cap_share'
                and eligible.market_cap_usd >= cuts.size_breakpoint_usd
                then 'big'
            when cuts.size_rule = 'cap_share' then 'small'
            when {{ at_most('eligible.market_cap_usd', 'cuts.size_breakpoint_usd') }} then 'small'
            else 'big'
        end as size_group

    from {{ ref('fama_french_eligible') }} as eligible

    inner join {{ ref('fama_french_size_cuts') }} as cuts
        on
            eligible.formation_frequency = cuts.formation_frequency
            and eligible.formation_date = cuts.formation_date
            and eligible.country = cuts.country

)

select
    grouped.asset_class,
    grouped.formation_frequency,
    grouped.formation_date,
    grouped.symbol,
    grouped.venue,
    grouped.country,
    grouped.session_date,
    grouped.held_from_date,
    grouped.held_to_date,
    grouped.market_cap_usd,
    grouped.prior_return,
    grouped.size_rule,
    grouped.size_breakpoint_usd,
    grouped.size_group,
    case grouped.size_rule
        when 'nyse_median' then grouped.venue = 'XNYS'
        when 'cap_share' then grouped.size_group = 'big'
        else true
    end as is_reference

from grouped
