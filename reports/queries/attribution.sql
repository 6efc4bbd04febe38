-- What each source added to a strategy's net return, mean a year and not compounded, and what all
-- of them add up to (source net).
with

by_source as (

    select
        attribution.strategy,
        attribution.source,
        sum(attribution.contribution) as contribution,
        min(attribution.date) as first_date,
        max(attribution.date) as last_date

    from analysis.attribution as attribution

    group by attribution.strategy, attribution.source

),

with_net as (

    select
        by_source.strategy,
        by_source.source,
        by_source.contribution,
        by_source.first_date,
        by_source.last_date

    from by_source

    union all

    select
        by_source.strategy,
        'net' as source,
        sum(by_source.contribution) as contribution,
        min(by_source.first_date) as first_date,
        max(by_source.last_date) as last_date

    from by_source

    group by by_source.strategy

)

select
    strategies.asset_class,
    with_net.strategy,
    with_net.source,
    with_net.contribution * summary.periods_per_year / summary.n_days as mean_ann,
    with_net.first_date,
    with_net.last_date

from with_net

inner join performance.summary as summary on with_net.strategy = summary.strategy

inner join seeds.strategies as strategies on with_net.strategy = strategies.strategy

order by with_net.strategy, with_net.source
