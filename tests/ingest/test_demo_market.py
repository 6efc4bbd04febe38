"""The demo market: what is planted is there, stands apart, and can be found again."""

from __future__ import annotations

import itertools
import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from ingest.demo_market import planted
from ingest.demo_market.fault_kinds import KINDS
from ingest.demo_market.faults import SESSIONS_BETWEEN_FAULTS
from ingest.demo_market.market import Market, simulate_market
from ingest.demo_market.observed import Observed, observe
from ingest.demo_market.options import DemoOptions
from ingest.demo_market.tables import market_tables
from ingest.demo_market.truth import drift_table
from ingest.errors import DatasetError
from ingest.sources import Job
from ingest.sources.demo import fetch

TINY = {"seed": 7, "n_equities": 48, "n_coins": 16, "years": 6}
CHANGES_ONE_VALUE = {"bad_open", "bad_high", "bad_low", "bad_volume", "exact_duplicate"}


@pytest.fixture(scope="module")
def market() -> Market:
    return simulate_market(DemoOptions(**TINY))


@pytest.fixture(scope="module")
def observed(market: Market) -> Observed:
    return observe(market)


@pytest.fixture(scope="module")
def tables(market: Market, observed: Observed) -> dict[str, pd.DataFrame]:
    frames = {name: t.to_pandas() for name, t in market_tables(market, observed).items()}
    for frame in frames.values():
        for column in [name for name in frame.columns if name.endswith(("_date", "_at"))]:
            frame[column] = pd.to_datetime(frame[column])
    return frames


@pytest.fixture(scope="module")
def drift(market: Market) -> pd.DataFrame:
    frame = drift_table(market).to_pandas()
    return frame.assign(month_end=pd.to_datetime(frame["month_end"]))


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, **arguments) -> tuple[list, list[bytes]]:
    monkeypatch.setenv("FACTORHOUSE_WAREHOUSE_DIR", str(folder))
    limits = {"start": None, "end": None} | arguments
    batches = list(fetch(Job(SimpleNamespace(name="demo"), TINY, **limits)))
    return batches, [path.read_bytes() for path in sorted(folder.iterdir())]


def days_of_faults(observed: Observed, *, leave: set[str] = frozenset()) -> set[tuple]:
    return {
        (fault.symbol, pd.Timestamp(day))
        for fault in observed.faults
        if fault.kind not in leave
        for day in fault.dates
    }


def clean_bars(tables: dict[str, pd.DataFrame], observed: Observed) -> pd.DataFrame:
    faulty = days_of_faults(observed, leave={"level_jump", *CHANGES_ONE_VALUE})
    bars = tables["prices"].drop_duplicates()
    return bars[[key not in faulty for key in zip(bars["symbol"], bars["bar_date"], strict=True)]]


def test_equal_options_give_equal_bytes(tmp_path, monkeypatch):
    first, first_files = run(tmp_path / "a", monkeypatch)
    second, second_files = run(tmp_path / "b", monkeypatch)
    assert first_files == second_files
    assert len(first_files) == 2
    assert [batch.table for batch in first] == [batch.table for batch in second]
    for one, other in zip(first, second, strict=True):
        assert _bytes(one.rows) == _bytes(other.rows), one.table


def _bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return sink.getvalue().to_pybytes()


def test_another_seed_gives_another_market(market):
    other = simulate_market(DemoOptions(**(TINY | {"seed": 8})))
    assert not np.array_equal(market.paths[0].ret, other.paths[0].ret)


def test_each_table_has_three_unusable_rows_in_a_text_batch(tmp_path, monkeypatch):
    batches, _ = run(tmp_path, monkeypatch)
    truth = json.loads((tmp_path / "demo_truth.json").read_text())
    texts = {batch.table: batch.rows for batch in batches if batch.origin.endswith("(text)")}
    assert set(texts) == {batch.table for batch in batches}
    for reject in truth["rejects"]:
        column = texts[reject["table"]][reject["column"]].to_pylist()
        assert column.count(reject["text"]) == 1, reject
    rows = dict.fromkeys(texts, 0)
    for batch in batches:
        rows[batch.table] += batch.rows.num_rows
    assert rows == {name: n + 3 for name, n in truth["counts"].items()}


