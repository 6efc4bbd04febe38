{# The newest vintage of every exchange rate. #}
with

fx_rates as (

    select * from {{ source('raw', 'fx_rates') }}

    where {{ is_known() }}

),

newest as (

    select
        fx_rates.currency,
        fx_rates.rate_date,
        fx_rates.usd_per_unit

    from fx_rates

    where
        fx_rates.rate_date <= cast('{{ var("end_date") }}' as date)
        and fx_rates.usd_per_unit > 0
        and {{ is_finite('fx_rates.usd_per_unit') }}

    qualify {{ newest_version(['fx_rates.currency', 'fx_rates.rate_date']) }}

)

select * from newest
