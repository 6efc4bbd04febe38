{# A strategy that lost all it had is closed from that day on: it holds and orders nothing. #}
with

live as (

    select
        live_signals.strategy,
        live_signals.symbol,
        live_signals.as_of_date

    from {{ ref('live_signals') }} as live_signals

    union all

    select
        live_books.strategy,
        live_books.symbol,
        live_books.as_of_date

    from {{ ref('live_books') }} as live_books

)

select live.*

from live

inner join {{ ref('ruins') }} as ruins
    on
        live.strategy = ruins.strategy
        and live.as_of_date >= ruins.ruin_date
