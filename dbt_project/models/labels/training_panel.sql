{{ config(materialized='view') }}
{# What a scoring model is given: each name's ranks and, once it has ended, its label. #}
with

month_ends as (

    select distinct
        factor_dates.as_of_date,
        factor_dates.asset_class

    from {{ ref('factor_dates') }} as factor_dates

    where factor_dates.is_month_end

)

select
    factor_matrix.as_of_date,
    factor_matrix.symbol,
    factor_matrix.asset_class,
    month_ends.as_of_date is not null as is_month_end,
    {% for factor in registered_factors() %}
        factor_matrix.{{ factor.name }},
    {% endfor %}
    training_targets.target_rank,
    training_targets.label_end_date

from {{ ref('factor_matrix') }} as factor_matrix

left join month_ends
    on
        factor_matrix.as_of_date = month_ends.as_of_date
        and factor_matrix.asset_class = month_ends.asset_class

left join {{ ref('training_targets') }} as training_targets
    on
        factor_matrix.as_of_date = training_targets.as_of_date
        and factor_matrix.symbol = training_targets.symbol
