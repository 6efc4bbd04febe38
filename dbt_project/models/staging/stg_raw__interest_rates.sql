{# The newest vintage of every risk-free yield, as an effective annual rate. #}
{# A bank discount d on 91 days costs 1 - 91 d / 360: yield (1 - 91 d / 360)^(-365 / 91) - 1. #}
with

interest_rates as (

    select * from {{ source('raw', 'interest_rates') }}

    where {{ is_known() }}

),

newest as (

    select
        interest_rates.currency,
        interest_rates.rate_date,
        case interest_rates.quote_convention
            when 'bank_discount'
                then power(1 - interest_rates.yield_ann * 91 / 360, -365e0 / 91) - 1
            else interest_rates.yield_ann
        end as yield_ann

    from interest_rates

    where
        interest_rates.rate_date <= cast('{{ var("end_date") }}' as date)
        and {{ is_finite('interest_rates.yield_ann') }}

    qualify {{ newest_version(['interest_rates.currency', 'interest_rates.rate_date']) }}

)

select * from newest
