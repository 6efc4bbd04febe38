{{ config(materialized='table') }}
{# The newest vintage of every bar, in the major unit of its currency. #}
with

prices as (

    select * from {{ source('raw', 'prices') }}

),

newest as (

    select
        prices.symbol,
        prices.bar_date,
        prices.open * {{ major_unit('prices.currency') }} as open,
        prices.high * {{ major_unit('prices.currency') }} as high,
        prices.low * {{ major_unit('prices.currency') }} as low,
        prices.close * {{ major_unit('prices.currency') }} as close,
        prices.volume,
        {{ major_currency('prices.currency') }} as currency,
        prices.price_basis,
        prices.occurrence,
        prices.source,
        prices.load_id

    from prices

    where
        prices.bar_date between
        cast('{{ var("start_date") }}' as date) and cast('{{ var("end_date") }}' as date)

    qualify {{ newest_version(['prices.symbol', 'prices.bar_date']) }}

)

select * from newest
