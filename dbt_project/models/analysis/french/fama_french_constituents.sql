{{ config(materialized='view') }}
{# Who is in which portfolio of each sort from its formation on: low at or below the 30th #}
{# percentile, high above the 70th, held from the next day to the next formation or delisting. #}
with

candidates as (

    select * from {{ ref('fama_french_candidates') }}

    where sort = 'market' or characteristic_value is not null

),

grouped as (

    select
        candidates.*,
        case
            when candidates.sort = 'market' then 'all'
            when {{ at_most('candidates.characteristic_value', 'breakpoints.lower_breakpoint') }}
                then 'low'
            when {{ at_most('candidates.characteristic_value', 'breakpoints.upper_breakpoint') }}
                then 'medium'
            when breakpoints.upper_breakpoint is not null then 'high'
        end as characteristic_group

    from candidates

    left join {{ ref('fama_french_breakpoints') }} as breakpoints
        on
            candidates.formation_date = breakpoints.formation_date
            and candidates.asset_class = breakpoints.asset_class
            and candidates.country = breakpoints.country
            and candidates.sort = breakpoints.sort
            and candidates.breakpoint_group = breakpoints.size_group

)

select
    grouped.formation_date,
    grouped.asset_class,
    grouped.formation_frequency,
    grouped.sort,
    grouped.symbol,
    grouped.country,
    grouped.size_group,
    grouped.characteristic_group,
    grouped.characteristic,
    grouped.characteristic_value,
    grouped.market_cap_usd,
    grouped.held_from_date,
    least(
        coalesce(grouped.held_to_date, cast('9999-12-31' as date)),
        coalesce(delistings.delisting_date, cast('9999-12-31' as date))
    ) as held_to_date

from grouped

left join {{ ref('delistings') }} as delistings
    on
        grouped.symbol = delistings.symbol
        and grouped.formation_date >= delistings.from_date
        and grouped.formation_date < delistings.delisting_date

where grouped.characteristic_group is not null