def test_start_and_end_cut_rows_but_not_the_truth(tmp_path, monkeypatch):
    start, end = date(2014, 1, 1), date(2015, 6, 30)
    _, whole = run(tmp_path / "whole", monkeypatch)
    batches, cut = run(tmp_path / "cut", monkeypatch, start=start, end=end)
    assert cut == whole
    typed = {batch.table: batch.rows for batch in batches if "(text)" not in batch.origin}
    for table, column in (
        ("prices", "bar_date"),
        ("corporate_actions", "ex_date"),
        ("fx_rates", "rate_date"),
        ("interest_rates", "rate_date"),
    ):
        days = typed[table][column].to_pylist()
        assert start <= min(days) <= max(days) <= end, table
    published = [at.date() for at in typed["fundamentals"]["published_at"].to_pylist() if at]
    assert min(published) < start
    assert date(2015, 5, 1) < max(published) <= end


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"n_equity": 48}, "Did you mean n_equities"),
        ({"n_equities": 20}, "at least 48"),
        ({"years": 2.5}, "whole number"),
        ({"first_session": "2.1.2012"}, "2012-01-02"),
    ],
)
def test_options_that_make_no_market_are_refused(options, words):
    with pytest.raises(DatasetError, match=words):
        next(fetch(Job(SimpleNamespace(name="demo"), options)))


def test_every_kind_of_fault_is_there(observed):
    planted_kinds = {(fault.asset_class, fault.kind) for fault in observed.faults}
    wanted = {("equity", kind.name) for kind in KINDS}
    wanted |= {("crypto", kind.name) for kind in KINDS if not kind.equity_only}
    assert planted_kinds == wanted | {("equity", "level_jump"), ("crypto", "level_jump")}


def test_faults_keep_away_from_each_other_and_from_events(market, observed):
    for group, paths, quotes in zip(market.groups, market.paths, observed.quotes, strict=True):
        lengths = {kind.name: kind.length for kind in KINDS}
        for i, symbol in enumerate(group.symbols):
            spans = sorted(
                (fault.row, fault.row + lengths.get(fault.kind, 1) - 1)
                for fault in observed.faults
                if fault.symbol == symbol
            )
            for (_, last), (following, _) in itertools.pairwise(spans):
                assert following - last > SESSIONS_BETWEEN_FAULTS, symbol
            events = [row for row, j, _ in [*quotes.splits, *quotes.dividends] if j == i]
            events += [int(group.first_row[i]), int(group.last_row[i]) + 1]
            for (first, last), event in itertools.product(spans, events):
                assert event - last > 10 or first - event > 10, (symbol, first, event)
        assert {i for _, i in paths.jumps} <= set(np.flatnonzero(group.is_ordinary))


def test_bars_are_sound_where_no_fault_is_planted(tables, observed):
    faulty = days_of_faults(observed, leave={"level_jump"})
    bars = tables["prices"]
    bars = bars[[k not in faulty for k in zip(bars["symbol"], bars["bar_date"], strict=True)]]
    assert not bars.duplicated(["symbol", "bar_date"]).any()
    numbers = bars[["open", "high", "low", "close", "volume"]]
    assert np.isfinite(numbers).all().all()
    assert (numbers > 0).all().all()
    assert (bars["low"] <= bars[["open", "close"]].min(axis=1)).all()
    assert (bars["high"] >= bars[["open", "close"]].max(axis=1)).all()


def test_observed_faults_look_like_their_kind(tables, observed):
    bars = tables["prices"].set_index(["symbol", "bar_date"]).sort_index()
    rows = {
        fault: bars.loc[[(fault.symbol, pd.Timestamp(d)) for d in fault.dates]]
        for fault in observed.faults
        if not fault.kind.startswith("missing_") or fault.kind == "missing_close"
    }
    holds = {
        "exact_duplicate": lambda r: len(r) == 2 and not (r.nunique() > 1).any(),
        "conflicting_duplicate": lambda r: len(r) == 2 and r["close"].nunique() == 2,
        "zero_close": lambda r: (r["close"] == 0).all(),
        "negative_close": lambda r: (r["close"] < 0).all(),
        "close_outside_range": lambda r: (r["close"] > 1.001 * r["high"]).all(),
        "bad_print": lambda r: (r["close"] > 5 * r["low"]).all(),
        "stale_run": lambda r: r["close"].nunique() == 1 and (r["volume"] == 0).all(),
        "off_calendar": lambda r: (r.index.get_level_values(1).day_of_week == 5).all(),
        "nan_close": lambda r: r["close"].isna().all(),
        "infinite_close": lambda r: np.isinf(r["close"]).all(),
        "missing_close": lambda r: r["close"].isna().all(),
        "bad_open": lambda r: (r["open"] < 0).all(),
        "bad_high": lambda r: (r["high"] < r["low"]).all() and (r["low"] <= r["close"]).all(),
        "bad_low": lambda r: (r["low"] < 0).all(),
        "bad_volume": lambda r: (r["volume"] < 0).all(),
        "level_jump": lambda r: (r["close"] > 3 * r["open"]).all(),
    }
    for fault, found in rows.items():
        assert holds[fault.kind](found), (fault, found)
    for fault in set(observed.faults) - set(rows):
        for day in fault.dates:
            assert (fault.symbol, pd.Timestamp(day)) not in bars.index


