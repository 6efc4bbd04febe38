-- How many of today's signals the filters leave, and what they trade: one row. Turnover is half the
-- sum of the absolute trades, a fraction of the book's value, averaged over the strategies.
select
    count(*) as n_rows,
    count(distinct live_signals.strategy) as n_strategies,
    count(*) filter (where live_signals.signal = 'buy') as n_buys,
    count(*) filter (where live_signals.signal = 'sell') as n_sells,
    count(*) filter (where live_signals.signal = 'hold') as n_holds,
    sum(abs(live_signals.trade_weight)) / 2 / nullif(count(distinct live_signals.strategy), 0)
        as turnover,
    count(*) filter (where not live_signals.has_bar_today) as n_without_bar,
    coalesce(bool_or(not live_signals.is_scheduled), false) as has_waiting_books,
    min(live_signals.as_of_date) as first_as_of_date,
    max(live_signals.as_of_date) as last_as_of_date

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
