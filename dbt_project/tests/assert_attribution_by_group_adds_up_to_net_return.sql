{# Each grouping of a day's sources is its net return, 1e-12, for every day of every book. #}
with

added_up as (

    select
        attribution_by_group.date,
        attribution_by_group.strategy,
        attribution_by_group.grouping,
        sum(attribution_by_group.contribution) as contribution

    from {{ ref('attribution_by_group') }} as attribution_by_group

    group by
        attribution_by_group.date,
        attribution_by_group.strategy,
        attribution_by_group.grouping

),

wanted as (

    select
        daily_pnl.date,
        daily_pnl.strategy,
        daily_pnl.net_return,
        groupings.grouping

    from {{ ref('daily_pnl') }} as daily_pnl

    cross join (values ('asset_class'), ('sector'), ('leg')) as groupings (grouping)

)

select
    coalesce(wanted.date, added_up.date) as date,
    coalesce(wanted.strategy, added_up.strategy) as strategy,
    coalesce(wanted.grouping, added_up.grouping) as grouping,
    wanted.net_return,
    added_up.contribution

from wanted

full outer join added_up
    on
        wanted.date = added_up.date
        and wanted.strategy = added_up.strategy
        and wanted.grouping = added_up.grouping

where coalesce(abs(wanted.net_return - added_up.contribution) > 1e-12, true)