def test_spikes_pass_the_threshold_and_revert_and_jumps_stay(market, observed, tables):
    closes = clean_bars(tables, observed).set_index(["symbol", "bar_date"])["close"]
    bars = tables["prices"].drop_duplicates().set_index(["symbol", "bar_date"])["close"]
    grids = {s: pd.DatetimeIndex(g.grid.sessions) for g in market.groups for s in g.symbols}
    threshold = {"equity": 5, "crypto": 10}
    for fault in observed.faults:
        if fault.kind not in ("bad_print", "level_jump"):
            continue
        before, after = (grids[fault.symbol][fault.row + k] for k in (-1, 1))
        base = closes[fault.symbol, before]
        peak = bars[fault.symbol, pd.Timestamp(fault.dates[0])] / base - 1
        left = closes[fault.symbol, after] / base - 1
        assert peak + 1 > threshold[fault.asset_class], fault
        assert (left < 0.2 * peak) == (fault.kind == "bad_print"), fault


def test_nan_and_missing_closes_stay_apart(market, observed):
    close = market_tables(market, observed)["prices"]["close"]
    kinds = [fault.kind for fault in observed.faults]
    assert close.null_count == kinds.count("missing_close")
    assert close.drop_null().is_nan().to_pylist().count(True) == kinds.count("nan_close")


def test_returns_from_clean_bars_and_actions_equal_the_simulated(market, observed, tables):
    closes = clean_bars(tables, observed).pivot(index="bar_date", columns="symbol", values="close")
    actions = tables["corporate_actions"]
    by_type = {
        kind: rows.pivot(index="ex_date", columns="symbol", values="value")
        for kind, rows in actions.groupby("action_type")
    }
    compared = 0
    for group, paths in zip(market.groups, market.paths, strict=True):
        days = pd.DatetimeIndex(group.grid.sessions)
        close = closes.reindex(index=days, columns=group.symbols)
        ratio = by_type["split"].reindex(index=days, columns=group.symbols).fillna(1.0)
        paid = by_type["cash_dividend"].reindex(index=days, columns=group.symbols).fillna(0.0)
        ret = ((close * ratio + paid) / close.shift(1) - 1).to_numpy()
        true = np.where(np.arange(len(days))[:, None] > group.first_row, paths.ret, np.nan)
        tick = {"GBp": 0.01, "USD": 1e-4, "EUR": 1e-4}[group.quote_currency]
        tick = 1e-7 * close if group.model.asset_class == "crypto" else tick
        error = tick / 2 * (ratio / close.shift(1) + (1 + true) / close.shift(1)) + 1e-6
        both = np.isfinite(ret) & np.isfinite(true)
        assert (np.abs(ret - true)[both] <= error.to_numpy()[both]).all(), group.key
        compared += both.sum()
    assert compared > 0.98 * len(tables["prices"])


def test_delistings_follow_the_last_bar_and_leave_the_end_alone(market, tables):
    bars = tables["prices"].groupby("symbol")["bar_date"].agg(["min", "max"])
    rows = tables["corporate_actions"].query("action_type == 'delisting'").set_index("symbol")
    kinds = set()
    for group in market.groups:
        days = pd.DatetimeIndex(group.grid.sessions)
        for i, symbol in enumerate(group.symbols):
            assert bars.loc[symbol, "min"] == days[group.first_row[i]]
            assert bars.loc[symbol, "max"] == days[group.last_row[i]]
            kinds.add((group.model.asset_class, group.delisting[i]))
            if group.delisting[i]:
                assert group.last_row[i] + 1 < len(days) - 60
            if group.delisting[i] in ("", "silent"):
                assert symbol not in rows.index
                continue
            assert rows.loc[symbol, "ex_date"] == days[group.last_row[i] + 1]
            assert np.isnan(rows.loc[symbol, "value"]) == (group.delisting[i] == "unknown")
    assert {k for c, k in kinds if c == "equity"} == {"", "loss", "merger", "unknown", "silent"}
    assert {k for c, k in kinds if c == "crypto"} == {"", "silent"}


