{# Each stretch of days under water, deepest first: from the last day at the highest NAV so far #}
{# to the first day back at it. Days are the book's own, counted from the peak. A book under #}
{# water from its first day fell from the 1 it began with. Rounding is no fall. #}
with

days as (

    select
        daily_pnl.strategy,
        daily_pnl.date,
        case when daily_pnl.drawdown < -1e-12 then daily_pnl.drawdown else 0 end as drawdown,
        row_number() over (
            partition by daily_pnl.strategy
            order by daily_pnl.date
        ) as day_no,
        min(daily_pnl.date) over (partition by daily_pnl.strategy) as first_date

    from {{ ref('daily_pnl') }} as daily_pnl

),

spells as (

    select
        days.*,
        max(case when days.drawdown = 0 then days.date end) over to_date as peak_date,
        coalesce(max(case when days.drawdown = 0 then days.day_no end) over to_date, 0)
            as peak_no,
        min(case when days.drawdown = 0 then days.date end) over from_date as recovery_date,
        min(case when days.drawdown = 0 then days.day_no end) over from_date as recovery_no

    from days

    window
        to_date as (
            partition by days.strategy
            order by days.date
            rows between unbounded preceding and current row
        ),
        from_date as (
            partition by days.strategy
            order by days.date
            rows between current row and unbounded following
        )

),

falls as (

    select
        spells.*,
        row_number() over (
            partition by spells.strategy, spells.peak_no
            order by spells.drawdown, spells.date
        ) as depth_no,
        count(*) over (partition by spells.strategy, spells.peak_no) as n_days_under_water

    from spells

    where spells.drawdown < 0

)

select
    falls.strategy,
    row_number() over (partition by falls.strategy order by falls.drawdown, falls.date)
        as drawdown_no,
    coalesce(falls.peak_date, falls.first_date) as peak_date,
    falls.date as trough_date,
    falls.recovery_date,
    falls.drawdown as depth,
    falls.day_no - falls.peak_no as n_days_to_trough,
    falls.recovery_no - falls.day_no as n_days_to_recovery,
    falls.n_days_under_water

from falls

where falls.depth_no = 1
