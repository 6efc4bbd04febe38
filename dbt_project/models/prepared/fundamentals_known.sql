{# Every statement item as known, on each stretch between two announcements: its newest value, #}
{# its value a year before, the sum of the newest four consecutive quarters (else the newest #}
{# year), and where that ends. #}
with

versions as (

    select
        statement_versions.*,
        statement_versions.frequency = 'quarter' as is_of_a_quarter,
        statement_versions.frequency = 'year' as is_of_a_year

    from {{ ref('statement_versions') }} as statement_versions

),

-- Four quarters are consecutive where the first ends about nine months before the last. They make
-- the year unless a newer annual figure is known, or they add up two currencies.
by_announcement as (

    select
        versions.symbol,
        versions.metric,
        versions.known_from,
        versions.known_to,
        {% for frequency in ['quarter', 'year'] %}
            max(
                case
                    when versions.is_of_a_{{ frequency }}
                        then versions.period_end_date
                end
            ) as {{ frequency }}_end_date,
            max(
                case
                    when
                        versions.is_of_a_{{ frequency }}
                        and versions.period_rank = 1
                        then versions.period_value
                end
            ) as {{ frequency }}_value,
            max(
                case
                    when
                        versions.is_of_a_{{ frequency }}
                        and versions.period_rank = 1
                        then versions.currency
                end
            ) as {{ frequency }}_currency,
            max(
                case
                    when
                        versions.is_of_a_{{ frequency }}
                        and versions.is_year_ago
                        then versions.period_value
                end
            ) as {{ frequency }}_ago_value,
            max(
                case
                    when
                        versions.is_of_a_{{ frequency }}
                        and versions.is_year_ago
                        then versions.currency
                end
            ) as {{ frequency }}_ago_currency,
        {% endfor %}
        count(
            case
                when versions.is_of_a_quarter and versions.period_rank <= 4
                    then 1
            end
        ) as n_quarters,
        sum(
            case
                when versions.is_of_a_quarter and versions.period_rank <= 4
                    then versions.period_value
            end
        ) as sum_of_quarters,
        min(
            case
                when versions.is_of_a_quarter and versions.period_rank <= 4
                    then versions.period_end_date
            end
        ) as first_quarter_end_date,
        min(
            case
                when versions.is_of_a_quarter and versions.period_rank <= 4
                    then versions.currency
            end
        ) as least_currency,
        max(
            case
                when versions.is_of_a_quarter and versions.period_rank <= 4
                    then versions.currency
            end
        ) as greatest_currency

    from versions

    group by
        versions.symbol,
        versions.metric,
        versions.known_from,
        versions.known_to

),

compared as (

    select
        by_announcement.*,
        coalesce(
            by_announcement.quarter_end_date >= by_announcement.year_end_date,
            by_announcement.year_end_date is null
        ) as is_quarter_newer,
        by_announcement.n_quarters = 4
        and coalesce(by_announcement.least_currency = by_announcement.greatest_currency, true)
        and {{ days_between(
            'by_announcement.first_quarter_end_date', 'by_announcement.quarter_end_date'
        ) }} between 250 and 300
        and coalesce(by_announcement.quarter_end_date >= by_announcement.year_end_date, true)
            as has_four_quarters

    from by_announcement

)

select
    compared.symbol,
    compared.metric,
    compared.known_from,
    compared.known_to,
    case
        when compared.is_quarter_newer then compared.quarter_end_date else compared.year_end_date
    end as period_end_date,
    case
        when compared.is_quarter_newer then compared.quarter_currency else compared.year_currency
    end as currency,
    case when compared.is_quarter_newer then compared.quarter_value else compared.year_value end
        as last_value,
    case
        when compared.is_quarter_newer
            then
                case
                    when compared.quarter_currency = compared.quarter_ago_currency
                        then compared.quarter_ago_value
                end
        when compared.year_currency = compared.year_ago_currency then compared.year_ago_value
    end as year_ago_value,
    case when compared.has_four_quarters then compared.sum_of_quarters else compared.year_value end
        as ttm_value,
    case
        when compared.has_four_quarters then compared.quarter_end_date else compared.year_end_date
    end as ttm_end_date,
    case
        when compared.has_four_quarters then compared.quarter_currency else compared.year_currency
    end as ttm_currency

from compared
