-- A page of today's signals that the filters leave, in the order asked for.
select
    live_signals.strategy,
    live_signals.symbol,
    assets.name,
    live_signals.signal,
    live_signals.trade_weight,
    live_signals.current_weight,
    live_signals.target_weight,
    live_signals.rank,
    live_signals.score,
    live_signals.trade_units,
    live_signals.close_local,
    live_signals.currency,
    live_signals.asset_class,
    assets.country,
    assets.sector,
    live_signals.as_of_date,
    live_signals.price_date

from signals.live_signals as live_signals

inner join prepared.assets as assets on live_signals.symbol = assets.symbol

where
    list_contains(cast($strategies as varchar[]), live_signals.strategy)
    and (
        len(cast($asset_classes as varchar[])) = 0
        or list_contains(cast($asset_classes as varchar[]), live_signals.asset_class)
    )
    and (
        len(cast($countries as varchar[])) = 0
        or list_contains(cast($countries as varchar[]), assets.country)
    )
    and (
        len(cast($sectors as varchar[])) = 0
        or list_contains(cast($sectors as varchar[]), assets.sector)
    )
    and (
        len(cast($signals as varchar[])) = 0
        or list_contains(cast($signals as varchar[]), live_signals.signal)
    )
    and (
        contains(lower(live_signals.symbol), lower($text))
        or contains(lower(coalesce(assets.name, '')), lower($text))
    )

order by
    case
        when $sort = 'largest trade' then -abs(live_signals.trade_weight)
        when $sort = 'largest target weight' then -abs(live_signals.target_weight)
        when $sort = 'best rank' then live_signals.rank
    end asc nulls last,
    live_signals.symbol asc,
    live_signals.strategy asc

limit $n_rows offset $first_row
