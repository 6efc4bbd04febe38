"""A tiny published file, made by hand: the tables that reports read, with a few rows each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from matplotlib.figure import Figure

from reports import plots, queries
from reports.drawing import empty_page, figure_style, save
from reports.figures import all_figures
from reports.plots import query_parameters, report_context
from tests.builds import Market
from warehouse.files import DatasetFiles, dataset_files, open_published

SCHEMA = """
create schema raw; create schema prepared; create schema factors;
create schema scores; create schema portfolios; create schema performance;
create schema analysis; create schema signals; create schema seeds;
create schema construction;
create table raw.loads (load_id bigint, source varchar, n_rows bigint);
insert into raw.loads values (1, 'files', 100), (2, 'demo', 0);
create table raw.universe (symbol varchar);
create table raw.prices (symbol varchar, price_basis varchar);
create table raw.corporate_actions (symbol varchar, action_type varchar);
create table raw.fundamentals (symbol varchar, metric varchar);
create table raw.fx_rates (currency varchar);
create table raw.interest_rates (currency varchar);
create table raw.rejects (load_id bigint, source varchar, table_name varchar, reason varchar,
    row_json varchar);
create table prepared.assets (symbol varchar, asset_class varchar);
create table prepared.prices_daily (as_of_date date, symbol varchar, asset_class varchar,
    close double, adj_close double, ret_1d double, volume double, dollar_volume_usd double,
    market_cap_usd double, is_stale boolean);
create table prepared.market_returns (as_of_date date, asset_class varchar,
    is_cap_weighted boolean);
create table prepared.quarantine (symbol varchar, bar_date date, reason varchar);
create table factors.factor_dates (as_of_date date, asset_class varchar, is_month_end boolean);
create table factors.factor_values (as_of_date date, symbol varchar, factor varchar,
    asset_class varchar, rank_pct double);
create table factors.factor_matrix (as_of_date date, symbol varchar, asset_class varchar,
    size double, book_to_market double, momentum_12_1 double, momentum_3w double,
    network_value_to_transactions double);
create table scores.model_scores (as_of_date date, symbol varchar, asset_class varchar,
    model varchar, model_score double, fold_id varchar);
create table scores.model_metrics (model varchar, fold_id varchar, asset_class varchar,
    is_overall boolean, test_start_date date, test_end_date date, rank_ic double,
    rank_ic_se double, rank_ic_t_stat double, rank_ic_critical_value double,
    rank_ic_over_composite double, rank_ic_over_composite_t_stat double,
    n_dates bigint, n_ranked_dates bigint, r2_oos double);
create table scores.model_ic (model varchar, as_of_date date, asset_class varchar,
    rank_ic double);
create table scores.model_diagnostics (model varchar, asset_class varchar, bin integer,
    n_rows bigint, mean_score double, mean_target double, mean_residual double,
    calibration_slope double, calibration_slope_se double);
create table scores.feature_importance (model varchar, fold_id varchar, asset_class varchar,
    factor varchar, mean_abs_shap double, permutation_importance double, n_explained bigint);
create table scores.shap_values (model varchar, fold_id varchar, asset_class varchar,
    as_of_date date, symbol varchar, factor varchar, feature_value double, shap_value double);
create table scores.folds (model varchar, fold_id varchar, asset_class varchar,
    is_pooled boolean, test_start_date date, test_end_date date);
create table scores.model_runs (model varchar, fold_id varchar, asset_class varchar,
    status varchar, reason varchar, notes varchar);
create table construction.labelled_scores (as_of_date date, symbol varchar, asset_class varchar,
    model varchar, model_score double, target_rank double, score_tenth integer);
create table portfolios.target_weights (as_of_date date, strategy varchar, symbol varchar,
    target_weight double, trade_date date);
create table portfolios.trades (trade_date date, strategy varchar, symbol varchar);
create table performance.daily_pnl (date date, strategy varchar, cost_return double,
    benchmark_return double, nav double, drawdown double);
