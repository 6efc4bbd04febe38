"""The scale market: the same names at every size, and no day that knows of a later one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from ingest.config import load_dataset
from ingest.errors import DatasetError
from ingest.runs import ingest
from ingest.scale_market.options import FIRST_DAY, ScaleOptions
from ingest.sources import Job
from ingest.sources.scale import fetch
from warehouse.files import connect_work, dataset_files

SMALL = {"seed": 7, "n_equities": 40, "n_coins": 22, "years": 4}
KEYS = {
    "universe": ["symbol"],
    "prices": ["symbol", "bar_date"],
    "corporate_actions": ["symbol", "ex_date", "action_type"],
    "fundamentals": ["symbol", "metric", "period_end_date", "published_at"],
    "fx_rates": ["currency", "rate_date"],
    "interest_rates": ["rate_date"],
}
DAYS = {
    "prices": "bar_date",
    "corporate_actions": "ex_date",
    "fx_rates": "rate_date",
    "interest_rates": "rate_date",
}
DATASET = """
name: {name}
base_currency: USD
sources: [{{source: scale, seed: 7, n_equities: 12, n_coins: 4, years: 2}}]
"""


def drawn(options: dict[str, int], **limits: object) -> dict[str, pd.DataFrame]:
    job = replace(Job(SimpleNamespace(name="scale"), options), **limits)
    pieces: dict[str, list[pa.Table]] = {}
    for batch in fetch(job):
        pieces.setdefault(batch.table, []).append(batch.rows)
    frames = {name: pa.concat_tables(rows).to_pandas() for name, rows in pieces.items()}
    return {
        name: frame.sort_values(KEYS[name]).reset_index(drop=True) for name, frame in frames.items()
    }


def listed(options: dict[str, int], **limits: object) -> pd.DataFrame:
    """The universe, which comes first, without drawing the rest."""
    job = replace(Job(SimpleNamespace(name="scale"), options), **limits)
    return next(fetch(job)).rows.to_pandas()


@pytest.fixture(scope="module")
def market() -> dict[str, pd.DataFrame]:
    return drawn(SMALL)


def test_each_row_has_a_key_of_its_own(market):
    assert set(market) == set(KEYS)
    for name, frame in market.items():
        assert not frame.duplicated(KEYS[name]).any(), name


def test_the_first_names_are_the_same_at_every_size(market):
    fewer = drawn({**SMALL, "n_equities": 9, "n_coins": 5})
    for name, frame in fewer.items():
        if name in ("fx_rates", "interest_rates"):
            pd.testing.assert_frame_equal(frame, market[name])
            continue
        kept = market[name][market[name]["symbol"].isin(fewer["universe"]["symbol"])]
        pd.testing.assert_frame_equal(frame, kept.reset_index(drop=True))


def test_another_seed_is_another_market(market):
    other = drawn({**SMALL, "seed": 8})["prices"]
    assert not other["close"].head(500).equals(market["prices"]["close"].head(500))


@pytest.mark.parametrize("end", [date(2002, 6, 28), date(2003, 12, 14)])
def test_a_later_end_adds_rows_and_changes_none(market, end):
    cut = drawn(SMALL, end=end)
    for name, day in DAYS.items():
        kept = market[name][pd.to_datetime(market[name][day]) <= pd.Timestamp(end)]
        pd.testing.assert_frame_equal(cut[name], kept.reset_index(drop=True))
    statements = market["fundamentals"]
    known = statements["published_at"].fillna(pd.to_datetime(statements["period_end_date"]))
    kept = statements[known < pd.Timestamp(end + timedelta(days=1))]
    pd.testing.assert_frame_equal(cut["fundamentals"], kept.reset_index(drop=True))


def test_two_fetches_make_what_one_makes(market):
    end = date(2003, 3, 31)
    first = drawn(SMALL, end=end)
    landed = {("prices", "a"): end - timedelta(days=1), ("prices", "b"): end}
    second = drawn(SMALL, landed_until=landed)
    assert len(second["prices"]) < 0.3 * len(market["prices"])
    for name in ("prices", "corporate_actions", "fundamentals", "fx_rates", "interest_rates"):
        both = pd.concat([first[name], second[name]]).sort_values(KEYS[name], ignore_index=True)
        pd.testing.assert_frame_equal(both, market[name])


def test_a_membership_ends_when_it_ends():
    options = {**SMALL, "n_equities": 400, "years": 6}
    whole, cut = listed(options), listed(options, end=date(2004, 1, 1))
    assert whole["member_to"].notna().sum() > cut["member_to"].notna().sum() == 0
    assert len(whole) > len(cut)


def test_bars_are_sound_apart_from_the_faults(market):
    bars = market["prices"]
    assert (bars["low"] <= bars["open"]).all() and (bars["open"] <= bars["high"]).all()
    fair = bars[bars["close"] > 0]
    assert len(bars) - len(fair) < 5
    wide = 10**-6
    assert ((fair["low"] - wide <= fair["close"]) & (fair["close"] <= fair["high"] + wide)).all()
    assert (bars["volume"] > 0).mean() > 0.99


def test_returns_have_the_moments_they_are_drawn_with():
    bars = drawn({**SMALL, "n_coins": 0, "n_equities": 60})["prices"]
    logs = np.log(bars["close"].where(bars["close"] > 0)).groupby(bars["symbol"]).diff().dropna()
    calm = logs[logs.abs() < 0.4]
    spread = calm.groupby(bars["symbol"]).std()
    assert spread.between(0.008, 0.03).all()
    assert calm.std() == pytest.approx(0.0172, abs=0.0015)


def test_a_place_whose_name_leaves_is_taken_again():
    universe = listed({"n_equities": 1500, "n_coins": 0, "years": 5, "seed": 1})
    places = universe["symbol"].str[2:7].value_counts()
    later = (places > 1).mean()
    assert 0.04 < later < 0.16
    assert set(universe["country"]) == {"US", "GB", "DE"}
    assert set(universe["asset_kind"]) == {"stock", "etf"}


def test_statements_come_30_to_60_days_after_their_quarter(market):
    stated = market["fundamentals"].dropna(subset="published_at")
    lag = (stated["published_at"] - pd.to_datetime(stated["period_end_date"])).dt.days
    assert lag.min() >= 30
    assert 0.005 < (lag > 60).mean() < 0.04  # the restated ones
    assert stated.groupby("metric").size().size == 11


def test_prices_fall_by_the_dividend_and_split(market):
    actions = market["corporate_actions"]
    assert {"cash_dividend", "split", "delisting"} >= set(actions["action_type"])
    closes = market["prices"].set_index(["symbol", "bar_date"])["close"]
    dividends = actions[actions["action_type"] == "cash_dividend"].set_index(["symbol", "ex_date"])
    paid = dividends["value"] / closes.reindex(dividends.index).to_numpy()
    assert paid.dropna().round(4).isin([0.006]).mean() > 0.99


@pytest.mark.parametrize(
    "options", [{"names": 5}, {"years": 0}, {"n_coins": -1}, {"seed": True}, {"n_equities": "9"}]
)
def test_options_that_make_no_sense_are_refused(options):
    with pytest.raises(DatasetError, match="scale source"):
        list(fetch(Job(SimpleNamespace(name="scale"), options)))


def test_options_stand_for_the_dataset_of_full_size():
    (source,) = load_dataset("scale").sources
    assert ScaleOptions(**source.options) == ScaleOptions()
    assert ScaleOptions().last_day > date(2024, 12, 30) and date(2000, 1, 3) == FIRST_DAY


def test_an_update_lands_what_a_whole_run_lands(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("FACTORHOUSE_WAREHOUSE_DIR", str(tmp_path / "warehouse"))
    landed = {}
    for name, ends in {"once": [None], "twice": [date(2001, 11, 29), None]}.items():
        path = tmp_path / f"{name}.yml"
        path.write_text(DATASET.format(name=name))
        for end in ends:
            ingest(load_dataset(str(path)), end=end, is_update=end is None and len(ends) > 1)
        connection = connect_work(dataset_files(name))
        landed[name] = {
            table: connection.sql(
                f"select * exclude (load_id, observed_at) from raw.{table} order by all"
            ).fetchall()
            for table in KEYS
        }
        loads = connection.sql("select n_rows, n_unchanged from raw.loads order by load_id")
        n_rows = loads.fetchall()
        connection.close()
    assert landed["once"] == landed["twice"]
    assert n_rows[1][0] < n_rows[0][0] / 10
