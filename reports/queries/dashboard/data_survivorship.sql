-- Members of each market by month: those with data, those without, those delisted since.
select
    survivorship.as_of_date,
    survivorship.asset_class,
    coalesce(survivorship.country, survivorship.asset_class) as market,
    survivorship.has_spells,
    survivorship.n_members,
    survivorship.n_with_data,
    survivorship.n_without_data,
    survivorship.share_with_data,
    survivorship.n_listed,
    survivorship.n_delisted_later

from prepared.survivorship as survivorship

order by survivorship.as_of_date asc, survivorship.asset_class desc, market asc
