"""Today's trades in lots: books worked out by hand, and what no book may ever do."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from reports.__main__ import main
from reports.errors import ReportsError
from reports.holdings import Holding, read_holdings
from reports.signals import orders
from tests.builds import Market
from warehouse import connect_memory, open_published
from warehouse.files import dataset_files

SCHEMA = """
create schema seeds; create schema signals; create schema prepared; create schema construction;
create schema portfolios;
create table seeds.strategies (strategy varchar, turnover_cap double, no_trade_band double,
    participation_cap double, cost_model varchar);
create table construction.trade_terms (as_of_date date, cost_model varchar, symbol varchar,
    linear_cost_bps double, half_power double, full_power double, three_fifths_power double);
create table prepared.assets (symbol varchar, asset_class varchar);
create table signals.live_prices (as_of_date date, symbol varchar, asset_class varchar,
    currency varchar, price_date date, close_local double, close double, close_usd double,
    has_bar_today boolean, is_tradable boolean, mean_dollar_volume_usd double, lot double,
    min_notional_usd double);
create table signals.live_signals (as_of_date date, strategy varchar, symbol varchar,
    desired_weight double, target_weight double, current_weight double, is_scheduled boolean,
    close_usd double, aum_usd double);
create table portfolios.ruins (strategy varchar, ruin_date date, is_by_cost boolean);
"""
DAY = "2024-03-28"
# Symbol: class, currency, local price, US dollars for one, bar today.
PRICES = {
    "ACME": ("equity", "USD", 40, 1, True),
    "BETA": ("equity", "EUR", 20, 1.1, True),
    "OLD": ("equity", "USD", 10, 1, True),
    "GONE": ("equity", "USD", 4, 1, False),
    "NORATE": ("equity", "SEK", 100, None, True),
    "COIN": ("crypto", "USD", 50_000, 1, True),
    "DUST": ("crypto", "USD", 20_000, 1, True),
}
LOTS = {"equity": (1, 0), "crypto": (0.00000001, 10)}


def fill(
    connection: duckdb.DuckDBPyConnection,
    desired: dict[str, float],
    *,
    turnover_cap: float | None = None,
    band: float | None = None,
    participation: float | None = None,
    prices: dict[str, tuple[Any, ...]] = PRICES,
) -> None:
    """Tables of one strategy, `book`, with the weights that it desires."""
    connection.execute(SCHEMA)
    connection.execute(
        "insert into seeds.strategies values ('book', ?, ?, ?, 'standard')",
        [turnover_cap, band, participation],
    )
    for symbol, (asset_class, currency, price, rate, has_bar) in prices.items():
        connection.execute("insert into prepared.assets values (?, ?)", [symbol, asset_class])
        usd = None if rate is None else price * rate
        connection.execute(
            "insert into signals.live_prices values (?, ?, ?, ?, ?, ?, ?, ?, ?, true, ?, ?, ?)",
            [
                *(DAY, symbol, asset_class, currency, DAY if has_bar else "2024-02-01"),
                *(price, usd, usd, has_bar, 1_000_000, *LOTS[asset_class]),
            ],
        )
    for symbol, weight in desired.items():
        connection.execute(
            "insert into signals.live_signals values (?, 'book', ?, ?, ?, 0, true, null, 1e6)",
            [DAY, symbol, weight, weight],
        )


def made(desired: dict[str, float], **settings: Any) -> duckdb.DuckDBPyConnection:
    """A connection with the tables of one strategy."""
    connection = connect_memory()
    fill(connection, desired, **settings)
    return connection


def held(**units: float) -> list[Holding]:
    return [Holding(symbol, count, None, None, None) for symbol, count in units.items()]


def by_symbol(rows: pd.DataFrame) -> dict[str, Any]:
    return {row.symbol: row for row in rows.itertuples()}


def test_a_book_worked_out_by_hand() -> None:
    """4,020 + 500 + 300 + 20 + 2 + 5,158 in cash is 10,000 US dollars; ZZZ cannot be valued."""
    connection = made({"ACME": 0.5, "BETA": 0.2, "COIN": 0.25})
    holdings = held(ACME=100.5, COIN=0.01, OLD=30, GONE=5, DUST=0.0001, ZZZ=7, cash=5158)
    rows = orders(connection, holdings=holdings, strategy="book")
    found = by_symbol(rows)

    # 125 shares are wanted: 24 more, not 24.5. 2,000 / 22 is 90.9. 0.05 coins are wanted.
    expected = {
        "ACME": ("buy", 24, 124.5, 960),
        "BETA": ("buy", 90, 90, 1980),
        "COIN": ("buy", 0.04, 0.05, 2000),
        "OLD": ("sell", -30, 0, -300),
        "GONE": ("hold", 0, 5, 0),
        "DUST": ("hold", 0, 0.0001, 0),
        "ZZZ": ("hold", 0, 7, 0),
        "cash": ("hold", -4640, 518, -4640),
    }
    assert set(found) == set(expected)
    for symbol, (signal, trade, after, usd) in expected.items():
        row = found[symbol]
        assert row.signal == signal, symbol
        assert row.trade_units == pytest.approx(trade, abs=1e-12), symbol
        assert row.units_after == pytest.approx(after, abs=1e-12), symbol
        assert row.trade_usd == pytest.approx(usd, abs=1e-9), symbol
    assert found["BETA"].close_local == 20
    assert found["BETA"].close_usd == pytest.approx(22)
    assert found["ACME"].current_weight == pytest.approx(0.402)
    assert found["cash"].target_weight == pytest.approx(0.05)
    assert found["GONE"].note == "not tradable today: last bar 2024-02-01"
    assert found["DUST"].note == "order below 10.0 USD"
    assert found["ZZZ"].note == "unknown symbol: not valued, left alone"
    assert rows["weight_after"].sum() == pytest.approx(1)
    assert rows["symbol"].iloc[-1] == "cash"


def test_the_size_given_leaves_the_cash() -> None:
    """AUM 10,000 with 4,020 in ACME: 5,980 in cash, of which 24 shares more."""
    connection = made({"ACME": 0.5})
    found = by_symbol(orders(connection, holdings=held(ACME=100.5), aum=1e4, strategy="book"))
    assert found["cash"].current_units == pytest.approx(5980)
    assert found["ACME"].trade_units == 24


def test_sales_round_up_so_that_purchases_are_paid_for() -> None:
    """ACME from 100 shares to 67.5, BETA to 57.95: 33 shares sold pay for 57 bought."""
    connection = made({"ACME": 0.675, "BETA": 0.325})
    found = by_symbol(orders(connection, holdings=held(ACME=100), strategy="book"))
    assert found["ACME"].trade_units == -33
    assert found["BETA"].trade_units == 59
    assert found["cash"].units_after == pytest.approx(33 * 40 - 59 * 22)


def test_what_cannot_be_sold_is_missing_from_the_purchases() -> None:
    """GONE holds 4,000 of 10,000: BETA and COIN are cut to 6,000 of the 10,000 wanted."""
    connection = made({"BETA": 0.5, "COIN": 0.5})
    rows = orders(connection, holdings=held(GONE=1000, cash=6000), strategy="book")
    found = by_symbol(rows)
    assert found["BETA"].trade_units == 136  # 227 x 0.6 = 136.2 less the 6 that rounding left
    assert found["COIN"].trade_units == pytest.approx(0.06, abs=1e-4)
    assert 0 <= found["cash"].units_after < 30
    assert found["BETA"].note == "cut to what the cash allows"
    assert found["GONE"].units_after == 1000


def test_shorts_are_opened_towards_zero_and_covered_whole() -> None:
    connection = made({"ACME": 0.5, "BETA": -0.5})
    found = by_symbol(orders(connection, holdings=held(OLD=-12.5, cash=10_125), strategy="book"))
    assert found["OLD"].trade_units == 12.5
    assert found["ACME"].trade_units == 125
    assert found["BETA"].trade_units == -227
    assert found["cash"].units_after == pytest.approx(10_125 - 125 - 5000 + 227 * 22)


def test_a_position_turned_around_goes_through_nothing() -> None:
    """From 10.5 long to 125 short: all that is held, and 125 more."""
    connection = made({"ACME": -0.5})
    found = by_symbol(orders(connection, holdings=held(ACME=10.5, cash=9580), strategy="book"))
    assert found["ACME"].trade_units == -135.5


def test_the_turnover_cap_scales_the_step_and_the_first_build_is_exempt() -> None:
    """From ACME whole to BETA whole, one-way turnover 1: a quarter of the way."""
    capped = made({"BETA": 1.0}, turnover_cap=0.25)
    found = by_symbol(orders(capped, holdings=held(ACME=250), strategy="book"))
    assert found["ACME"].target_weight == pytest.approx(0.75)
    assert found["ACME"].trade_units == -63  # 62.5 rounded away from zero
    assert found["BETA"].trade_units == 113  # 2,500 / 22 = 113.6
    first = by_symbol(orders(capped, holdings=held(cash=10_000), strategy="book"))
    assert first["BETA"].target_weight == 1
    assert first["BETA"].trade_units == 454


def test_names_within_the_band_stay_and_do_not_use_up_the_cap() -> None:
    connection = made({"ACME": 0.5, "OLD": 0.2, "BETA": 0.3}, band=0.05, turnover_cap=0.3)
    holdings = held(ACME=117.5, OLD=530)  # 4,700 and 5,300
    found = by_symbol(orders(connection, holdings=holdings, strategy="book"))
    assert found["ACME"].trade_units == 0
    assert found["ACME"].target_weight == pytest.approx(0.47)
    # (0.33 + 0.3) / 2 = 0.315 is above the cap by 1.05.
    assert found["OLD"].target_weight == pytest.approx(0.53 - 0.33 / 1.05)
    assert found["BETA"].target_weight == pytest.approx(0.3 / 1.05)


def test_costs_are_set_aside_before_what_is_bought() -> None:
    """250 shares would take all of 10,000; 10 bps of it and 0.01 x sqrt(usd) leave 249 or fewer."""
    connection = made({"ACME": 1.0})
    connection.execute(
        "insert into construction.trade_terms values (?, 'standard', 'ACME', 10, 0.01, 0, 0), "
        "(?, 'free', 'ACME', 0, 0, 0, 0), ('2024-02-29', 'standard', 'ACME', 99, 0, 0, 0)",
        [DAY, DAY],
    )
    rows = orders(connection, holdings=held(cash=10_000), strategy="book")
    found = by_symbol(rows)
    assert found["ACME"].trade_units == 249
    cost = 9960 * (10 + 0.01 * 9960**0.5) / 10_000
    assert found["ACME"].cost_usd == pytest.approx(cost)
    assert found["cash"].units_after == pytest.approx(10_000 - 9960 - cost)
    assert rows["weight_after"].sum() == pytest.approx(1 - cost / 10_000)


def test_an_exchange_s_own_steps_stand_in_the_file() -> None:
    connection = made({"COIN": 0.5})
    holdings = [
        Holding("COIN", 0.0, None, 0.001, 5000.0),
        Holding("cash", 10_000, None, None, None),
    ]
    found = by_symbol(orders(connection, holdings=holdings, strategy="book"))
    assert found["COIN"].trade_units == 0.1
    holdings[0] = Holding("COIN", 0.0, None, 0.001, 5000.01)
    found = by_symbol(orders(connection, holdings=holdings, strategy="book"))
    assert found["COIN"].trade_units == 0
    assert found["COIN"].note == "order below 5000.01 USD"


def test_a_large_trade_says_how_many_sessions_it_takes() -> None:
    connection = made({"ACME": 1.0}, participation=0.1)
    found = by_symbol(orders(connection, holdings=held(cash=250_001), strategy="book"))
    assert found["ACME"].share_of_daily_volume == pytest.approx(0.25)
    assert found["ACME"].note == "takes 3 sessions under participation_cap"


def test_no_rate_no_value() -> None:
    connection = made({"ACME": 1.0})
    found = by_symbol(orders(connection, holdings=held(NORATE=5, cash=400), strategy="book"))
    assert found["NORATE"].note == "no price in US dollars: not valued, left alone"
    assert found["cash"].current_weight == 1


@pytest.mark.parametrize("seed", range(40))
def test_no_rounding_spends_what_is_not_there(seed: int) -> None:
    """Random books without leverage: cash stays at or above 0, orders are whole lots."""
    draw = random.Random(seed)
    prices = {
        f"N{i}": (
            *(draw.choice(["equity", "crypto"]), "EUR"),
            *(10 ** draw.uniform(-2, 4), 1.1, draw.random() > 0.2),
        )
        for i in range(12)
    }
    weights = [draw.random() for _ in range(6)]
    tradable = [name for name in prices if prices[name][4]][:6]
    desired = {name: weight / sum(weights) for name, weight in zip(tradable, weights, strict=False)}
    holdings = held(
        **{
            name: 10 ** draw.uniform(-1, 5) / prices[name][2]
            for name in draw.sample(sorted(prices), 6)
        },
        cash=10 ** draw.uniform(0, 4),
    )
    cap = draw.choice([None, 0.2])
    connection = made(desired, prices=prices, turnover_cap=cap, band=draw.choice([None, 0.05]))
    rows = orders(connection, holdings=holdings, strategy="book")
    found = by_symbol(rows)
    assert found["cash"].units_after >= -1e-6
    assert rows["weight_after"].sum() == pytest.approx(1)
    for row in rows[(rows["symbol"] != "cash") & (rows["trade_units"] != 0)].itertuples():
        lot, smallest = LOTS[row.asset_class]
        is_exit = row.units_after == 0
        n_lots = row.trade_units / lot
        assert is_exit or abs(n_lots - round(n_lots)) < 1e-3 + 1e-15 * abs(n_lots)
        assert abs(row.trade_usd) >= smallest
        assert row.units_after >= 0
        assert prices[row.symbol][4]


def test_the_model_books_of_the_small_market(small_market: Market) -> None:
    """Without holdings the weights are those of live_signals, and weights x size is USD."""
    connection = open_published(small_market.files)
    rows = orders(connection)
    live = connection.execute("select * from signals.live_signals").df()
    both = rows.merge(live, on=["strategy", "symbol"], suffixes=("", "_live"))
    assert len(both) == len(live) > 100
    assert (both["target_weight"] - both["target_weight_live"]).abs().max() < 1e-12
    assert (both["current_weight_live"] * both["aum_usd"] - both["current_usd"]).abs().max() < 1e-6
    for _, book in rows.groupby("strategy"):
        after = book["usd_after"].sum() + book["cost_usd"].sum()
        assert after == pytest.approx(book["nav_usd"].iloc[0], rel=1e-12)
        assert (book["weight_after"] * book["nav_usd"] - book["usd_after"]).abs().max() < 1e-6


def holdings_file(path: Path, lines: Iterable[str]) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path


BAD = {
    "unknown column": (["symbol,units,price", "A,1,2"], ["row 1: 'price'", "Known are"]),
    "missing column": (["symbol,shares", "A,1"], ["row 1: 'shares'", "units is missing"]),
    "no number": (["symbol,units", "A,1", "B,ten"], ["row 3: units is 'ten'"]),
    "not finite": (["symbol,units", "A,nan"], ["row 2: units is 'nan'"]),
    "empty units": (["symbol,units", "A,"], ["row 2: units is ''"]),
    "no symbol": (["symbol,units", ",5"], ["row 2: it has no symbol"]),
    "twice": (["symbol,units", "A,1", "B,1", "A,2"], ["row 4: A stands in row 2 already"]),
    "too many cells": (["symbol,units", "A,1,000"], ["row 2: it has more cells"]),
    "no lot": (["symbol,units,lot", "A,1,0"], ["row 2: lot is '0'", "above 0"]),
    "empty": ([""], ["symbol is missing"]),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_holdings_are_named_with_their_row(
    tmp_path: Path, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines, words = BAD[case]
    path = holdings_file(tmp_path / "mine.csv", lines)
    with pytest.raises(SystemExit) as left:
        main(["signals", "tiny", "--holdings", str(path), "--strategy", "book"])
    said = capsys.readouterr().err
    assert left.value.code == 2
    for word in ["mine.csv", *words]:
        assert word in said


def test_one_name_may_stand_in_two_books(tmp_path: Path) -> None:
    lines = ["strategy,symbol,units", "a,X,1", "b,X,2", "b,cash,-5"]
    found = read_holdings(holdings_file(tmp_path / "mine.csv", lines))
    assert [(row.strategy, row.symbol, row.units) for row in found] == [
        ("a", "X", 1),
        ("b", "X", 2),
        ("b", "cash", -5),
    ]


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"holdings": held(ACME=1)}, "STRATEGY=name"),
        ({"strategy": "bok"}, "There is no strategy 'bok'. Did you mean 'book'?"),
        ({"strategy": "book", "aum": -5}, "AUM is -5"),
        ({"strategy": "book", "aum": float("nan")}, "AUM is nan"),
        ({"strategy": "book", "holdings": held(ZZZ=1)}, "worth 0.00 US dollars"),
        ({"strategy": "idle"}, "'idle' has no signals today"),
    ],
)
def test_what_cannot_be_traded_for_is_refused(choice: dict[str, Any], words: str) -> None:
    connection = made({"ACME": 1.0})
    connection.execute("insert into seeds.strategies values ('idle', null, null, null, 'standard')")
    with pytest.raises(ReportsError, match=words.replace("?", r"\?")):
        orders(connection, **choice)


def with_ruined(connection: duckdb.DuckDBPyConnection) -> None:
    """A strategy `lost`, closed for good."""
    connection.execute("insert into seeds.strategies values ('lost', null, null, null, 'standard')")
    connection.execute("insert into portfolios.ruins values ('lost', '2018-01-17', false)")


@pytest.mark.parametrize("holdings", [None, held(ACME=1)])
def test_a_ruined_strategy_is_refused_as_closed(holdings: list[Holding] | None) -> None:
    connection = made({"ACME": 1.0})
    with_ruined(connection)
    words = "'lost' is closed: it lost all it had on 2018-01-17. Choose one of book"
    with pytest.raises(ReportsError, match=words):
        orders(connection, holdings=holdings, strategy="lost")
    assert set(orders(connection)["strategy"]) == {"book"}
    connection.execute("delete from signals.live_signals")
    words = "No strategy has signals today. Closed, all lost: lost on 2018-01-17."
    with pytest.raises(ReportsError, match=words):
        orders(connection)


def test_the_command_lists_what_is_closed_where_nobody_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FACTORHOUSE_WAREHOUSE_DIR", str(tmp_path))
    with duckdb.connect(str(dataset_files("tiny").published)) as connection:
        fill(connection, {"ACME": 0.5})
        with_ruined(connection)
    main(["signals", "tiny", "--out", str(tmp_path / "out")])
    assert "\nClosed, all lost: lost on 2018-01-17.\n" in capsys.readouterr().out
    assert [path.name for path in (tmp_path / "out").iterdir()] == [f"book_{DAY}.csv"]
    main(["signals", "tiny", "--out", str(tmp_path / "out"), "--strategy", "book"])
    assert "Closed" not in capsys.readouterr().out


def test_the_command_writes_a_file_and_says_what_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FACTORHOUSE_WAREHOUSE_DIR", str(tmp_path))
    monkeypatch.setenv("FACTORHOUSE_OUTPUT_DIR", str(tmp_path / "outputs"))
    with duckdb.connect(str(dataset_files("tiny").published)) as connection:
        fill(connection, {"ACME": 0.5, "COIN": 0.25})
    path = holdings_file(tmp_path / "mine.csv", ["symbol,units", "ACME,10", "ZZZ,3", "cash,9600"])
    main(["signals", "tiny", "--holdings", str(path), "--strategy", "book"])
    said = capsys.readouterr().out
    for words in ("book of 10,000 USD", "ACME", "buy", "ZZZ: 3 units, unknown", "2,500.00 USD"):
        assert words in said
    written = tmp_path / "outputs" / "tiny" / "signals" / f"book_{DAY}.csv"
    with written.open() as file:
        rows = list(csv.DictReader(file))
    assert [row["symbol"] for row in rows] == ["ACME", "COIN", "ZZZ", "cash"]
    assert rows[0]["as_of_date"] == DAY
    assert float(rows[0]["trade_units"]) == 115
