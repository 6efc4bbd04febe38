{# Which part of the book each day came from: what its names contributed, by asset class, by #}
{# sector and by leg, and beside them cash, the cost of trading and of borrowing. Each of the #}
{# three groupings adds up to the net return. #}
with

-- Numbers join and group faster than names do.
groups as (

    select
        book_assets.asset_no,
        assets.asset_class,
        assets.sector,
        dense_rank() over (order by assets.asset_class, assets.sector) as group_no

    from {{ ref('book_assets') }} as book_assets

    inner join {{ ref('assets') }} as assets on book_assets.symbol = assets.symbol

),

book_days as (

    select
        book_values.date,
        book_values.strategy,
        book_values.strategy_no,
        book_values.step_no,
        book_values.book_opening_value,
        book_values.cash_return

    from {{ ref('book_values') }} as book_values

    left join {{ ref('ruins') }} as ruins on book_values.strategy = ruins.strategy

    where ruins.ruin_date is null or book_values.date <= ruins.ruin_date

),

-- Units of nothing are none, here and not in a filter: DuckDB would meet every book with every
-- asset of a day first, or keep all of these rows in memory, not those of unit_values.
held as (

    select
        book_days.date,
        book_days.strategy_no,
        book_paths.asset_no,
        case when book_paths.units <> 0 then book_paths.units end as units

    from book_days

    inner join {{ ref('book_paths') }} as book_paths
        on
            book_days.strategy_no = book_paths.strategy_no
            and book_days.step_no = book_paths.step_no

),

sums as (

    select
        held.date,
        held.strategy_no,
        groups.group_no,
        coalesce(held.units * unit_values.prior_discounted_worth < 0, false) as is_short,
        sum(held.units * unit_values.prior_discounted_worth) as opening_worth,
        sum(held.units * unit_values.discounted_worth) as closing_worth

    from held

    inner join groups on held.asset_no = groups.asset_no

    inner join {{ ref('unit_values') }} as unit_values
        on
            held.asset_no = unit_values.asset_no
            and held.date = unit_values.calendar_date

    where not unit_values.is_gone and held.units * unit_values.discounted_worth is not null

    group by
        held.date,
        held.strategy_no,
        groups.group_no,
        coalesce(held.units * unit_values.prior_discounted_worth < 0, false)

),

named as (

    select
        groups.group_no,
        legs.is_short,
        groupings.grouping,
        case
            when groupings.grouping = 'asset_class' then groups.asset_class
            when groupings.grouping = 'sector' then coalesce(groups.sector, 'no sector')
            when legs.is_short then 'short'
            else 'long'
        end as source

    from groups

    cross join (values (false), (true)) as legs (is_short)

    cross join (values ('asset_class'), ('sector'), ('leg')) as groupings (grouping)

    group by all

),

sources as (

    select
        named.*,
        dense_rank() over (order by named.grouping, named.source) as source_no

    from named

),

sums_by_source as (

    select
        sums.date,
        sums.strategy_no,
        sources.source_no,
        sum(sums.opening_worth) as opening_worth,
        sum(sums.closing_worth) as closing_worth

    from sums

    inner join sources on sums.group_no = sources.group_no and sums.is_short = sources.is_short

    group by sums.date, sums.strategy_no, sources.source_no

),

-- As positions has it, name by name.
by_group as (

    select
        sums_by_source.date,
        book_days.strategy,
        sources.grouping,
        sources.source,
        (sums_by_source.closing_worth * (1 + book_days.cash_return) - sums_by_source.opening_worth)
        / book_days.book_opening_value as contribution

    from sums_by_source

    inner join book_days
        on
            sums_by_source.date = book_days.date
            and sums_by_source.strategy_no = book_days.strategy_no

    inner join (
        select distinct
            sources.source_no,
            sources.grouping,
            sources.source

        from sources
    ) as sources
        on sums_by_source.source_no = sources.source_no

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
