-- Sharpe ratio of each strategy with its bootstrap interval, what the best of all trials would
-- show by luck alone, and the probabilities that it is above 0 (psr) and above that (dsr),
-- which are not claimed of a book that lost all.
select
    strategies.asset_class,
    summary.strategy,
    summary.sharpe,
    summary.sharpe_lower,
    summary.sharpe_upper,
    case when summary.ruin_date is null then summary.psr end as psr,
    case when summary.ruin_date is null then summary.dsr end as dsr,
    summary.n_trials,
    luck.expected_max_sharpe,
    summary.first_date,
    summary.last_date

from performance.summary as summary

inner join performance.luck as luck on summary.strategy = luck.strategy

inner join seeds.strategies as strategies on summary.strategy = strategies.strategy

where summary.sharpe is not null

order by summary.sharpe desc, summary.strategy asc
