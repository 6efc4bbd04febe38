{{ config(schema='construction') }}
{# Each statement item of the last fiscal year as known at the end of June: the value at its end, #}
{# a year before that, and the sum over the year: of four consecutive quarters, else as reported. #}
with

-- No two ages lie equally far off the mean year.
placed as (

    select
        statements.*,
        statements.age_days = 0 as is_year_end,
        case when statements.frequency = 'quarter' and statements.age_days <= 300 then 1 end
            as is_quarter_of_year,
        case
            when statements.is_fiscal_frequency and statements.age_days between 350 and 380
                then abs(statements.age_days - 365.25)
        end as days_off_a_year

    from {{ ref('fiscal_statements') }} as statements

),

measured as (

    select
        placed.formation_date,
        placed.symbol,
        placed.metric,
        placed.currency,
        placed.fiscal_year_end_date,
        max(case when placed.is_year_end and placed.frequency = 'year' then placed.period_value end)
            as year_value,
        max(
            case
                when placed.is_year_end and placed.frequency = 'quarter' then placed.period_value
            end
        ) as quarter_value,
        min_by(placed.period_value, placed.days_off_a_year) as prior_year_value,
        sum(case when placed.is_quarter_of_year = 1 then placed.period_value end)
            as sum_of_quarters,
        count(placed.is_quarter_of_year) as n_quarters,
        max(case when placed.is_quarter_of_year = 1 then placed.age_days end)
            as first_quarter_age_days

    from placed

    group by
        placed.formation_date,
        placed.symbol,
        placed.metric,
        placed.currency,
        placed.fiscal_year_end_date

),

reported as (

    select
        measured.formation_date,
        measured.symbol,
        measured.metric,
        measured.currency,
        measured.fiscal_year_end_date,
        coalesce(measured.year_value, measured.quarter_value) as fiscal_year_value,
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

    where
        coalesce(measured.year_value, measured.quarter_value) is not null
        or measured.n_quarters > 0

)

-- One currency of an item told in several: that of the year's end. An item told for a part of the
-- year alone has a row without values: it is reported, and its year is not known.
select *

from reported

qualify
    row_number() over (
        partition by formation_date, symbol, metric
        order by fiscal_year_value is null, currency nulls last
    ) = 1
