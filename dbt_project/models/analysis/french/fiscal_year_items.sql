{{ config(schema='construction') }}
{# Each statement item of the last fiscal year as known at the end of June: the value at its end, #}
{# a year before that, and the sum over the year: of four consecutive quarters, else as reported. #}
with

measured as (

    select
        statements.formation_date,
        statements.symbol,
        statements.metric,
        statements.currency,
        statements.fiscal_year_end_date,
        max(case when statements.age_days = 0 and statements.frequency = 'year' then statements.period_value end)
            as year_value,
        max(case when statements.age_days = 0 and statements.frequency = 'quarter' then statements.period_value end)
            as quarter_value,
        min_by(
            case
                when statements.is_fiscal_frequency and statements.age_days between 350 and 380
                    then statements.period_value
            end,
            case
                when statements.is_fiscal_frequency and statements.age_days between 350 and 380
                    then abs(statements.age_days - 365) * 2 + cast(statements.age_days > 365 as integer)
            end
        ) as prior_year_value,
        sum(case when statements.frequency = 'quarter' and statements.age_days <= 300 then statements.period_value end)
            as sum_of_quarters,
        count(case when statements.frequency = 'quarter' and statements.age_days <= 300 then 1 end)
            as n_quarters,
        max(case when statements.frequency = 'quarter' and statements.age_days <= 300 then statements.age_days end)
            as first_quarter_age_days

    from {{ ref('fiscal_statements') }} as statements

    group by
        statements.formation_date,
        statements.symbol,
        statements.metric,
        statements.currency,
        statements.fiscal_year_end_date

)

select
    measured.formation_date,
    measured.symbol,
    measured.metric,
    measured.currency,
    measured.fiscal_year_end_date,
    coalesce(measured.year_value, measured.quarter_value) as last_value,
    measured.prior_year_value,
    case
        when
            measured.quarter_value is not null
            and measured.n_quarters = 4
            and measured.first_quarter_age_days >= 250
            then measured.sum_of_quarters
        else measured.year_value
    end as year_sum

from measured

where coalesce(measured.year_value, measured.quarter_value) is not null

qualify
    row_number() over (
        partition by measured.formation_date, measured.symbol, measured.metric
        order by measured.currency
    ) = 1
