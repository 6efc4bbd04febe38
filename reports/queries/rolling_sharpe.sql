-- Sharpe ratio after costs over the year up to each day, and over the whole life; long histories
-- are thinned to the last day of each of at most 300 equal runs of days.
with

numbered as (

    select
        rolling_metrics.strategy,
        rolling_metrics.date,
        rolling_metrics.sharpe,
        rolling_metrics.window_sessions,
        row_number() over (
            partition by rolling_metrics.strategy order by rolling_metrics.date desc
        ) - 1 as days_before_last,
        count(*) over (partition by rolling_metrics.strategy) as n_days

    from performance.rolling_metrics as rolling_metrics

    where rolling_metrics.sharpe is not null

)

select
    strategies.asset_class,
    numbered.strategy,
    numbered.date,
    numbered.sharpe,
    summary.sharpe as whole_sharpe,
    numbered.window_sessions

from numbered

inner join performance.summary as summary on numbered.strategy = summary.strategy

inner join seeds.strategies as strategies on numbered.strategy = strategies.strategy

where numbered.days_before_last % ((numbered.n_days + 299) // 300) = 0

order by numbered.strategy, numbered.date
