-- The last sweep in one row.
select
    sweep_runs.sweep,
    sweep_runs.n_strategies,
    sweep_runs.n_refused,
    sweep_runs.n_strategies - (
        select count(summary.strategy)

        from sweep_performance.summary as summary
    ) as n_idle,
    (
        select count(trials.trial_id)

        from performance.trials as trials
    ) as n_trials

from sweep_performance.sweep_runs as sweep_runs
