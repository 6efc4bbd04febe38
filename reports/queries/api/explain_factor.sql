-- The cross-section in which a name's factor was ranked.
select *  -- noqa: AM04

from explain_factor($as_of, $symbol, $factor)

order by all
