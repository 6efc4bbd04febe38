-- Share of the sessions with a clean bar, by month, asset class and country.
select
    data_quality.month_date,
    assets.asset_class,
    coalesce(assets.country, assets.asset_class) as market,
    sum(data_quality.n_sessions) as n_sessions,
    sum(data_quality.n_bars) as n_bars,
    sum(data_quality.coverage * data_quality.n_sessions) / sum(data_quality.n_sessions)
        as coverage,
    sum(data_quality.n_gaps) as n_gaps,
    sum(data_quality.n_stale) as n_stale

from prepared.data_quality as data_quality

inner join prepared.assets as assets on data_quality.symbol = assets.symbol

where data_quality.n_sessions > 0

group by all

order by data_quality.month_date asc, assets.asset_class desc, market asc
