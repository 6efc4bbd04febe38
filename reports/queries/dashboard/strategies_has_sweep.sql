-- Whether there are strategies of a sweep to compare with: one row.
select published.is_published

from query.sweep_published as published
