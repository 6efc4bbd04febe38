-- A page of the rows that could not be typed or keyed, as the source wrote them.
select
    rejects.load_id,
    rejects.source,
    rejects.table_name,
    rejects.reason,
    rejects.row_json,
    rejects.source_file,
    rejects.source_row,
    count(*) over () as n_rows

from raw.rejects as rejects

order by
    rejects.load_id desc, rejects.table_name asc, rejects.reason asc, rejects.row_json asc

limit $n_rows offset $first_row
