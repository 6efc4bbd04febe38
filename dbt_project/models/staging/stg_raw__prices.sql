{{ config(materialized='table') }}
{# The newest vintage of every bar, in the major unit of its currency, under the newest symbol of #}
{# its asset. #}
with

prices as (

    select * from {{ source('raw', 'prices') }}

    where {{ is_known() }}

),

-- The vintage of every bar: the newer load, of several symbols the newest symbol's, counts.
vintages as (

    select
        coalesce(symbol_changes.symbol, prices.symbol) as symbol,
        prices.bar_date,
        {{ vintage('prices.load_id', 'coalesce(symbol_changes.symbol_rank, 0)') }} as vintage

    from {{ source('raw', 'prices') }} as prices

    left join {{ ref('stg_raw__symbol_changes') }} as symbol_changes
        on {{ bore_old_symbol('prices.symbol', 'prices.bar_date') }}

    where {{ is_known('prices.observed_at') }}

),

-- Only a bar that came after the first vintage of its asset can have taken another one's place.
first_vintages as (

    select
        vintages.symbol,
        min(vintages.vintage) as first_vintage

    from vintages

    group by vintages.symbol

),

later_bars as (

    select
        vintages.symbol,
        vintages.bar_date,
        max(vintages.vintage) as newest_vintage

    from vintages

    inner join first_vintages
        on
            vintages.symbol = first_vintages.symbol
            and vintages.vintage > first_vintages.first_vintage

    group by vintages.symbol, vintages.bar_date

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

    left join later_bars
        on
            named.asset_symbol = later_bars.symbol
            and named.bar_date = later_bars.bar_date

    where
        later_bars.newest_vintage is null
        or {{ vintage('named.load_id', 'named.symbol_rank') }} = later_bars.newest_vintage

)

select * from newest
