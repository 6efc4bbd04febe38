-- What a name's score is made of.
select explain_score.*  -- noqa: AM04

from explain_score(cast($day as date), $symbol, $score_name) as explain_score

order by explain_score.step
