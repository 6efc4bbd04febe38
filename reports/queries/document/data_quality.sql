-- What each source gave of each asset class, and what was wrong with it.
select
    data_quality.source,
    coalesce(assets.asset_class, 'unknown') as asset_class,
    count(distinct data_quality.symbol) as n_symbols,
    sum(data_quality.n_sessions) as n_sessions,
    sum(data_quality.n_gaps) / nullif(sum(data_quality.n_sessions), 0) as gap_share,
    sum(data_quality.n_stale) / nullif(sum(data_quality.n_sessions), 0) as stale_share,
    sum(data_quality.n_quarantined) as n_quarantined,
    sum(data_quality.n_rejected) as n_rejected,
    sum(data_quality.n_revisions) as n_revisions,
    sum(data_quality.n_failed_fetches) as n_failed_fetches

from prepared.data_quality as data_quality

left join prepared.assets as assets on data_quality.symbol = assets.symbol

group by data_quality.source, coalesce(assets.asset_class, 'unknown')

order by data_quality.source asc, asset_class desc
