-- A page of the loads, newest first.
select
    loads.load_id,
    loads.source,
    loads.started_at,
    date_diff('second', loads.started_at, loads.finished_at) as n_seconds,
    loads.status,
    loads.n_rows as n_landed,
    loads.n_unchanged,
    loads.n_rejected,
    loads.message,
    count(*) over () as n_rows

from raw.loads as loads

order by loads.load_id desc

limit $n_rows offset $first_row
