-- How many names are listed, delisted or unheard of, by asset class and what says so.
select
    listing_status.asset_class,
    listing_status.status,
    count(*) as n_symbols,
    min(listing_status.since_date) as first_since_date,
    max(listing_status.since_date) as last_since_date

from prepared.listing_status as listing_status

group by all

order by listing_status.asset_class desc, n_symbols desc