create table performance.summary (strategy varchar, first_date date, last_date date,
    n_days bigint, periods_per_year double, ann_return double, ann_vol double, sharpe double,
    max_drawdown double, ann_turnover double, dsr double, n_trials bigint, beta double,
    alpha_ann double, ann_cost double, ruin_date date, sharpe_lower double, sharpe_upper double,
    psr double);
create table performance.luck (strategy varchar, expected_max_sharpe double);
create table performance.overfitting (peer_group varchar, n_strategies bigint, n_splits bigint,
    pbo double, loss_probability double);
insert into performance.overfitting values ('equity_sessions from 2020-01-01', 4, 12870, 0.28, 0);
create table construction.block_returns (peer_group varchar, strategy varchar);
create table performance.returns_by_period (strategy varchar, period varchar,
    period_end_date date, net_return double);
create table performance.rolling_metrics (date date, strategy varchar, window_sessions integer,
    sharpe double);
create table performance.capacity (strategy varchar, impact_law varchar, aum_usd double,
    net_sharpe double, sharpe_without_impact double, capacity_usd double, capacity_reason varchar,
    mean_participation double, mean_participation_at_capacity double);
create table performance.slippage (strategy varchar, net_sharpe_p05 double, net_sharpe_p95 double);
create table performance.trials (strategy varchar, sweep varchar, settings varchar,
    last_load_id bigint);
create table construction.impact_moments (strategy varchar, impact_law varchar,
    concave_power double, periods_per_year double, mean_excess double, mean_concave double,
    mean_full double, var_excess double, var_concave double, var_full double,
    covar_excess_concave double, covar_excess_full double, covar_concave_full double);
create table portfolios.positions (date date, strategy varchar, symbol varchar,
    asset_class varchar, closing_weight double);
create table prepared.build_clock (base_currency varchar, newest_load_id bigint);
create table prepared.build_info (build_fingerprint varchar, data_fingerprint varchar,
    settings_fingerprint varchar, code_fingerprint varchar, known_at timestamp);
insert into prepared.build_info values ('b0', 'd0', 's0', 'c0', null);
create table prepared.survivorship (as_of_date date, asset_class varchar, country varchar,
    n_members bigint, n_listed bigint, n_delisted_later bigint);
create table prepared.data_quality (source varchar, symbol varchar, month_date date,
    n_sessions bigint, n_bars bigint, n_gaps bigint, n_stale bigint, n_quarantined bigint,
    n_rejected bigint, n_revisions bigint, n_failed_fetches bigint);
create table factors.factor_catalogue (factor varchar, asset_class varchar, year integer,
    coverage_share double, first_date date, last_date date);
create table analysis.rolling_exposures (date date, strategy varchar, factor varchar, beta double,
    alpha_ann double, n_days bigint);
create table analysis.attribution (date date, strategy varchar, source varchar,
    contribution double);
create table analysis.ic_decay (asset_class varchar, factor varchar, horizon integer,
    mean_ic double, t_stat double, critical_value double, n_dates bigint, first_date date,
    last_date date);
create table analysis.factor_monotonicity (asset_class varchar, factor varchar,
    mean_ann_quantile_1 double, mean_ann_quantile_2 double, mean_ann_quantile_3 double,
    mean_ann_quantile_4 double, mean_ann_quantile_5 double, spread_ann double,
    n_rising_steps bigint, first_date date, last_date date);
create table analysis.factor_premia (asset_class varchar, factor varchar, mean_ann double,
    t_stat double, critical_value double, bootstrap_lower_ann double, bootstrap_upper_ann double,
    fdr_p_value double, first_date date, last_date date);
create table seeds.cost_models (cost_model varchar, asset_class varchar,
    min_dollar_volume_usd double, commission_bps double, half_spread_bps double,
    impact_law varchar, impact_coefficient double, borrow_bps_ann double, funding_bps_ann double);
