"""The shipped live dataset: its lists can be asked for, and agree with its sources."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date

import pytest

from ingest.config import DATASETS, Dataset, load_dataset
from ingest.live_universe import Listing, read_listings
from ingest.sources import Job
from ingest.sources.files import fetch as fetch_files

SECTORS = {
    "Communication Services",
    "Consumer Discretionary",
    "Consumer Staples",
    "Energy",
    "Financials",
    "Health Care",
    "Industrials",
    "Information Technology",
    "Materials",
    "Real Estate",
    "Utilities",
}
# What Yahoo's ending says of a listing: its venue, country and currency (London quotes in pence).
ENDINGS = {
    "": ({"XNYS", "XNAS"}, "US", "USD"),
    "DE": ({"XETR"}, "DE", "EUR"),
    "PA": ({"XPAR"}, "FR", "EUR"),
    "AS": ({"XAMS"}, "NL", "EUR"),
    "MC": ({"XMAD"}, "ES", "EUR"),
    "MI": ({"XMIL"}, "IT", "EUR"),
    "L": ({"XLON"}, "GB", "GBp"),
}
STOCK_COLUMNS = ("name", "sector", "venue", "country", "currency", "asset_kind")
COIN_COLUMNS = ("name", "base", "coinmetrics", "asset_kind")


@pytest.fixture(scope="module")
def live() -> Dataset:
    return load_dataset("live")


def listed(dataset: Dataset, file: str, *columns: str) -> list[Listing]:
    """A list as the sources read it: no symbol twice, no empty cell, known venues and kinds."""
    return read_listings(Job(dataset, {"universe": [file]}), required=columns)


def stocks(dataset: Dataset) -> list[Listing]:
    return [
        row
        for file in ("live_us.csv", "live_europe.csv")
        for row in listed(dataset, file, *STOCK_COLUMNS)
    ]


def options_of(dataset: Dataset, source: str) -> dict:
    return next(spec.options for spec in dataset.sources if spec.source == source)


def test_the_dataset_names_the_lists_that_ship(live: Dataset) -> None:
    assert live.base_currency == "USD"
    assert [spec.source for spec in live.sources] == [
        *("yahoo", "exchange", "edgar", "coinmetrics", "files"),
    ]
    named = {file for spec in live.sources for file in spec.options.get("universe", [])}
    assert named == {"live_us.csv", "live_europe.csv", "live_coins.csv"}
    assert {path.name for path in DATASETS.glob("live_*.csv")} == {
        *named,
        "live_symbol_changes.csv",
    }


def test_the_lists_are_as_long_as_said(live: Dataset) -> None:
    assert 480 <= len(listed(live, "live_us.csv", *STOCK_COLUMNS)) <= 560
    assert 80 <= len(listed(live, "live_europe.csv", *STOCK_COLUMNS)) <= 110
    assert 55 <= len(listed(live, "live_coins.csv", *COIN_COLUMNS)) <= 70


@pytest.mark.parametrize("file", ["live_us.csv", "live_europe.csv", "live_coins.csv"])
def test_no_cell_is_empty_padded_or_too_many(live: Dataset, file: str) -> None:
    with (DATASETS / file).open(encoding="utf-8", newline="") as opened:
        header, *rows = csv.reader(opened)
    assert all(len(row) == len(header) for row in rows)
    assert all(cell and cell == cell.strip() and cell.isascii() for row in rows for cell in row)


def test_a_symbol_says_where_a_stock_trades(live: Dataset) -> None:
    for row in stocks(live):
        base, _, ending = row.symbol.partition(".")
        venues, country, currency = ENDINGS[ending]
        assert base == base.upper(), row.place
        assert row.get("venue") in venues, row.place
        assert (row.get("country"), row.get("currency")) == (country, currency), row.place
        assert row.get("asset_kind") == "stock", row.place


def test_sectors_are_the_eleven(live: Dataset) -> None:
    n_us = Counter(row.get("sector") for row in listed(live, "live_us.csv"))
    assert set(n_us) == SECTORS
    assert min(n_us.values()) >= 20
    assert {row.get("sector") for row in listed(live, "live_europe.csv")} == SECTORS


def test_every_country_can_be_ranked(live: Dataset) -> None:
    """Ranks need ten names of a country, of which a few may be missing on a day."""
    n_names = Counter(row.get("country") for row in stocks(live))
    assert min(n_names.values()) >= 12


def test_company_names_stand_once(live: Dataset) -> None:
    n_names = Counter(row.get("name") for row in stocks(live))
    assert [name for name, count in n_names.items() if count > 1] == []


def test_every_currency_has_its_rate(live: Dataset) -> None:
    options = options_of(live, "yahoo")
    quoted_in = {row.get("currency").upper() for row in stocks(live)}
    assert quoted_in == {live.base_currency, *options["fx"]}
    assert set(options["risk_free"]) == {live.base_currency}
    assert not set(options["benchmarks"]) & {row.symbol for row in stocks(live)}


def test_coins_are_named_for_both_sources(live: Dataset) -> None:
    coins = listed(live, "live_coins.csv", *COIN_COLUMNS)
    quote = options_of(live, "exchange")["quote"]
    for coin in coins:
        assert coin.symbol == f"{coin.get('base')}-{quote}", coin.place
        assert coin.get("coinmetrics") == coin.get("coinmetrics").lower(), coin.place
    for column in ("base", "coinmetrics"):
        assert len({coin.get(column) for coin in coins}) == len(coins)
    kinds = Counter(coin.get("asset_kind") for coin in coins)
    assert set(kinds) == {"coin", "stablecoin", "wrapped"}
    assert min(kinds.values()) >= 2


def test_what_must_not_be_ranked_is_marked(live: Dataset) -> None:
    kinds = {
        coin.get("base"): coin.get("asset_kind")
        for coin in listed(live, "live_coins.csv", *COIN_COLUMNS)
    }
    for base, kind in kinds.items():
        if base.startswith("USD") or base.endswith("USD"):
            assert kind == "stablecoin", base
    assert (kinds["DAI"], kinds["WBTC"]) == ("stablecoin", "wrapped")


def test_no_symbol_is_a_stock_and_a_coin(live: Dataset) -> None:
    coins = {coin.symbol for coin in listed(live, "live_coins.csv")}
    assert not coins & {row.symbol for row in stocks(live)}


def symbol_changes(dataset: Dataset) -> list[dict[str, str]]:
    """The ticker changes as they leave the ``files`` source of the dataset."""
    batches = fetch_files(Job(dataset, options_of(dataset, "files")))
    return [row for batch in batches for row in batch.rows.to_pylist()]


def test_ticker_changes_lead_to_names_of_the_lists(live: Dataset) -> None:
    """History under the old ticker goes to the new one, so no listed name may still carry it."""
    changes = symbol_changes(live)
    assert len(changes) >= 20
    symbols = {row.symbol for row in stocks(live)}
    old = {row["old_symbol"] for row in changes}
    assert len(old) == len(changes)
    assert not old & symbols
    assert {row["new_symbol"] for row in changes} <= symbols | old


def test_ticker_changes_go_on_in_time(live: Dataset) -> None:
    changed_on = {
        row["old_symbol"]: date.fromisoformat(row["change_date"]) for row in symbol_changes(live)
    }
    for row in symbol_changes(live):
        day = changed_on[row["old_symbol"]]
        assert date(2000, 1, 1) < day < date(2026, 1, 1), row
        assert day.weekday() < 5, row
        assert changed_on.get(row["new_symbol"], date.max) > day, row
