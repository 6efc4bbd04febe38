-- Each strategy of the last sweep that has traded, with its settings; best Sharpe ratio first.
select
    strategies.*,  -- noqa: AM04
    summary.first_date,
    summary.last_date,
    summary.ann_return,
    summary.ann_vol,
    summary.sharpe,
    summary.max_drawdown,
    summary.ann_turnover,
    summary.dsr,
    summary.n_trials

from sweep_seeds.strategies as strategies

inner join sweep_performance.summary as summary on strategies.strategy = summary.strategy

order by summary.sharpe desc nulls last, strategies.strategy asc