create table performance.cost_sensitivity (strategy varchar, cost_bps integer, aum_usd bigint,
    net_ann_return double, net_sharpe double, break_even_cost_bps double, impact_law varchar);
create table analysis.factor_returns (date date, asset_class varchar, factor varchar,
    long_short_return double);
create table analysis.factor_ic (as_of_date date, asset_class varchar, factor varchar,
    horizon integer, ic double);
create table analysis.multiverse (result varchar, combination_no bigint, asset_class varchar,
    mean_ann double, t_stat double, critical_value double, is_default boolean,
    universe_floor_usd double, formation_start integer, formation_stop integer,
    weighting varchar, winsorize_share double, fraction double, lag_sessions integer,
    cost_bps double, first_date date, last_date date);
create table signals.live_signals (as_of_date date, strategy varchar, symbol varchar,
    rank bigint, score double, target_weight double, current_weight double,
    trade_weight double, signal varchar);
create table seeds.strategies (strategy varchar, asset_class varchar, score varchar,
    benchmark varchar, cost_model varchar);
insert into seeds.cost_models values ('standard', 'equity', 0, 1, 10, 'square_root', 0.7, 50, 0);
"""

PRICES = """
insert into raw.rejects values
    (1, 'files', 'prices', 'no_close', '{}'), (1, 'files', 'prices', 'no_close', '{}'),
    (2, 'files', 'prices', 'no_close', '{}');
insert into prepared.assets
    select upper(left($asset_class, 1)) || i, $asset_class from range(20) as r(i);
insert into raw.prices
    select symbol, 'split_adjusted' from prepared.assets where asset_class = $asset_class;
insert into prepared.prices_daily
    select d, symbol, asset_class, 10, 10, 0.01, 5, 50, null, false
    from prepared.assets, (select cast('2020-01-01' as date) + cast(j as integer) as d
        from range(0, 900, 30) as r(j))
    where asset_class = $asset_class;
insert into prepared.market_returns values ('2020-01-02', $asset_class, false);
insert into analysis.multiverse
    select $asset_class || '_momentum', row_number() over (), $asset_class,
        0.05 - 0.001 * cost + 0.0001 * start - 0.02 * (weighting = 'cap')::integer,
        case when start > 20 then 1.5 - 0.1 * cost end, 2, cost = 20 and start = 21
        and weighting = 'equal', 1e6, start, 0, weighting, 0.01, 0.3, 1, cost,
        '2020-01-02', '2022-05-01'
    from (values (0), (20), (50)) as costs (cost)
    cross join (values (7), (21), (252)) as formations (start)
    cross join (values ('equal'), ('cap')) as weightings (weighting);
insert into prepared.quarantine values ('E1', '2020-01-02', 'bad_print');
insert into factors.factor_dates
    select distinct as_of_date, asset_class, true from prepared.prices_daily
    where asset_class = $asset_class;
insert into factors.factor_matrix
    select as_of_date, symbol, asset_class, null, null, hash(symbol, as_of_date) % 100 / 100, 0.1,
        null
    from prepared.prices_daily where asset_class = $asset_class;
insert into factors.factor_values
    select as_of_date, symbol, factor, asset_class, 0.3 from factors.factor_matrix,
        (values ('momentum_12_1'), ('momentum_3w')) as f(factor)
    where asset_class = $asset_class and (asset_class = 'crypto' or factor = 'momentum_12_1');
insert into analysis.factor_returns
    select cast('2020-01-01' as date) + cast(j as integer), $asset_class, factor,
        (hash(factor, j, $asset_class) % 2001 / 1000 - 1) / 100
    from range(900) as r(j), (select distinct factor from factors.factor_values
        where asset_class = $asset_class);
insert into analysis.factor_ic
    select as_of_date, $asset_class, factor, $horizon,
        hash(factor, as_of_date, $asset_class) % 201 / 1000 - 0.1
    from (select distinct as_of_date, factor from factors.factor_values
        where asset_class = $asset_class);
