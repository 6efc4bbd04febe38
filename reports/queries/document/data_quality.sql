-- What each source gave of each asset class, and what was wrong with it. Rejected rows of no asset
-- that is known (rates, rows without a symbol) have a row of their own, so that all are counted.
with

given as (

    select
        data_quality.source,
        coalesce(assets.asset_class, 'no asset') as asset_class,
        count(distinct data_quality.symbol) as n_symbols,
        sum(data_quality.n_sessions) as n_sessions,
        sum(data_quality.n_gaps) / nullif(sum(data_quality.n_sessions), 0) as gap_share,
        sum(data_quality.n_stale) / nullif(sum(data_quality.n_sessions), 0) as stale_share,
        sum(data_quality.n_quarantined) as n_quarantined,
        sum(data_quality.n_revisions) as n_revisions,
        sum(data_quality.n_failed_fetches) as n_failed_fetches

    from prepared.data_quality as data_quality

    left join prepared.assets as assets on data_quality.symbol = assets.symbol

    group by data_quality.source, coalesce(assets.asset_class, 'no asset')

),

-- A row that later loads reject again counts once.
first_rejects as (

    select
        rejects.source,
        json_extract_string(rejects.row_json, '$.symbol') as symbol

    from raw.rejects as rejects

    qualify
        rejects.load_id = min(rejects.load_id) over (
            partition by rejects.source, rejects.table_name, rejects.reason, rejects.row_json
        )

),

rejected as (

    select
        first_rejects.source,
        coalesce(assets.asset_class, 'no asset') as asset_class,
        count(*) as n_rejected

    from first_rejects

    left join prepared.assets as assets on first_rejects.symbol = assets.symbol

    group by first_rejects.source, coalesce(assets.asset_class, 'no asset')

)

select
    coalesce(given.source, rejected.source) as source,
    coalesce(given.asset_class, rejected.asset_class) as asset_class,
    coalesce(given.n_symbols, 0) as n_symbols,
    coalesce(given.n_sessions, 0) as n_sessions,
    given.gap_share,
    given.stale_share,
    coalesce(given.n_quarantined, 0) as n_quarantined,
    coalesce(rejected.n_rejected, 0) as n_rejected,
    coalesce(given.n_revisions, 0) as n_revisions,
    coalesce(given.n_failed_fetches, 0) as n_failed_fetches

from given

full outer join rejected
    on given.source = rejected.source and given.asset_class = rejected.asset_class

order by
    coalesce(given.source, rejected.source) asc,
    coalesce(given.asset_class, rejected.asset_class) = 'no asset' asc,
    coalesce(given.asset_class, rejected.asset_class) desc
