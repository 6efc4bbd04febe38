{{ config(schema='construction') }}
{# Small or big, at each formation. Fama and French: by the median of the NYSE's names where a #}
{# country's names trade there and elsewhere; else, as in their international files, big are the #}
{# largest names that make up 90 % of the country's cap. Crypto: by the median coin. #}
with

ranked as (

    select
        eligible.*,
        coalesce(
            sum(eligible.market_cap_usd) over (
                partition by eligible.formation_frequency, eligible.formation_date, eligible.country
                order by eligible.market_cap_usd desc, eligible.symbol asc
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as larger_cap_usd,
        sum(eligible.market_cap_usd) over whole as country_cap_usd,
        case
            when eligible.asset_class = 'crypto' then 'median'
            when
                max(case when eligible.venue = 'XNYS' then 1 else 0 end) over whole = 1
                and min(eligible.venue) over whole <> max(eligible.venue) over whole
                then 'nyse_median'
            else 'cap_share'
        end as size_rule

    from {{ ref('fama_french_eligible') }} as eligible

    window whole as (
        partition by
            eligible.formation_frequency, eligible.formation_date, eligible.country
    )

),

cuts as (

    select
        ranked.formation_frequency,
        ranked.formation_date,
        ranked.country,
        ranked.size_rule,
        case
            when ranked.size_rule = 'cap_share'
                then min(
                    case
                        when ranked.larger_cap_usd < 0.9 * ranked.country_cap_usd
                            then ranked.market_cap_usd
                    end
                )
            else percentile_cont(0.5) within group (
                order by
                    case
                        when ranked.size_rule = 'median' or ranked.venue = 'XNYS'
                            then ranked.market_cap_usd
                    end
            )
        end as size_breakpoint_usd

    from ranked

    group by ranked.formation_frequency, ranked.formation_date, ranked.country, ranked.size_rule

),

grouped as (

    select
        ranked.*,
        cuts.size_breakpoint_usd,
        case
            when
                ranked.size_rule = 'cap_share'
                and ranked.market_cap_usd >= cuts.size_breakpoint_usd
                then 'big'
            when ranked.size_rule = 'cap_share' then 'small'
            when {{ at_most('ranked.market_cap_usd', 'cuts.size_breakpoint_usd') }} then 'small'
            else 'big'
        end as size_group

    from ranked

    inner join cuts
        on
            ranked.formation_frequency = cuts.formation_frequency
            and ranked.formation_date = cuts.formation_date
            and ranked.country = cuts.country

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
    grouped.size_rule,
    grouped.size_breakpoint_usd,
    grouped.size_group,
    case grouped.size_rule
        when 'nyse_median' then grouped.venue = 'XNYS'
        when 'cap_share' then grouped.size_group = 'big'
        else true
    end as is_reference

from grouped
