-- Why a weight is what it is: from the trade's rule down to the raw rows.
select explain_weight.*  -- noqa: AM04

from explain_weight(cast($day as date), $strategy, $symbol) as explain_weight

order by explain_weight.step