insert into prepared.survivorship
    select distinct as_of_date, $asset_class, null, 20, 18, 3 from prepared.prices_daily
    where asset_class = $asset_class;
insert into prepared.data_quality
    select 'files', symbol, month_date, 20, 19, month(month_date) % 2, 1, 1, 0, 2, 0
    from (select distinct symbol, date_trunc('month', as_of_date) as month_date
        from prepared.prices_daily where asset_class = $asset_class);
insert into factors.factor_catalogue
    select factor, $asset_class, year, case year when 2020 then 0 else 0.97 end,
        make_date(year, 1, 1), make_date(year, 12, 31)
    from (select distinct factor from factors.factor_values where asset_class = $asset_class),
        range(2020, 2023) as y(year);
insert into analysis.ic_decay
    select asset_class, factor, h, 0.01 * place - 0.015, case when place = 2 then 3 end, 2, 30,
        '2020-01-31', '2022-05-31'
    from (select distinct asset_class, factor from factors.factor_values
        where asset_class = $asset_class),
        (values (1, 1), (2, $horizon)) as t(place, h);
insert into analysis.factor_monotonicity
    select distinct asset_class, factor, -0.05, 0, 0.02, 0.05, 0.1, 0.15, 4, date '2020-02-01',
        date '2022-05-31'
    from factors.factor_values where asset_class = $asset_class;
insert into analysis.factor_premia
    select distinct asset_class, factor, 0.05, 2.5, 2.05, -0.01, 0.11, 0.04, date '2020-02-01',
        date '2022-05-31'
    from factors.factor_values where asset_class = $asset_class;
"""

SCORES = """
insert into scores.model_scores
    select as_of_date, symbol, asset_class, model,
        (hash(symbol, as_of_date, model) % 1001) / 20000 - 0.025, asset_class || '_2020'
    from factors.factor_matrix, (values ('ridge'), ('xgboost')) as m(model)
    where asset_class = $asset_class;
insert into construction.labelled_scores
    select as_of_date, symbol, asset_class, model, model_score,
        (hash(symbol, as_of_date, 1) % 1001) / 1000 - 0.5,
        ntile(10) over (partition by model, as_of_date order by model_score, symbol)
    from (select as_of_date, symbol, asset_class, model, model_score from scores.model_scores
        union all select as_of_date, symbol, asset_class, 'composite', momentum_12_1 - 0.5
        from factors.factor_matrix)
    where asset_class = $asset_class;
insert into scores.model_diagnostics
    select model, asset_class, bin, count(*), avg(model_score), avg(target_rank),
        case when model <> 'composite' then avg(target_rank - model_score) end,
        case when model <> 'composite' and bin = 0 then 0.75 end,
        case when model <> 'composite' and bin = 0 then 0.25 end
    from (select *, unnest([0, score_tenth]) as bin from construction.labelled_scores)
    where asset_class = $asset_class group by model, asset_class, bin;
insert into scores.model_metrics
    select model, $asset_class || fold, $asset_class, fold = '_all',
        case when fold = '_2021' then date '2021-01-01' else date '2020-01-01' end, test_end_date,
        rank_ic, se, rank_ic / se, 2.5, case when model <> 'composite' then over_composite end,
        case when model <> 'composite' then over_t end, n_dates, n_dates,
        case when model <> 'composite' then 0.004 end
    from (values
        ('ridge', '_2020', date '2020-12-31', 0.03, 0.01, 0.02, 2, 12),
        ('ridge', '_2021', date '2021-03-31', -0.02, null, 0.03, null, 3),
        ('ridge', '_2022', date '2022-01-31', null, null, null, null, 0),
        ('ridge', '_all', date '2021-03-31', 0.02, 0.008, 0.022, -2.2, 15),
        ('xgboost', '_2021', date '2021-03-31', 0.04, null, 0.09, null, 3),
        ('xgboost', '_all', date '2021-03-31', 0.04, null, 0.09, null, 3),
        ('composite', '_2020', date '2020-12-31', 0.01, 0.02, null, null, 12),
        ('composite', '_2021', date '2021-03-31', -0.05, null, null, null, 3),
        ('composite', '_all', date '2021-03-31', -0.002, 0.015, null, null, 15)
    ) as m(model, fold, test_end_date, rank_ic, se, over_composite, over_t, n_dates);
