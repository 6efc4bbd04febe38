{# Every statement item as known, on each stretch between two announcements: its newest value, #}
{# its value a year before, the sum of the newest four consecutive quarters (else the newest #}
{# year), and where that ends. #}
with

announcements as (

    select distinct
        statement_versions.symbol,
        statement_versions.metric,
        statement_versions.known_from,
        statement_versions.known_to

    from {{ ref('statement_versions') }} as statement_versions

),

-- Four quarters are consecutive where the first ends about nine months before the last. They make
-- the year unless a newer annual figure is known, or they add up two currencies.
by_frequency as (

    select
        statement_versions.symbol,
        statement_versions.metric,
        statement_versions.known_from,
        statement_versions.known_to,
        statement_versions.frequency,
        max(statement_versions.period_end_date) as period_end_date,
        max(case when statement_versions.period_rank = 1 then statement_versions.period_value end)
            as last_value,
        max(case when statement_versions.period_rank = 1 then statement_versions.currency end)
            as currency,
        max(case when statement_versions.is_year_ago then statement_versions.period_value end)
            as year_ago_value,
        max(case when statement_versions.is_year_ago then statement_versions.currency end)
            as year_ago_currency,
        count(*) filter (where statement_versions.period_rank <= 4) as n_periods,
        sum(statement_versions.period_value) filter (where statement_versions.period_rank <= 4)
            as sum_value,
        min(statement_versions.period_end_date) filter (where statement_versions.period_rank <= 4)
            as first_period_end_date,
        count(distinct statement_versions.currency) filter (
            where statement_versions.period_rank <= 4
        ) as n_currencies

    from {{ ref('statement_versions') }} as statement_versions

    where statement_versions.frequency is not null

    group by all

),

chosen as (

    select
        announcements.symbol,
        announcements.metric,
        announcements.known_from,
        announcements.known_to,
        case
            when
                coalesce(quarters.period_end_date >= years.period_end_date, years.symbol is null)
                then quarters.period_end_date
            else years.period_end_date
        end as period_end_date,
        case
            when
                coalesce(quarters.period_end_date >= years.period_end_date, years.symbol is null)
                then quarters.last_value
            else years.last_value
        end as last_value,
        case
            when
                coalesce(quarters.period_end_date >= years.period_end_date, years.symbol is null)
                then
                    case
                        when quarters.currency = quarters.year_ago_currency
                            then quarters.year_ago_value
                    end
            when years.currency = years.year_ago_currency then years.year_ago_value
        end as year_ago_value,
        case
            when
                coalesce(quarters.period_end_date >= years.period_end_date, years.symbol is null)
                then quarters.currency
            else years.currency
        end as currency,
        quarters.n_periods = 4
        and quarters.n_currencies <= 1
        and {{ days_between('quarters.first_period_end_date', 'quarters.period_end_date') }}
        between 250 and 300
        and coalesce(quarters.period_end_date >= years.period_end_date, true) as has_four_quarters,
        quarters.sum_value as sum_of_quarters,
        quarters.period_end_date as quarter_end_date,
        quarters.currency as quarter_currency,
        years.currency as year_currency,
        years.last_value as year_value,
        years.period_end_date as year_end_date

    from announcements

    left join by_frequency as quarters
        on
            announcements.symbol = quarters.symbol
            and announcements.metric = quarters.metric
            and announcements.known_from = quarters.known_from
            and quarters.frequency = 'quarter'

    left join by_frequency as years
        on
            announcements.symbol = years.symbol
            and announcements.metric = years.metric
            and announcements.known_from = years.known_from
            and years.frequency = 'year'

)

select
    chosen.symbol,
    chosen.metric,
    chosen.known_from,
    chosen.known_to,
    chosen.period_end_date,
    chosen.currency,
    chosen.last_value,
    chosen.year_ago_value,
    case when chosen.has_four_quarters then chosen.sum_of_quarters else chosen.year_value end
        as ttm_value,
    case when chosen.has_four_quarters then chosen.quarter_end_date else chosen.year_end_date end
        as ttm_end_date,
    case when chosen.has_four_quarters then chosen.quarter_currency else chosen.year_currency end
        as ttm_currency

from chosen
