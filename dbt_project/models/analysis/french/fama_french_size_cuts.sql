{{ config(schema='construction') }}
{# Where small and big part, at each formation. Fama and French: by the median of the NYSE's #}
{# names where a country's trade there and elsewhere; else, as in their international files, big #}
{# are the largest names that make up 90 % of the country's cap. Crypto: by the median coin. #}
with

eligible as (

    select
        eligible.asset_class,
        eligible.formation_frequency,
        eligible.formation_date,
        eligible.country,
        eligible.symbol,
        eligible.venue,
        eligible.market_cap_usd

    from {{ ref('fama_french_eligible') }} as eligible

),

ruled as (

    select
        eligible.formation_frequency,
        eligible.formation_date,
        eligible.country,
        sum(eligible.market_cap_usd) as country_cap_usd,
        case
            when max(eligible.asset_class) = 'crypto' then 'median'
            when
                max(case when eligible.venue = 'XNYS' then 1 else 0 end) = 1
                and min(eligible.venue) <> max(eligible.venue)
                then 'nyse_median'
            else 'cap_share'
        end as size_rule,
        percentile_cont(0.5) within group (
            order by
                case
                    when eligible.asset_class = 'crypto' or eligible.venue = 'XNYS'
                        then eligible.market_cap_usd
                end
        ) as median_cap_usd

    from eligible

    group by eligible.formation_frequency, eligible.formation_date, eligible.country

),

-- A number sorts faster than a date and two names.
numbered as (

    select
        ruled.*,
        row_number() over (
            order by ruled.formation_frequency, ruled.formation_date, ruled.country
        ) as cut_no

    from ruled

),

-- Only shares of the cap need the names in order.
larger as (

    select
        numbered.cut_no,
        eligible.market_cap_usd,
        numbered.country_cap_usd,
        coalesce(
            sum(eligible.market_cap_usd) over (
                partition by numbered.cut_no
                order by eligible.market_cap_usd desc, eligible.symbol asc
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as larger_cap_usd

    from eligible

    inner join numbered
        on
            eligible.formation_frequency = numbered.formation_frequency
            and eligible.formation_date = numbered.formation_date
            and eligible.country = numbered.country
            and numbered.size_rule = 'cap_share'

),

shares as (

    select
        larger.cut_no,
        min(larger.market_cap_usd) as share_cap_usd

    from larger

    where larger.larger_cap_usd < 0.9 * larger.country_cap_usd

    group by larger.cut_no

)

select
    numbered.formation_frequency,
    numbered.formation_date,
    numbered.country,
    numbered.size_rule,
    case
        when numbered.size_rule = 'cap_share' then shares.share_cap_usd
        else numbered.median_cap_usd
    end as size_breakpoint_usd

from numbered

left join shares on numbered.cut_no = shares.cut_no
