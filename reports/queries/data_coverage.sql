-- By month and asset class: names of the universe, how many have data, and how many of those were
-- delisted later; and the share of their sessions without a usable bar, by what is wrong.
with

members as (

    select
        survivorship.asset_class,
        last_day(survivorship.as_of_date) as month_date,
        sum(survivorship.n_members) as n_members,
        sum(survivorship.n_listed) as n_listed,
        sum(survivorship.n_delisted_later) as n_delisted_later,
        min(survivorship.as_of_date) as first_date,
        max(survivorship.as_of_date) as last_date

    from prepared.survivorship as survivorship

    group by survivorship.asset_class, last_day(survivorship.as_of_date)

),

qualities as (

    select
        assets.asset_class,
        last_day(data_quality.month_date) as month_date,
        sum(data_quality.n_sessions) as n_sessions,
        sum(data_quality.n_gaps) as n_gaps,
        sum(data_quality.n_stale) as n_stale

    from prepared.data_quality as data_quality

    inner join prepared.assets as assets on data_quality.symbol = assets.symbol

    group by assets.asset_class, last_day(data_quality.month_date)

)

select
    members.asset_class,
    members.month_date as date,
    members.n_members,
    members.n_listed,
    members.n_delisted_later,
    qualities.n_gaps / nullif(qualities.n_sessions, 0) as gap_share,
    qualities.n_stale / nullif(qualities.n_sessions, 0) as stale_share,
    members.first_date,
    members.last_date

from members

left join qualities
    on
        members.asset_class = qualities.asset_class
        and members.month_date = qualities.month_date

order by members.asset_class desc, members.month_date asc
