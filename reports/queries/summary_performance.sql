-- Each strategy that has traded, in one row, net of costs.
select
    summary.strategy,
    summary.first_date,
    summary.last_date,
    summary.ann_return,
    summary.ann_vol,
    summary.sharpe,
    summary.dsr,
    summary.n_trials,
    summary.max_drawdown,
    summary.ann_turnover,
    sum(daily_pnl.cost_return) * any_value(summary.periods_per_year) / count(*) as ann_cost,
    date_diff('day', summary.first_date, summary.last_date) < 365 as is_short

from performance.summary as summary

inner join performance.daily_pnl as daily_pnl on summary.strategy = daily_pnl.strategy

group by
    summary.strategy,
    summary.first_date,
    summary.last_date,
    summary.ann_return,
    summary.ann_vol,
    summary.sharpe,
    summary.dsr,
    summary.n_trials,
    summary.max_drawdown,
    summary.ann_turnover

order by is_short asc, summary.sharpe desc nulls last, summary.strategy asc
