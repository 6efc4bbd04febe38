-- What each strategy does on its newest day. A file holds that day alone: asked as of an earlier
-- one, it has no rows.
select
    live_signals.as_of_date,
    live_signals.strategy,
    live_signals.symbol,
    assets.name,
    live_signals.asset_class,
    assets.sector,
    live_signals.signal,
    live_signals.rank,
    live_signals.score,
    live_signals.current_weight,
    live_signals.desired_weight,
    live_signals.target_weight,
    live_signals.trade_weight,
    live_signals.is_scheduled,
    live_signals.has_bar_today,
    live_signals.currency,
    live_signals.price_date,
    live_signals.close_local,
    live_signals.close,
    live_signals.close_usd,
    live_signals.aum_usd,
    live_signals.current_units,
    live_signals.target_units,
    live_signals.trade_units

from signals.live_signals as live_signals

left join prepared.assets as assets on live_signals.symbol = assets.symbol

where
    live_signals.as_of_date <= coalesce(cast($as_of as date), live_signals.as_of_date)
    and coalesce(list_contains(cast($strategy as varchar[]), live_signals.strategy), true)
    and coalesce(list_contains(cast($symbol as varchar[]), live_signals.symbol), true)
    and coalesce(list_contains(cast($signal as varchar[]), live_signals.signal), true)
    and live_signals.asset_class
    = coalesce(cast($asset_class as varchar), live_signals.asset_class)

order by
    live_signals.strategy asc,
    live_signals.rank asc nulls last,
    live_signals.symbol asc
