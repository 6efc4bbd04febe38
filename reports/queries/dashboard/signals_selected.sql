-- Today's signals that the filters leave, beside name, country and sector: one row per strategy and
-- symbol. An empty list filters nothing, but for the strategies.
select
    live_signals.*,  -- noqa: AM04
    assets.name,
    assets.country,
    assets.sector

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
