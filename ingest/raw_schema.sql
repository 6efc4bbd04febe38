-- The raw layer: what the sources said, as they said it. Append-only: a row that differs from the
-- newest version of its key is a new version beside the old one, an identical one lands nothing.

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

create table if not exists raw.rejects (
    load_id bigint not null,
    source varchar not null,
    table_name varchar not null,
    reason varchar not null,
    row_json varchar not null,
    source_file varchar,
    source_row bigint
);

comment on table raw.loads is 'One row per load: one run of one source for one dataset, one transaction.';
comment on table raw.universe is 'One row per symbol, member_from and load: who an asset is and when it belonged to the universe (member_to is the first day outside; both empty = always).';
comment on table raw.prices is 'One row per symbol, bar_date and load (occurrence 2, 3, ... only where one load held conflicting rows for a day): bars as the source gave them.';
comment on table raw.corporate_actions is 'One row per symbol, ex_date, action_type and load: split (new shares per old), cash_dividend (per share of that day), delisting (its return, empty = unknown).';
comment on table raw.fundamentals is 'One row per symbol, metric, period_end_date, published_at and load: statement items and on-chain metrics as published.';
comment on table raw.fx_rates is 'One row per currency, rate_date and load: US dollars for one unit at the close of the day.';
comment on table raw.interest_rates is 'One row per currency, rate_date and load: short risk-free yield as quoted (0.05 is five percent).';
comment on table raw.rejects is 'One row per rejected input row: what could not be typed or keyed, why, and where it stood.';

comment on column raw.universe.symbol is 'The one key of an asset in this warehouse.';
comment on column raw.universe.asset_class is 'equity or crypto.';
comment on column raw.universe.venue is 'Trading calendar: a code of exchange_calendars such as XNYS, or 24/7.';
comment on column raw.universe.country is 'Two letters, ISO 3166.';
comment on column raw.universe.asset_kind is 'stock, etf, coin, stablecoin, wrapped or index.';
comment on column raw.universe.member_from is 'First day inside the universe.';
comment on column raw.universe.member_to is 'First day outside the universe.';
comment on column raw.prices.bar_date is 'Day of the bar, local to its exchange (UTC for crypto).';
comment on column raw.prices.volume is 'Units of the asset traded, not money.';
comment on column raw.prices.currency is 'Currency of the quote; minor units such as GBp stand as given.';
comment on column raw.prices.price_basis is 'as_traded, split_adjusted or total_return. Bars that came with their splits were un-adjusted on landing.';
comment on column raw.prices.occurrence is '1, or 2, 3, ... where one load held rows of a day that disagree.';
comment on column raw.corporate_actions.ex_date is 'Session from which the action is effective.';
comment on column raw.corporate_actions.value is 'split: new shares per old; cash_dividend: money per share of the ex-date; delisting: return, 0.1 is ten percent.';
comment on column raw.fundamentals.frequency is 'quarter, year or day: what the value spans.';
comment on column raw.fundamentals.published_at is 'UTC instant from which the value was public; empty = unknown. A date without a time stands as the end of its day.';
comment on column raw.fundamentals.currency is 'Currency of the value; empty for counts.';
comment on column raw.fx_rates.usd_per_unit is 'US dollars for one unit of the currency.';
comment on column raw.interest_rates.yield_ann is 'Yearly yield as quoted; 0.05 is five percent.';
comment on column raw.interest_rates.quote_convention is 'effective_annual or bank_discount.';
comment on column raw.rejects.reason is 'untyped, missing_key or bad_value with the column, or unknown_venue.';
comment on column raw.rejects.source_row is 'Line of the file, its header being line 1.';
comment on column raw.loads.status is 'ok, or failed: nothing of it landed, the message says why.';
