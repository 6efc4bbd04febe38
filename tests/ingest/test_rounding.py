"""A vendor's rounding is no news: fetches before and after a split agree, a rewrite is told."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from ingest.landing import LoadSummary, land
from ingest.sources import Batch
from tests.ingest.test_landing import NOW, batch, counts, files, query  # noqa: F401

SPLIT_DAY = date(2020, 3, 2)
FIRST_DAY = date(2020, 1, 2)
RATIOS = {"3:1": 3.0, "4:1": 4.0, "3:2": 1.5, "1:10": 0.1, "7:1": 7.0, "20:1": 20.0}


def traded_bars(seed: int = 1, highest: float = 2000.0) -> list[dict]:
    """Bars as traded, in cents, at price levels of all sizes."""
    chance = random.Random(seed)
    bars = []
    for day in range(90):
        close = round(chance.uniform(0.5, 1) * 10 ** chance.uniform(0.3, np.log10(highest)), 2)
        prices = {name: round(close * chance.uniform(0.9, 1.1), 2) for name in ("open", "high")}
        bars.append(
            {
                "symbol": "A",
                "bar_date": FIRST_DAY + timedelta(days=day),
                "close": close,
                **prices,
                "low": None,
                "volume": float(chance.randrange(0, 10**7)),
            }
        )
    return bars


def as_vendor(bars: list[dict], ratio: float, until: date) -> list[Batch]:
    """What the vendor answers on a day: adjusted by the split if it was, in single precision."""
    rows = []
    for bar in (bar for bar in bars if bar["bar_date"] <= until):
        factor = ratio if bar["bar_date"] < SPLIT_DAY <= until else 1.0
        prices = {
            name: bar[name] and float(np.float32(bar[name] / factor))
            for name in ("open", "high", "low", "close")
        }
        volume = float(round(bar["volume"] * factor))
        rows.append({**bar, **prices, "volume": volume, "currency": "USD"})
    plain = batch("prices", [{**row, "price_basis": "split_adjusted"} for row in rows])
    found = [Batch("prices", plain.rows, "yahoo: A", brings_splits=True)]
    dividend = {"symbol": "A", "ex_date": FIRST_DAY, "action_type": "cash_dividend"}
    factor = ratio if until >= SPLIT_DAY else 1.0
    actions = [{**dividend, "value": round(0.77 / factor, 6), "currency": "USD"}]
    if until >= SPLIT_DAY:
        actions.append({**dividend, "ex_date": SPLIT_DAY, "action_type": "split", "value": ratio})
    found.append(batch("corporate_actions", actions))
    return found


def fetch(files, batches: list[Batch], day: date, **kwargs) -> LoadSummary:  # noqa: F811
    return land(files, "mine", "yahoo", batches, datetime(day.year, day.month, day.day), **kwargs)


@pytest.fixture(params=list(RATIOS))
def ratio(request) -> Iterator[float]:
    return RATIOS[request.param]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_fetch_before_and_one_after_a_split_give_the_traded_prices(
    files,  # noqa: F811
    query,  # noqa: F811
    ratio,
    seed,
) -> None:
    bars, last_day = traded_bars(seed), FIRST_DAY + timedelta(days=89)
    before = SPLIT_DAY - timedelta(days=1)
    fetch(files, as_vendor(bars, ratio, before), before)
    fresh = counts(fetch(files, as_vendor(bars, ratio, last_day), last_day))
    n_before = (SPLIT_DAY - FIRST_DAY).days
    assert fresh["prices"] == (90 - n_before, n_before, 0)
    assert fresh["corporate_actions"] == (1, 1, 0)
    landed = query("select open, high, close, price_basis from raw.prices order by bar_date")
    assert landed == [(bar["open"], bar["high"], bar["close"], "as_traded") for bar in bars]
    assert query("select value from raw.corporate_actions where action_type <> 'split'") == [
        (0.77,)
    ]


def test_one_fetch_after_the_split_gives_the_same_rows(files, query, ratio) -> None:  # noqa: F811
    bars, last_day = traded_bars(3), FIRST_DAY + timedelta(days=89)
    fetch(files, as_vendor(bars, ratio, last_day), last_day)
    landed = query("select open, high, close, volume from raw.prices order by bar_date")
    for row, given in zip(landed, bars, strict=True):
        assert row[:3] == (given["open"], given["high"], given["close"])
        factor = ratio if given["bar_date"] < SPLIT_DAY else 1.0
        assert abs(row[3] - given["volume"]) <= 0.5 / factor + 1e-9 * given["volume"]


def test_prices_finer_than_single_precision_are_no_news_either(files, ratio) -> None:  # noqa: F811
    bars, last_day = traded_bars(4, highest=500_000.0), FIRST_DAY + timedelta(days=89)
    before = SPLIT_DAY - timedelta(days=1)
    fetch(files, as_vendor(bars, ratio, before), before)
    fresh = counts(fetch(files, as_vendor(bars, ratio, last_day), last_day))
    assert fresh["prices"][0] == 90 - (SPLIT_DAY - FIRST_DAY).days


@pytest.mark.parametrize(("field", "change"), [("close", 1.001), ("volume", 1.01), ("open", 0)])
def test_a_rewritten_bar_is_a_version_in_that_field_alone(
    files,  # noqa: F811
    query,  # noqa: F811
    ratio,
    field,
    change,
) -> None:
    bars, last_day = traded_bars(5, highest=400.0), FIRST_DAY + timedelta(days=89)
    before = SPLIT_DAY - timedelta(days=1)
    fetch(files, as_vendor(bars, ratio, before), before)
    bars[7][field] = bars[7][field] * change if change else None
    fetch(files, as_vendor(bars, ratio, last_day), last_day)
    others = [name for name in ("open", "high", "close", "volume") if name != field]
    versions = query(
        f"select bar_date, {field}, {', '.join(others)} from raw.prices "
        "qualify count(*) over (partition by bar_date) > 1 order by load_id"
    )
    assert [row[0] for row in versions] == [bars[7]["bar_date"]] * 2
    assert versions[0][1] != versions[1][1]
    assert versions[0][2:] == versions[1][2:]


def test_a_changed_dividend_is_a_version(files) -> None:  # noqa: F811
    bars = traded_bars()
    day = SPLIT_DAY - timedelta(days=1)
    fetch(files, as_vendor(bars, 3.0, day), day)
    bar_batch, actions = as_vendor(bars, 3.0, day)
    rows = [{**row, "value": 0.7701} for row in actions.rows.drop(["source_row"]).to_pylist()]
    assert counts(fetch(files, [bar_batch, batch("corporate_actions", rows)], day)) == {
        "prices": (0, 60, 0),
        "corporate_actions": (1, 0, 0),
    }


def test_without_any_split_bars_that_bring_them_are_as_traded(files, query) -> None:  # noqa: F811
    row = {"symbol": "A", "bar_date": "2020-01-02", "currency": "USD", "volume": 7}
    row["price_basis"] = "split_adjusted"
    given = batch("prices", [{**row, "open": float(np.float32(182.64)), "close": 182.123456789}])
    fetch(files, [Batch("prices", given.rows, "yahoo: A", brings_splits=True)], date(2020, 1, 3))
    assert query("select open, close, price_basis from raw.prices") == [
        (182.64, 182.123456789, "as_traded")
    ]


@pytest.mark.parametrize("value", [0.0, float("nan"), float("inf"), -1.5, 1e-40, 1e300, None, 3.0])
def test_odd_numbers_pass_unchanged(files, query, value) -> None:  # noqa: F811
    row = {"symbol": "A", "currency": "USD", "close": 1.0, "price_basis": "split_adjusted"}
    rows = [{**row, "bar_date": f"2020-01-0{day}", "open": value} for day in (2, 3)]
    given = Batch("prices", batch("prices", rows).rows, "yahoo: A", brings_splits=True)
    for _ in range(2):
        last = counts(fetch(files, [given], NOW.date()))
    assert last["prices"] == (0, 2, 0)
    assert [str(row[0]) for row in query("select open from raw.prices")] == [str(value)] * 2


@pytest.mark.parametrize("first", [None, float("nan"), float("inf")])
def test_a_number_in_place_of_none_is_news(files, query, first) -> None:  # noqa: F811
    row = {"symbol": "A", "bar_date": "2020-01-02", "currency": "USD", "close": 1.0}
    row["price_basis"] = "split_adjusted"
    for value in (first, 7.5):
        rows = batch("prices", [{**row, "open": value}, {**row, "bar_date": "2020-01-03"}]).rows
        fetch(files, [Batch("prices", rows, "yahoo: A", brings_splits=True)], NOW.date())
    assert query("select open from raw.prices where load_id = 2") == [(7.5,)]


def test_other_loads_stay_exact(files) -> None:  # noqa: F811
    row = {"symbol": "A", "bar_date": "2020-01-02", "currency": "USD", "price_basis": "as_traded"}
    for close in (100.0, 100.0000001):
        last = fetch(files, [batch("prices", [{**row, "close": close}])], date(2020, 1, 3))
    assert counts(last)["prices"] == (1, 0, 0)
