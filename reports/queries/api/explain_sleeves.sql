-- What the budgets of family sleeves stand on.
select *  -- noqa: AM04

from explain_sleeves($as_of, $strategy)

order by all
