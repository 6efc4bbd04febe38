-- A page of the bars that the cleaning rules set aside, newest first.
select
    quarantine.bar_date,
    quarantine.symbol,
    quarantine.reason,
    quarantine.field,
    quarantine.close,
    quarantine.source,
    quarantine.load_id,
    count(*) over () as n_rows

from prepared.quarantine as quarantine

where
    ($reason = '' or quarantine.reason = $reason)
    and contains(lower(quarantine.symbol), lower($text))

order by quarantine.bar_date desc, quarantine.symbol asc, quarantine.reason asc

limit $n_rows offset $first_row
