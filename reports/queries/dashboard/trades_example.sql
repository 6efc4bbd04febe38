-- Two names that the strategy wants and that trade today, in whole units, as a holdings file shows.
select
    live_signals.symbol,
    cast(
        sign(live_signals.desired_weight)
        * greatest(
            1,
            round(abs(live_signals.desired_weight) * live_signals.aum_usd / live_signals.close_usd)
        ) as bigint
    ) as units

from signals.live_signals as live_signals

where
    live_signals.strategy = $strategy
    and live_signals.desired_weight <> 0
    and live_signals.has_bar_today
    and live_signals.close_usd > 0

order by abs(live_signals.desired_weight) desc, live_signals.symbol asc

limit 2
