-- What a name's score is made of.
select *  -- noqa: AM04

from explain_score($as_of, $symbol, $score)

order by all
