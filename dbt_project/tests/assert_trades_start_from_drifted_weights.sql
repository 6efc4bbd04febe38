{# The weight before a trade, found by walking over dates of trade, is the one that positions, #}
{# found day by day, ends that date with. 1e-12. #}
with

trade_dates as (

    select distinct
        holdings.strategy,
        holdings.trade_date

    from {{ tested_rows(ref('holdings'), 'trade_date') }} as holdings

),

drifted as (

    select
        positions.strategy,
        positions.symbol,
        positions.date,
        positions.closing_weight

    from {{ tested_rows(ref('positions'), 'date') }} as positions

    inner join trade_dates
        on positions.strategy = trade_dates.strategy and positions.date = trade_dates.trade_date

)

select
    coalesce(holdings.strategy, drifted.strategy) as strategy,
    coalesce(holdings.symbol, drifted.symbol) as symbol,
    coalesce(holdings.trade_date, drifted.date) as date,
    holdings.weight_before,
    drifted.closing_weight

from {{ tested_rows(ref('holdings'), 'trade_date') }} as holdings

full outer join drifted
    on
        holdings.strategy = drifted.strategy
        and holdings.symbol = drifted.symbol
        and holdings.trade_date = drifted.date

left join {{ ref('ruins') }} as ruins
    on coalesce(holdings.strategy, drifted.strategy) = ruins.strategy

where
    (
        ruins.ruin_date is null
        or coalesce(holdings.trade_date, drifted.date) < ruins.ruin_date
    )
    and abs(coalesce(holdings.weight_before, 0) - coalesce(drifted.closing_weight, 0)) > 1e-12
