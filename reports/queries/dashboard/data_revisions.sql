-- A page of the values that a later load said otherwise, newest first.
select
    revisions.observed_at,
    revisions.table_name,
    revisions.symbol,
    revisions.date,
    revisions.field,
    revisions.old,
    revisions.new,
    revisions.old_text,
    revisions.new_text,
    revisions.source,
    revisions.old_load_id,
    revisions.load_id,
    count(*) over () as n_rows

from prepared.revisions as revisions

where contains(lower(coalesce(revisions.symbol, '')), lower($text))

order by revisions.observed_at desc, revisions.symbol asc, revisions.date desc, revisions.field asc

limit $n_rows offset $first_row
