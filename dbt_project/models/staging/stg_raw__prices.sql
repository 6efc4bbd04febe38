{{ config(materialized='view') }}
{# The newest vintage of every bar, in the major unit of its currency, under the newest symbol of #}
{# its asset. #}
with

prices as (

    select * from {{ source('raw', 'prices') }}

    where {{ is_known() }}

),

named as (

    select
        prices.*,
        coalesce(symbol_changes.symbol, prices.symbol) as asset_symbol,
        coalesce(symbol_changes.symbol_rank, 0) as symbol_rank

    from prices

    left join {{ ref('stg_raw__symbol_changes') }} as symbol_changes
        on {{ bore_old_symbol('prices.symbol', 'prices.bar_date') }}

    where
        prices.bar_date between
        cast('{{ var("start_date") }}' as date) and cast('{{ var("end_date") }}' as date)

),

newest as (

    select
        named.asset_symbol as symbol,
        named.bar_date,
        named.open * {{ major_unit('named.currency') }} as open,
        named.high * {{ major_unit('named.currency') }} as high,
        named.low * {{ major_unit('named.currency') }} as low,
        named.close * {{ major_unit('named.currency') }} as close,
        named.volume,
        {{ major_currency('named.currency') }} as currency,
        named.price_basis,
        named.occurrence,
        named.source,
        named.load_id,
        named.observed_at

    from named

    left join {{ ref('stg_raw__replaced_bars') }} as replaced_bars
        on
            named.asset_symbol = replaced_bars.symbol
            and named.bar_date = replaced_bars.bar_date

    where
        replaced_bars.newest_vintage is null
        or {{ vintage('named.load_id', 'named.symbol_rank') }} = replaced_bars.newest_vintage

)

select * from newest
