-- Each strategy that has traded, net of costs, with how much of it may be luck. Of one that lost
-- all nothing is claimed: its returns end with its ruin.
select
    summary.strategy,
    summary.first_date,
    summary.last_date,
    summary.ann_return,
    summary.ann_vol,
    summary.sharpe,
    summary.sharpe_lower,
    summary.sharpe_upper,
    case when summary.ruin_date is null then summary.psr end as psr,
    case when summary.ruin_date is null then summary.dsr end as dsr,
    summary.n_trials,
    summary.max_drawdown,
    summary.beta,
    summary.alpha_ann,
    summary.ruin_date

from performance.summary as summary

order by
    date_diff('day', summary.first_date, summary.last_date) < 365 asc,
    summary.sharpe desc nulls last,
    summary.strategy asc
