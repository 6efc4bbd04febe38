-- The names of the legs of a decision, with what their weights are made of.
select explain_leg.*  -- noqa: AM04

from explain_leg(cast($day as date), $strategy) as explain_leg

order by explain_leg.score_rank, explain_leg.symbol

limit $n_rows