insert into scores.model_ic
    select model, last_day(date '2020-01-01' + to_months(cast(j as integer))), $asset_class,
        case when j < 12 then in_2020 else in_2021 end
    from range(15) as r(j), (values ('ridge', 0.03, -0.02), ('xgboost', null, 0.04),
        ('composite', 0.01, -0.05)) as m(model, in_2020, in_2021);
insert into scores.folds
    select model, $asset_class || fold, $asset_class, model = 'xgboost_pooled',
        cast(right(fold, 4) || '-01-01' as date), cast(right(fold, 4) || '-12-31' as date)
    from (values ('ridge', '_2020'), ('ridge', '_2021'), ('xgboost', '_2021'),
        ('xgboost_pooled', '_2019')) as f(model, fold);
insert into scores.feature_importance
    select model, fold_id, asset_class, factor,
        case model when 'ridge' then 0.03 else 0.01 end * case factor when 'size' then 3 else 1 end
            * case fold_id when $asset_class || '_2021' then 1 else 2 end,
        case when fold_id <> $asset_class || '_2021' then 0.004 end,
        case fold_id when $asset_class || '_2021' then 30 else 10 end
    from scores.folds, (values ('size'), ('momentum_12_1')) as f(factor)
    where asset_class = $asset_class;
insert into scores.shap_values
    select model, fold_id, asset_class, test_start_date + cast(j as integer), 'S' || j, factor,
        case when j > 0 then j / 40 - 0.5 end, (j - 20) / 1000
    from scores.feature_importance inner join scores.folds using (model, fold_id, asset_class),
        range(40) as r(j)
    where asset_class = $asset_class;
insert into scores.model_runs
    select model, $asset_class || fold, $asset_class, status, reason, notes
    from (values
        ('ridge', '_2018', 'skipped', '4 month ends before it; 36 are needed', null),
        ('ridge', '_2019', 'skipped', '16 month ends before it; 36 are needed', null),
        ('xgboost', '_2020', 'failed', 'ValueError: no such tree', null),
        ('ridge', '_2020', 'fitted', null, 'constant: size; one value for every name'),
        ('ridge', '_2021', 'fitted', null, 'one value for every name'),
        ('xgboost', '_2021', 'fitted', null, null)
    ) as r(model, fold, status, reason, notes);
"""

STRATEGY = """
insert into seeds.strategies values ($strategy, $asset_class, $score, 'market', 'standard');
insert into performance.daily_pnl
    select cast('2020-01-01' as date) + cast(j as integer), $strategy, 0.0001, 0.0002,
        exp(sum(r) over (order by j)), -0.3 * abs(sin(j / 100.0))
    from (select j, (hash($strategy, j) % 2001 / 1000 - 0.98) / 100 as r
        from range($n_days) as t(j));
insert into performance.summary values ($strategy, '2020-01-01',
    cast('2019-12-31' as date) + $n_days, $n_days, 365, 0.1, 0.2, 0.5, -0.3, 2.5, 0.375, 12, 0.9,
    0.02, 0.0365, null, case when $n_days > 20 then 0.1 end, case when $n_days > 20 then 0.9 end,
    0.998);
insert into performance.luck values ($strategy, 1.2);
insert into performance.returns_by_period
    select $strategy, period, max(date), exp(sum(r)) - 1
    from (select date, ln(nav / lag(nav, 1, 1.0) over (order by date)) as r
        from performance.daily_pnl where strategy = $strategy),
        (values ('month'), ('year')) as p(period)
    group by period, date_trunc(period, date);
