-- The raw rows a factor of a name was computed from, newest first, with load and source.
select
    explain_inputs.*,  -- noqa: AM04
    count(*) over () as n_rows

from explain_inputs(cast($day as date), $symbol, $factor) as explain_inputs

order by explain_inputs.row_date desc nulls last, explain_inputs.item asc

limit $n_rows offset $first_row
