{# What came of each item that a live source was asked for, dated by the load that wrote it down. #}
with

fetch_log as (

    select * from {{ source('raw', 'fetch_log') }}

),

loads as (

    select * from {{ ref('stg_raw__loads') }}

)

select
    fetch_log.run_id,
    fetch_log.source,
    fetch_log.item,
    fetch_log.table_name,
    coalesce(symbol_changes.symbol, fetch_log.symbol) as symbol,
    fetch_log.outcome,
    fetch_log.n_attempts,
    fetch_log.n_rows,
    fetch_log.message,
    loads.observed_at as asked_at,
    cast(loads.observed_at as date) as asked_on_date,
    fetch_log.load_id

from fetch_log

inner join loads on fetch_log.load_id = loads.load_id

left join {{ ref('stg_raw__symbol_changes') }} as symbol_changes
    on {{ bore_old_symbol('fetch_log.symbol', 'cast(loads.observed_at as date)') }}
