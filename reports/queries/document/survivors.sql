-- Names with data at the first month's end and at the last, and how many of the first were
-- delisted since; each country by its own months.
with

marked as (

    select
        survivorship.*,
        survivorship.as_of_date = min(survivorship.as_of_date) over of_country as is_first,
        survivorship.as_of_date = max(survivorship.as_of_date) over of_country as is_last

    from prepared.survivorship as survivorship

    window of_country as (partition by survivorship.asset_class, survivorship.country)

)

select
    marked.asset_class,
    min(marked.as_of_date) as first_date,
    max(marked.as_of_date) as last_date,
    sum(marked.n_members) filter (where marked.is_first) as n_members_first,
    sum(marked.n_listed) filter (where marked.is_first) as n_listed_first,
    sum(marked.n_delisted_later) filter (where marked.is_first) as n_delisted_since,
    sum(marked.n_listed) filter (where marked.is_last) as n_listed_last

from marked

group by marked.asset_class

order by marked.asset_class desc
