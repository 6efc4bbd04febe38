-- Every combination of choices of each named result: its mean a year after costs, half its 95 %
-- interval (fixed-b), and the choices.
select
    multiverse.result,
    multiverse.combination_no,
    multiverse.mean_ann,
    multiverse.critical_value * abs(multiverse.mean_ann / nullif(multiverse.t_stat, 0))
        as mean_ann_error,
    multiverse.is_default,
    multiverse.universe_floor_usd,
    multiverse.formation_start,
    multiverse.formation_stop,
    multiverse.weighting,
    multiverse.winsorize_share,
    multiverse.fraction,
    multiverse.lag_sessions,
    multiverse.cost_bps,
    multiverse.first_date,
    multiverse.last_date

from analysis.multiverse as multiverse

where multiverse.mean_ann is not null

order by multiverse.result, multiverse.mean_ann, multiverse.combination_no
