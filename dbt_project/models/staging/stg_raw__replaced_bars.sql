{{ config(materialized='table') }}
{# The bars that came more than once, by a later load or under an older symbol of their asset, #}
{# and the vintage that counts. #}
with

-- The vintage of every bar: the newer load, of several symbols the newest symbol's, counts.
vintages as {{ inlined() }} (

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

    select distinct
        vintages.symbol,
        vintages.bar_date

    from vintages

    inner join first_vintages
        on
            vintages.symbol = first_vintages.symbol
            and vintages.vintage > first_vintages.first_vintage

)

select
    later_bars.symbol,
    later_bars.bar_date,
    max(vintages.vintage) as newest_vintage

from later_bars

inner join vintages
    on
        later_bars.symbol = vintages.symbol
        and later_bars.bar_date = vintages.bar_date

group by later_bars.symbol, later_bars.bar_date

having min(vintages.vintage) < max(vintages.vintage)
