{# Which part of the book each day came from: what its names contributed, by asset class, by #}
{# sector and by leg, and beside them cash, the cost of trading and of borrowing. Each of the #}
{# three groupings adds up to the net return. #}
with

parts as (

    select
        positions.date,
        positions.strategy,
        assets.asset_class,
        assets.sector,
        positions.opening_weight < 0 as is_short,
        sum(positions.contribution) as contribution

    from {{ ref('positions') }} as positions

    inner join {{ ref('assets') }} as assets on positions.symbol = assets.symbol

    group by
        positions.date,
        positions.strategy,
        assets.asset_class,
        assets.sector,
        positions.opening_weight < 0

),

by_group as (

    select
        parts.date,
        parts.strategy,
        groupings.grouping,
        case
            when groupings.grouping = 'asset_class' then parts.asset_class
            when groupings.grouping = 'sector' then coalesce(parts.sector, 'no sector')
            when parts.is_short then 'short'
            else 'long'
        end as source,
        sum(parts.contribution) as contribution

    from parts

    cross join (values ('asset_class'), ('sector'), ('leg')) as groupings (grouping)

    group by all

),

beside as (

    select
        daily_pnl.date,
        daily_pnl.strategy,
        groupings.grouping,
        sources.source,
        case sources.source
            when 'cash' then daily_pnl.cash_return
            when 'cost' then 0 - daily_pnl.cost_return
            else 0 - daily_pnl.borrow_return
        end as contribution

    from {{ ref('daily_pnl') }} as daily_pnl

    cross join (values ('asset_class'), ('sector'), ('leg')) as groupings (grouping)

    cross join (values ('cash'), ('cost'), ('borrow')) as sources (source)

)

select * from by_group

union all

select * from beside
