-- Bars and fields set aside by the cleaning rules, by reason.
select
    quarantine.reason,
    count(*) as n_bars

from prepared.quarantine as quarantine

group by quarantine.reason

order by n_bars desc, quarantine.reason asc
