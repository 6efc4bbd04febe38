{{ config(schema='construction') }}
{# Where small and big part, at each formation. Fama and French: by the median of the NYSE's #}
{# names where a country's trade there and elsewhere; else, as in their international files, big #}
{# are the largest names that make up 90 % of the country's cap. Crypto: by the median coin. #}
{%- set octave_no = 'floor(log2(eligible.market_cap_usd))' -%}
with

-- By size to a factor of two: only one of these has to be put in order by name.
octaves as (

    select
        eligible.formation_frequency,
        eligible.formation_date,
        eligible.country,
        {{ octave_no }} as octave_no,
        sum(eligible.market_cap_usd) as cap_usd,
        max(eligible.asset_class) as asset_class,
        max(case when eligible.venue = 'XNYS' then 1 else 0 end) as is_of_nyse,
        min(eligible.venue) as first_venue,
        max(eligible.venue) as last_venue

    from {{ ref('fama_french_eligible') }} as eligible

    group by
        eligible.formation_frequency,
        eligible.formation_date,
        eligible.country,
        {{ octave_no }}

),

ruled as (

    select
        octaves.*,
        sum(octaves.cap_usd) over of_country as country_cap_usd,
        coalesce(
            sum(octaves.cap_usd) over (
                partition by
                    octaves.formation_frequency, octaves.formation_date, octaves.country
                order by octaves.octave_no desc
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as larger_cap_usd,
        case
            when max(octaves.asset_class) over of_country = 'crypto' then 'median'
            when
                max(octaves.is_of_nyse) over of_country = 1
                and min(octaves.first_venue) over of_country
                <> max(octaves.last_venue) over of_country
                then 'nyse_median'
            else 'cap_share'
        end as size_rule

    from octaves

    window
        of_country as (
            partition by octaves.formation_frequency, octaves.formation_date, octaves.country
        )

),

-- The octave in which 90 % are reached. A number sorts faster than a date and two names.
numbered as (

    select
        ruled.*,
        row_number() over (
            order by
                ruled.formation_frequency, ruled.formation_date, ruled.country, ruled.octave_no
        ) as cut_no

    from ruled

    where ruled.larger_cap_usd < 0.9 * ruled.country_cap_usd

    qualify
        row_number() over (
            partition by ruled.formation_frequency, ruled.formation_date, ruled.country
            order by ruled.octave_no
        ) = 1

),

named as (

    select
        numbered.cut_no,
        numbered.size_rule,
        numbered.country_cap_usd,
        eligible.market_cap_usd,
        numbered.larger_cap_usd
        + coalesce(
            sum(eligible.market_cap_usd) over (
                partition by numbered.cut_no
                order by eligible.market_cap_usd desc, eligible.symbol asc
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as larger_cap_usd

    from {{ ref('fama_french_eligible') }} as eligible

    inner join numbered
        on
            eligible.formation_frequency = numbered.formation_frequency
            and eligible.formation_date = numbered.formation_date
            and eligible.country = numbered.country
            and case numbered.size_rule
                when 'cap_share' then {{ octave_no }} = numbered.octave_no
                when 'nyse_median' then eligible.venue = 'XNYS'
                else true
            end

),

cuts as (

    select
        named.cut_no,
        case
            when max(named.size_rule) = 'cap_share'
                then
                    min(
                        case
                            when named.larger_cap_usd < 0.9 * named.country_cap_usd
                                then named.market_cap_usd
                        end
                    )
            else percentile_cont(0.5) within group (order by named.market_cap_usd)
        end as size_breakpoint_usd

    from named

    group by named.cut_no

)

select
    numbered.formation_frequency,
    numbered.formation_date,
    numbered.country,
    numbered.size_rule,
    cuts.size_breakpoint_usd

from numbered

inner join cuts on numbered.cut_no = cuts.cut_no
