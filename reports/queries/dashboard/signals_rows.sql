-- A page of today's signals that the filters leave, in the order asked for.
select
    selected.strategy,
    selected.symbol,
    selected.name,
    selected.signal,
    selected.trade_weight,
    selected.current_weight,
    selected.target_weight,
    selected.rank,
    selected.score,
    selected.trade_units,
    selected.close_local,
    selected.currency,
    selected.asset_class,
    selected.country,
    selected.sector,
    selected.as_of_date,
    selected.price_date

from query.signals_selected as selected

order by
    case
        when $sort = 'largest trade' then -abs(selected.trade_weight)
        when $sort = 'largest target weight' then -abs(selected.target_weight)
        when $sort = 'best rank' then selected.rank
    end asc nulls last,
    selected.symbol asc,
    selected.strategy asc

limit $n_rows offset $first_row
