{# A strategy that lost all it had is closed from that day on: it holds and orders nothing. #}
select
    live_signals.strategy,
    live_signals.symbol,
    live_signals.as_of_date

from {{ ref('live_signals') }} as live_signals

inner join {{ ref('ruins') }} as ruins
    on
        live_signals.strategy = ruins.strategy
        and live_signals.as_of_date >= ruins.ruin_date

union all

select
    live_books.strategy,
    live_books.symbol,
    live_books.as_of_date

from {{ ref('live_books') }} as live_books

inner join {{ ref('ruins') }} as ruins
    on
        live_books.strategy = ruins.strategy
        and live_books.as_of_date >= ruins.ruin_date
