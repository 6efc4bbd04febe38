{# The table of drawdowns, the rolling windows and the summary tell of the same deepest fall. #}
{# What a ruined book owes is more of a lower peak. #}
with

deepest as (

    select
        drawdowns.strategy,
        min(drawdowns.depth) as depth

    from {{ ref('drawdowns') }} as drawdowns

    group by drawdowns.strategy

),

windows as (

    select
        rolling_metrics.strategy,
        min(rolling_metrics.max_drawdown) as depth

    from {{ ref('rolling_metrics') }} as rolling_metrics

    group by rolling_metrics.strategy

)

select
    summary.strategy,
    summary.max_drawdown,
    deepest.depth,
    windows.depth as window_depth

from {{ ref('summary') }} as summary

left join deepest on summary.strategy = deepest.strategy

left join windows on summary.strategy = windows.strategy

where
    not coalesce(abs(summary.max_drawdown - coalesce(deepest.depth, 0)) <= 1e-12, false)
    or (summary.ruin_date is null and windows.depth < summary.max_drawdown - 1e-12)