insert into performance.rolling_metrics
    select date, $strategy, 365, sin(date_diff('day', date '2020-01-01', date) / 50.0)
    from performance.daily_pnl where strategy = $strategy and date >= '2021-01-01';
insert into performance.capacity values ($strategy, 'square_root', 1e7, 0.5, 0.6,
    case when $strategy like '%long' then 3e8 end,
    case when $strategy not like '%long' then 'sharpe_not_above_0' end, 0.001, 0.05);
insert into performance.slippage values ($strategy, 0.4, 0.6);
insert into performance.trials values ($strategy, null,
    '{"variables": {"execution_lag_sessions": 1, "delisting_return": -0.3}}', 1);
insert into construction.impact_moments values ($strategy, 'square_root', 0.5, 365,
    case when $strategy like '%long' then 0.0003 else -0.0001 end, 1e-8, 0,
    1e-4, 1e-12, 0, 0, 0, 0);
insert into portfolios.positions
    select date, $strategy, symbol, asset_class,
        case when $strategy like '%short' and row_number() over of_day % 2 = 0 then -0.1
        else 0.1 end
    from performance.daily_pnl, prepared.assets
    where strategy = $strategy and asset_class = $asset_class and symbol like '%1%'
    window of_day as (partition by date order by symbol);
insert into analysis.rolling_exposures
    select date, strategy, factor, sin(date_diff('day', date '2020-01-01', date) / 200.0), 0.01, 365
    from performance.daily_pnl, (values ('MKT'), ('SMB'), ('CMKT')) as f(factor)
    where strategy = $strategy and date = last_day(date) and date >= '2021-01-01';
insert into analysis.attribution
    select date, strategy, source, contribution from performance.daily_pnl,
        (values ('MKT', 0.0004), ('specific', 0.0001), ('cost', -0.0001), ('risk_free', 0.00005),
        ('borrow', 0)) as s(source, contribution)
    where strategy = $strategy;
insert into performance.cost_sensitivity
    select $strategy, bps, aum, 0.1 - bps / 1000, 0.5 - bps / 100 - length(law) / 100,
        case when $strategy like '%long' then 300 else -5 end, law
    from (values (0), (10), (100)) as c(bps), (values (1000000), (10000000)) as a(aum),
        (values ('none'), ('square_root'), ('almgren')) as l(law);
insert into portfolios.trades select '2020-02-03', $strategy, symbol from prepared.assets
    where asset_class = $asset_class limit 3;
insert into portfolios.target_weights select '2020-01-31', $strategy, symbol, 0.1, '2020-02-03'
    from prepared.assets where asset_class = $asset_class limit 3;
insert into signals.live_signals
    select '2022-05-01', $strategy, symbol, 1, 0.5, 0.25, 0.05, 0.2, 'buy'
    from prepared.assets where asset_class = $asset_class limit 8;
"""

CORRELATION = """
create table analysis.factor_correlation as
    select a.asset_class, a.factor as factor_a, b.factor as factor_b,
        corr(a.long_short_return, b.long_short_return) as correlation
    from analysis.factor_returns as a, analysis.factor_returns as b
    where a.date = b.date and a.asset_class = b.asset_class group by all;
