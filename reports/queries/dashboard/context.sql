-- What the sidebar says of the published build: its clocks and how much it holds.
select
    build_clock.base_currency,
    case when build_clock.known_at < timestamp '9999-01-01' then build_clock.known_at end
        as known_at,
    build_clock.newest_load_id,
    build_clock.newest_observed_at,
    (select max(prices_daily.as_of_date) from prepared.prices_daily as prices_daily)
        as last_price_date,
    (select count(*) from prepared.assets) as n_assets,
    (select count(*) from performance.summary) as n_strategies

from prepared.build_clock as build_clock