def test_statements_add_up_and_are_published_late(tables):
    facts = tables["fundamentals"].query("frequency == 'quarter'")
    first = facts.sort_values("published_at").drop_duplicates(
        ["symbol", "metric", "period_end_date"]
    )
    wide = first.pivot(index=["symbol", "period_end_date"], columns="metric", values="value")
    gap = wide["total_assets"] - wide["total_liabilities"] - wide["book_equity"]
    assert (gap.dropna().abs() <= 3000).all()
    gap = wide["revenue"] - wide["cost_of_goods_sold"] - wide["gross_profit"]
    assert (gap.dropna().abs() <= 3000).all()
    assert (wide["book_equity"] < 0).any()
    lag = (first["published_at"].dt.normalize() - first["period_end_date"]).dt.days
    assert lag.min() >= 25
    assert lag.max() <= 75
    assert 0 < first["published_at"].isna().mean() < 0.05
    restated = facts.query("metric == 'net_income'")
    share = restated.duplicated(["symbol", "period_end_date"]).mean()
    assert 0.02 < share < 0.08


def as_known(facts: pd.DataFrame, metric: str, day: pd.Timestamp, *, quarters: int) -> pd.Series:
    """Sum of the newest quarters known at the end of a day, by METHODS section 3."""
    rows = facts[facts["metric"] == metric].copy()
    assumed = rows["period_end_date"] + pd.Timedelta(days=90)
    rows["known"] = rows["published_at"].dt.normalize().fillna(assumed)
    rows = rows[rows["known"] <= day].sort_values("known")
    rows = rows.groupby(["symbol", "period_end_date"])["value"].last().reset_index()
    rows = rows.sort_values("period_end_date").groupby("symbol").tail(quarters)
    sums = rows.groupby("symbol").agg(
        value=("value", "sum"), n=("value", "size"), newest=("period_end_date", "max")
    )
    fresh = sums["newest"] > day - pd.DateOffset(months=18)
    return sums["value"].where((sums["n"] == quarters) & fresh).dropna()


@pytest.mark.parametrize("month", [18, 40, 70])
def test_planted_ranks_can_be_measured_from_the_tables(market, observed, tables, drift, month):
    facts = tables["fundamentals"].query("frequency == 'quarter'")
    splits = tables["corporate_actions"].query("action_type == 'split'")
    for group, paths in zip(market.groups[:-1], market.paths, strict=False):
        day = pd.Timestamp(group.grid.sessions[paths.decisions[month].row])
        bars = tables["prices"][tables["prices"]["bar_date"] == day]
        close = bars.drop_duplicates("symbol").set_index("symbol")["close"]
        scale = 0.01 if group.quote_currency == "GBp" else 1.0
        shares = as_known(facts, "shares_outstanding", day, quarters=1)
        dated = facts[facts["metric"] == "shares_outstanding"].assign(
            known=lambda f: (
                f["published_at"]
                .dt.normalize()
                .fillna(f["period_end_date"] + pd.Timedelta(days=90))
            )
        )
        newest = dated[dated["known"] <= day].groupby("symbol")["period_end_date"].max()
        for row in splits.itertuples():
            if row.symbol in shares.index and newest[row.symbol] < row.ex_date <= day:
                shares[row.symbol] *= row.value
        cap = close * scale * shares
        book = as_known(facts, "book_equity", day, quarters=1)
        profit = as_known(facts, "gross_profit", day, quarters=4)
        assets = as_known(facts, "total_assets", day, quarters=1)
        measured = {
            "size": -np.log(cap),
            "book_to_market": book[book > 0] / cap,
            "gross_profitability": profit / assets,
        }
        here = drift.query("country == @group.country").set_index(["month_end", "symbol"]).loc[day]
        bad = days_of_faults(observed)
        for factor, values in measured.items():
            ranks = here[factor].dropna()
            assert len(ranks) >= planted.MIN_NAMES
            values = values.reindex(ranks.index)
            fine = [symbol for symbol in ranks.index if (symbol, day) not in bad]
            order = values[fine].rank().to_numpy(), ranks[fine].rank().to_numpy()
            assert np.array_equal(*order), (group.key, factor, day)


