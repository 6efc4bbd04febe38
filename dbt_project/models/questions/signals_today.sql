{{ config(schema='main', materialized='view') }}
{# What every strategy would trade on its newest day, beside each name's name and sector. #}
select
    live_signals.as_of_date,
    live_signals.strategy,
    live_signals.symbol,
    assets.name,
    live_signals.asset_class,
    assets.sector,
    live_signals.rank,
    live_signals.score,
    live_signals.signal,
    live_signals.current_weight,
    live_signals.target_weight,
    live_signals.trade_weight,
    live_signals.desired_weight,
    live_signals.is_scheduled,
    live_signals.close,
    live_signals.currency,
    live_signals.price_date,
    live_signals.has_bar_today

from {{ ref('live_signals') }} as live_signals

inner join {{ ref('assets') }} as assets on live_signals.symbol = assets.symbol
