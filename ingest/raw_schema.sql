-- The raw layer: what the sources said, as they said it. Append-only: a row that differs from the
-- newest version of its key is a new version beside the old one, an identical one lands nothing.
-- What the columns mean stands in dbt_project/models/staging/_sources.yml; each build writes it here
-- as comments.

create schema if not exists raw;

create table if not exists raw.loads (
    load_id bigint primary key,
    source varchar not null,
    dataset varchar not null,
    started_at timestamp not null,
    finished_at timestamp not null,
    status varchar not null,
    n_rows bigint not null,
    n_unchanged bigint not null,
    n_rejected bigint not null,
    message varchar
);

create table if not exists raw.universe (
    symbol varchar not null,
    asset_class varchar not null,
    venue varchar not null,
    country varchar,
    currency varchar not null,
    sector varchar,
    name varchar,
    asset_kind varchar,
    member_from date,
    member_to date,
    source varchar not null,
    load_id bigint not null,
    observed_at timestamp not null
);

create table if not exists raw.prices (
    symbol varchar not null,
    bar_date date not null,
    open double,
    high double,
    low double,
    close double,
    volume double,
    currency varchar not null,
    price_basis varchar not null,
    occurrence integer not null,
    source varchar not null,
    load_id bigint not null,
    observed_at timestamp not null
);

create table if not exists raw.corporate_actions (
    symbol varchar not null,
    ex_date date not null,
    action_type varchar not null,
    value double,
    currency varchar,
    source varchar not null,
    load_id bigint not null,
    observed_at timestamp not null
);

create table if not exists raw.fundamentals (
    symbol varchar not null,
    metric varchar not null,
    period_end_date date not null,
    frequency varchar not null,
    published_at timestamp,
    value double,
    currency varchar,
    source varchar not null,
    load_id bigint not null,
    observed_at timestamp not null
);

create table if not exists raw.fx_rates (
    currency varchar not null,
    rate_date date not null,
    usd_per_unit double,
    source varchar not null,
    load_id bigint not null,
    observed_at timestamp not null
);

create table if not exists raw.interest_rates (
    currency varchar not null,
    rate_date date not null,
    yield_ann double,
    quote_convention varchar not null,
    source varchar not null,
    load_id bigint not null,
    observed_at timestamp not null
);

create table if not exists raw.symbol_changes (
    old_symbol varchar not null,
    change_date date not null,
    new_symbol varchar not null,
    source varchar not null,
    load_id bigint not null,
    observed_at timestamp not null
);

create table if not exists raw.fetch_log (
    run_id bigint not null,
    source varchar not null,
    dataset varchar not null,
    item varchar not null,
    table_name varchar not null,
    symbol varchar not null,
    outcome varchar not null,
    n_attempts integer not null,
    n_rows bigint not null,
    since date,
    started_at timestamp not null,
    finished_at timestamp not null,
    message varchar,
    fingerprint varchar not null,
    load_id bigint not null
);

-- A run that every item got through; one without a row here goes on when it is started again.
create table if not exists raw.fetch_runs (
    run_id bigint primary key,
    source varchar not null,
    dataset varchar not null,
    is_update boolean not null,
    started_at timestamp not null,
    finished_at timestamp not null,
    n_items bigint not null
);

create table if not exists raw.rejects (
    load_id bigint not null,
    source varchar not null,
    table_name varchar not null,
    reason varchar not null,
    row_json varchar not null,
    source_file varchar,
    source_row bigint
);