def test_planted_coin_ranks_can_be_measured_from_the_tables(market, tables, drift):
    chain = tables["fundamentals"].query("frequency == 'day'")
    wide = {
        m: f.pivot(index="period_end_date", columns="symbol", values="value")
        for m, f in chain.groupby("metric")
    }
    compared = 0
    for decision in market.paths[-1].decisions[30:60]:
        day = pd.Timestamp(market.groups[-1].grid.sessions[decision.row])
        ranks = drift.query("asset_class == 'crypto'").set_index(["month_end", "symbol"]).loc[day]
        ranks = ranks["network_value_to_transactions"].dropna()
        until = day - pd.Timedelta(days=1)
        transfers = wide["adjusted_transfer_value"].loc[:until].tail(90).mean()
        nvt = (wide["market_cap"].loc[until] / transfers)[ranks.index]
        assert np.array_equal((-nvt).rank().to_numpy(), ranks.rank().to_numpy())
        compared += len(ranks)
    assert compared > 200


def test_planted_drift_is_premia_times_ranks_plus_a_hidden_interaction(drift):
    for model in (planted.EQUITY, planted.CRYPTO):
        here = drift[drift["asset_class"] == model.asset_class]
        linear = sum(p * here[f].fillna(0.0) for f, p in model.premia.items())
        rest = here["planted_drift_ann"] - linear
        if model.interaction is None:
            assert rest.abs().max() < 1e-12
            continue
        first, second, premium = model.interaction
        assert rest.abs().max() > 0.3 * premium
        for _, month in (
            here.assign(rest=rest).dropna(subset=[first, second]).groupby(["month_end", "country"])
        ):
            part = month["rest"] / premium
            assert abs(part.mean()) < 1e-12
            assert abs((part * month[first]).sum()) < 1e-10
            assert abs((part * month[second]).sum()) < 1e-10
            product = 4 * month[first] * month[second]
            assert (part == 0).all() or abs((part * (product - part)).sum()) < 1e-10


def spreads(market: Market, asset_class: str, factor: str) -> tuple[np.ndarray, np.ndarray]:
    """Monthly top minus bottom 30 % return, and the planted annual spread, for one factor."""
    pairs = [
        (group, paths)
        for group, paths in zip(market.groups, market.paths, strict=True)
        if group.model.asset_class == asset_class
    ]
    realised, expected = [], []
    for m in range(len(pairs[0][1].decisions) - 1):
        ranks, ret, drift = [], [], []
        for _, paths in pairs:
            now, after = paths.decisions[m], paths.decisions[m + 1]
            ranks.append(now.ranks[factor])
            drift.append(now.drift_ann)
            ret.append(np.prod(1 + paths.ret[now.row + 2 : after.row + 2], axis=0) - 1)
        rank, ret, drift = (np.concatenate(parts) for parts in (ranks, ret, drift))
        top, bottom = rank >= 0.2, rank <= -0.2
        if top.any():
            realised.append(ret[top].mean() - ret[bottom].mean())
            expected.append(drift[top].mean() - drift[bottom].mean())
    return np.array(realised), np.array(expected)


@pytest.fixture(scope="module")
def default_market() -> Market:
    return simulate_market(DemoOptions())


@pytest.mark.parametrize(
    ("asset_class", "factor"), [(c, f) for c, names in planted.STRONG.items() for f in names]
)
def test_strong_premia_are_found_in_the_default_market(default_market, asset_class, factor):
    realised, expected = spreads(default_market, asset_class, factor)
    error = realised.std(ddof=1) / np.sqrt(len(realised))
    assert (expected > 0).mean() > 0.9
    assert abs(realised.mean() - expected.mean() / 12) < 3.5 * error
    assert realised.mean() > 3 * error


@pytest.mark.parametrize(
    ("asset_class", "factor"),
    [
        (model.asset_class, factor)
        for model in (planted.EQUITY, planted.CRYPTO)
        for factor in model.premia
    ],
)
def test_every_spread_agrees_with_its_planted_drift(default_market, asset_class, factor):
    realised, expected = spreads(default_market, asset_class, factor)
    error = realised.std(ddof=1) / np.sqrt(len(realised))
    assert abs(realised.mean() - expected.mean() / 12) < 3.5 * error


def test_the_default_market_has_its_sizes(default_market):
    groups = {group.key: group for group in default_market.groups}
    assert {key: group.n for key, group in groups.items()} == {
        "US": 150,
        "GB": 75,
        "DE": 75,
        "crypto": 60,
    }
    delisted = np.concatenate([g.delisting for g in default_market.groups[:-1]])
    assert np.isin(delisted, ["loss", "merger"]).sum() == 24
    assert (delisted == "unknown").sum() == 12
    assert (delisted == "silent").sum() == 9
    assert (groups["crypto"].delisting == "silent").sum() == 6
    assert list(groups["crypto"].kinds[-3:]) == ["stablecoin", "stablecoin", "wrapped"]
