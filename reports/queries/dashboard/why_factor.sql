-- The cross-section that a name was ranked in by a factor, best first, its own row marked.
select
    explain_factor.symbol = $symbol as is_asked,
    explain_factor.*  -- noqa: AM04

from explain_factor(cast($day as date), $symbol, $factor) as explain_factor

order by is_asked desc, explain_factor.rank_pct desc, explain_factor.symbol asc

limit $n_rows
