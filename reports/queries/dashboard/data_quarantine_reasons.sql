-- How many bars, or fields of bars, each cleaning rule set aside.
select
    quarantine.reason,
    quarantine.field,
    quarantine.asset_class,
    count(*) as n_set_aside,
    count(distinct quarantine.symbol) as n_symbols,
    min(quarantine.bar_date) as first_date,
    max(quarantine.bar_date) as last_date

from prepared.quarantine as quarantine

group by all

order by n_set_aside desc, quarantine.reason asc, quarantine.asset_class asc
