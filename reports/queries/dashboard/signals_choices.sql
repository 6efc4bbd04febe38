-- What the filters of today's signals can be set to.
select
    list_sort(list(distinct live_signals.strategy)) as strategies,
    list_sort(list(distinct live_signals.asset_class)) as asset_classes,
    list_sort(list(distinct assets.country) filter (where assets.country is not null))
        as countries,
    list_sort(list(distinct assets.sector) filter (where assets.sector is not null)) as sectors

from signals.live_signals as live_signals

inner join prepared.assets as assets on live_signals.symbol = assets.symbol
