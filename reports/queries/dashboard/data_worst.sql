-- The names whose data are poorest: sessions without a bar, and what was set aside or rejected.
select
    data_quality.symbol,
    any_value(assets.name) as name,
    any_value(assets.asset_class) as asset_class,
    any_value(assets.country) as country,
    sum(data_quality.n_sessions) as n_sessions,
    sum(data_quality.coverage * data_quality.n_sessions)
    / nullif(sum(data_quality.n_sessions), 0) as coverage,
    sum(data_quality.n_gaps) as n_gaps,
    sum(data_quality.n_quarantined) as n_quarantined,
    sum(data_quality.n_rejected) as n_rejected,
    sum(data_quality.n_revisions) as n_revisions,
    count(*) over () as n_names

from prepared.data_quality as data_quality

inner join prepared.assets as assets on data_quality.symbol = assets.symbol

group by data_quality.symbol

order by coverage asc nulls first, n_quarantined desc, data_quality.symbol asc

limit $n_rows offset $first_row
