-- The raw rows that a factor of a name stood on.
select *  -- noqa: AM04

from explain_inputs($as_of, $symbol, $factor)

order by all
