-- Why a weight is what it is, step by step down to the raw rows.
select *  -- noqa: AM04

from explain_weight($as_of, $strategy, $symbol)

order by all
