{{ config(schema='construction', tags=['sweep']) }}
{# Sums of each strategy's excess returns over 16 blocks of equal days, for the cross-validation #}
{# of the choice among strategies. In a sweep all books on one calendar are compared, over the #}
{# days that all have; else those that began together. A ruined book earns nothing from then on. #}
{# Blocks have 10 days at least. Bailey, Borwein, Lopez de Prado and Zhu (2015). #}
with

spans as (

    select
        daily_pnl.strategy,
        {{ by_asset_class({
            'equity': "'" ~ var('calendars').equity ~ "'",
            'crypto': "'" ~ var('calendars').crypto ~ "'",
            'both': "'" ~ var('calendars').both ~ "'",
        }, 'strategies.asset_class') }} as calendar,
        min(daily_pnl.date) as first_date

    from {{ ref('daily_pnl') }} as daily_pnl

    inner join {{ ref('strategies') }} as strategies on daily_pnl.strategy = strategies.strategy

    group by daily_pnl.strategy, strategies.asset_class

),

grouped as (

    select
        spans.*,
        {{ "spans.calendar" if var('sweep')
            else "concat(spans.calendar, ' from ', cast(spans.first_date as string))" }}
            as peer_group

    from spans

),

starts as (

    select
        grouped.peer_group,
        max(grouped.first_date) as first_date

    from grouped

    group by grouped.peer_group

),

-- The days of a group, numbered; the first few, which fill no block, are left out.
dates as (

    select distinct
        grouped.peer_group,
        daily_pnl.date

    from {{ ref('daily_pnl') }} as daily_pnl

    inner join grouped on daily_pnl.strategy = grouped.strategy

    inner join starts
        on grouped.peer_group = starts.peer_group and daily_pnl.date >= starts.first_date

),

numbered as (

    select
        dates.peer_group,
        dates.date,
        row_number() over (partition by dates.peer_group order by dates.date desc) - 1 as day_no,
        cast(floor(count(*) over (partition by dates.peer_group) / 16) as bigint) as block_days

    from dates

),

block_days as (

    select
        numbered.peer_group,
        numbered.date,
        numbered.block_days,
        16 - cast(floor(numbered.day_no / numbered.block_days) as bigint) as block_no

    from numbered

    where numbered.block_days >= 10 and numbered.day_no < 16 * numbered.block_days

)

-- The last block ends with the last day.
select
    block_days.peer_group,
    daily_pnl.strategy,
    block_days.block_no,
    max(block_days.block_days) as block_days,
    sum(daily_pnl.net_return - daily_pnl.risk_free_return) as excess_sum,
    sum(power(daily_pnl.net_return - daily_pnl.risk_free_return, 2)) as excess_square

from {{ ref('daily_pnl') }} as daily_pnl

inner join grouped on daily_pnl.strategy = grouped.strategy

inner join block_days
    on grouped.peer_group = block_days.peer_group and daily_pnl.date = block_days.date

group by block_days.peer_group, daily_pnl.strategy, block_days.block_no