"""


def run(connection: duckdb.DuckDBPyConnection, script: str, **values: object) -> None:
    """Run statements that end their lines one by one, each with those values that it names."""
    for statement in script.split(";\n"):
        if statement.strip():
            given = {key: value for key, value in values.items() if f"${key}" in statement}
            connection.execute(statement, given)


def write_published(
    files: DatasetFiles,
    *,
    classes: tuple[str, ...] = ("equity", "crypto"),
    scores: bool = True,
    strategies: tuple[str, ...] = ("equity_long", "equity_long_short", "crypto_long"),
) -> DatasetFiles:
    """Write the published file of a dataset with the given content."""
    with duckdb.connect(str(files.published)) as connection:
        run(connection, SCHEMA)
        connection.execute("insert into prepared.build_clock values ('USD', 2)")
        for asset_class in classes:
            horizon = {"equity": 21, "crypto": 30}[asset_class]
            run(connection, PRICES, asset_class=asset_class, horizon=horizon)
            if scores:
                run(connection, SCORES, asset_class=asset_class)
        for strategy in strategies:
            run(
                connection,
                STRATEGY,
                strategy=strategy,
                asset_class=strategy.split("_")[0],
                score="momentum_12_1",
                n_days=14 if strategy.startswith("crypto") else 850,
            )
        run(
            connection,
            "insert into seeds.strategies select *, 'cash', 'standard' from (values "
            "('equity_idle', 'equity', 'ridge'), ('crypto_idle', 'crypto', 'size'), "
            "('equity_other', 'equity', 'lasso'), ('equity_mean', 'equity', 'ensemble'))",
        )
        run(connection, CORRELATION)
    return files


@pytest.fixture
def publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., DatasetFiles]:
    """A function that writes the published file of a dataset with the given content."""
    monkeypatch.setenv("FACTORHOUSE_WAREHOUSE_DIR", str(tmp_path / "warehouse"))
    monkeypatch.setenv("FACTORHOUSE_OUTPUT_DIR", str(tmp_path / "outputs"))
    monkeypatch.setenv("FACTORHOUSE_TARGET_DIR", str(tmp_path / "target"))
    (tmp_path / "warehouse").mkdir()

    def write(name: str = "tiny", **content: Any) -> DatasetFiles:
        return write_published(dataset_files(name), **content)

    return write


@dataclass(frozen=True)
class Drawn:
    """All figures of a dataset, drawn once, and the folder they were saved in."""

    files: DatasetFiles
    figures: dict[str, Figure]
    folder: Path | None = None


@pytest.fixture(scope="session")
def drawn_tiny(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Drawn]:
    """A function that draws all figures of a tiny dataset of the given content, each once."""
    known: dict[str, Drawn] = {}

    def draw(**content: Any) -> Drawn:
        key = repr(sorted(content.items()))
        if key not in known:
            folder = tmp_path_factory.mktemp("drawn")
            files = DatasetFiles(
                *("tiny", folder / "tiny.work.duckdb", folder / "tiny.duckdb"),
                *(folder / "tiny_truth.json", folder / "outputs", "tiny"),
            )
            write_published(files, **content)
            known[key] = Drawn(files, laid_out(files))
        return known[key]

    return draw


def laid_out(files: DatasetFiles) -> dict[str, Figure]:
    """Every figure of a published file, not saved."""
    connection = open_published(files)
    report = report_context(connection, files.name)
    figures = {}
    for name, spec in all_figures().items():
        rows = queries.frame(connection, name, query_parameters())
        with figure_style():
            figures[name] = (
                spec.draw(rows, report)
                if len(rows)
                else empty_page(report, spec.title, spec.if_empty)
            )
            figures[name].draw_without_rendering()
    return figures


@pytest.fixture(scope="session")
def drawn_market(small_market: Market, tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    """All figures of the small market as `make report` writes them."""
    folder = tmp_path_factory.mktemp("report")
    figures: dict[str, Figure] = {}

    def keeping(figure: Figure, into: Path, name: str) -> list[Path]:
        paths = save(figure, into, name)
        figure.draw_without_rendering()  # where things lie at its own resolution again
        figures[name] = figure
        return paths

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(plots, "save", keeping)
        patched.setattr(plots, "MANY", 1000)  # drawn here, where they are kept
        plots.draw_all(open_published(small_market.files), small_market.name, folder / "plots")
    return Drawn(small_market.files, figures, folder)
