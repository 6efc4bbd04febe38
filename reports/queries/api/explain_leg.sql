-- Every name of the legs of a strategy's decision, with all that their weights are made of.
select *  -- noqa: AM04

from explain_leg($as_of, $strategy)

order by all
