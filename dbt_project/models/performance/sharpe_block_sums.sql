{{ config(schema='construction') }}
{# The sums of excess returns and of their squares over each block of days that a bootstrap of a #}
{# Sharpe ratio may draw: differences of running sums. Returns are standardized first, which #}
{# leaves small numbers to add. A block starts at any day, is 1.3 sqrt(n) days long, and runs on #}
{# from the last day to the first; the last of a replicate is cut, to n days in all. #}
with

series as (

    select
        daily_pnl.strategy,
        moments.n_days,
        moments.mean_excess / moments.std_excess as mean_share,
        cast(ceil(1.3 * sqrt(moments.n_days)) as bigint) as block_length,
        cast(ceil(moments.n_days / ceil(1.3 * sqrt(moments.n_days))) as bigint) as n_blocks,
        (daily_pnl.net_return - daily_pnl.risk_free_return - moments.mean_excess)
        / moments.std_excess as deviation,
        row_number() over (
            partition by daily_pnl.strategy
            order by daily_pnl.date
        ) as day_no

    from {{ ref('daily_pnl') }} as daily_pnl

    inner join {{ ref('return_moments') }} as moments on daily_pnl.strategy = moments.strategy

    where moments.skewness is not null

),

running as (

    select
        series.*,
        sum(series.deviation) over to_date as running_sum,
        sum(power(series.deviation, 2)) over to_date as running_square

    from series

    window to_date as (
        partition by series.strategy
        order by series.day_no
        rows between unbounded preceding and current row
    )

),

ends as (

    select
        running.*,
        (running.day_no + running.block_length - 2) % running.n_days + 1 as last_no,
        (running.day_no + running.n_days - (running.n_blocks - 1) * running.block_length - 2)
        % running.n_days
        + 1 as cut_last_no

    from running

)

-- The running sums end at 0 and the squares' at n - 1, which a block that runs on passes once.
select
    ends.strategy,
    ends.day_no as start_no,
    ends.n_days,
    ends.mean_share,
    ends.block_length,
    ends.n_blocks,
    last_days.running_sum - ends.running_sum + ends.deviation as block_sum,
    last_days.running_square
    - ends.running_square
    + power(ends.deviation, 2)
    + case when ends.last_no < ends.day_no then ends.n_days - 1 else 0 end as block_square,
    cut_last_days.running_sum - ends.running_sum + ends.deviation as cut_block_sum,
    cut_last_days.running_square
    - ends.running_square
    + power(ends.deviation, 2)
    + case when ends.cut_last_no < ends.day_no then ends.n_days - 1 else 0 end as cut_block_square

from ends

inner join running as last_days
    on ends.strategy = last_days.strategy and ends.last_no = last_days.day_no

inner join running as cut_last_days
    on ends.strategy = cut_last_days.strategy and ends.cut_last_no = cut_last_days.day_no
