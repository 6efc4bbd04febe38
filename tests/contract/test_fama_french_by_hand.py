"""Twelve stocks over two Junes and ten coins: every factor portfolio worked out on paper.

All prices stand still but on the days named below, so that each factor's return on a day follows
from a handful of caps (US$ m; a million shares each, so the price is the cap) and moves.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import exchange_calendars
import pandas as pd
import pytest

from tests.builds import REPOSITORY, Market
from tests.conftest import made_once, shared_folder
from tests.contract.file_market import COLUMNS, file_market

TABLES = ("universe", "prices", "corporate_actions", "fundamentals", "interest_rates")
FIRST, LAST = date(2019, 5, 1), date(2021, 7, 9)
JUNE = date(2020, 6, 30)

# Cap at the end of June 2020. 900 of 1000 is exactly 90 %: B1 to B6 are big, S2, the next, is not.
STOCKS = {
    "B1": 100, "B2": 200, "B3": 100, "B4": 200, "B5": 100, "B6": 200,
    "S1": 10, "S2": 30, "S3": 10, "S4": 20, "S5": 10, "S6": 20,
}  # fmt: skip
LISTED_LATE = {"S2": date(2020, 2, 3)}  # after the December whose cap HML needs
DELISTED = {"S4": date(2020, 9, 15)}  # at half its price
# The year's return without its last month. Big: -0.2 ... 0.3, cut at -0.05 and 0.15; S1 and S6
# stand on the cuts: medium and low.
ROSE = date(2019, 7, 15)
MOMENTUM = {
    "B1": -0.2, "B2": -0.1, "B3": 0.0, "B4": 0.1, "B5": 0.2, "B6": 0.3,
    "S1": 0.15, "S3": 0.3, "S4": -0.3, "S5": 0.5, "S6": -0.05,
}  # fmt: skip
MOVES = {
    date(2019, 6, 20): {"B1": 2.0},  # before the window of UMD
    ROSE: MOMENTUM,
    date(2020, 6, 15): {"B4": 1.0},  # in the month it skips; December's cap was half of June's
    date(2020, 7, 1): {
        "B1": 0.10, "B2": -0.05, "B3": 0.50, "B4": 0.02, "B5": 0.04, "B6": 0.01,
        "S1": 0.20, "S2": -0.10, "S3": 0.05, "S4": 0.10, "S5": 0.30, "S6": -0.20,
    },
    date(2020, 7, 2): {"B1": 0.10, "S1": -0.10},
    date(2021, 7, 1): {"B1": 0.03, "B6": -0.01, "S1": 0.10, "S3": 0.02, "S6": -0.05},
}  # fmt: skip

# By fiscal year: book equity / cap of that December, operating profit / book equity, and total
# assets. S6's book of 2019 is negative.
YEARS = {
    2018: {"assets": dict.fromkeys(STOCKS, 100)},
    2019: {
        "book": {
            "B1": 0.2 * 100, "B2": 0.4 * 200, "B3": 0.5 * 100, "B4": 0.6 * 100, "B5": 0.8 * 100,
            "B6": 1.0 * 200, "S1": 0.44 * 10, "S2": 0.3 * 30, "S3": 0.76 * 10, "S4": 0.5 * 20,
            "S5": 2.0 * 10, "S6": -5,
        },
        "profitability": {
            "B1": 0.5, "B2": 0.4, "B3": 0.3, "B4": 0.3, "B5": 0.2, "B6": 0.1,
            "S1": 0.5, "S2": 0.5, "S3": 0.1, "S4": 0.3, "S5": 0.05, "S6": 0.5,
        },
        "assets": {
            "B1": 100, "B2": 110, "B3": 100, "B4": 120, "B5": 130, "B6": 140,
            "S1": 140, "S2": 120, "S3": 100, "S4": 105, "S5": 115, "S6": 150,
        },
    },
    2020: {
        "book": {
            "B1": 1.2 * 121, "B2": 1.0 * 190, "B3": 0.8 * 150, "B4": 0.6 * 204, "B5": 0.4 * 104,
            "B6": 0.2 * 202, "S1": 0.1 * 10.8, "S2": 0.7 * 27, "S3": 2.0 * 10.5, "S5": 0.2 * 13,
            "S6": 1.5 * 16,
        },
        "profitability": {
            "B1": 0.1, "B2": 0.2, "B3": 0.3, "B4": 0.4, "B5": 0.5, "B6": 0.6,
            "S1": 0.1, "S2": 0.3, "S3": 0.6, "S5": 0.3, "S6": 0.2,
        },
        "assets": {
            "B1": 140, "B2": 143, "B3": 125, "B4": 144, "B5": 143, "B6": 140,
            "S1": 210, "S2": 144, "S3": 100, "S5": 126.5, "S6": 240,
        },
    },
}  # fmt: skip
AFTER_THE_YEAR = {year: (date(year + 1, 3, 31), datetime(year + 1, 5, 1)) for year in YEARS}
LATE_FILING = {("B3", 2019): datetime(2020, 7, 15)}  # not known in June

# Coins: cap, unchanging, and the return of the three weeks to June 30, 2020, the end of the
# year's 26th week. USD is pegged, TINY below the floor: neither is sorted.
COINS = {f"C{cap}": cap for cap in range(10, 101, 10)} | {"USD": 500, "TINY": 0.5}
COIN_MOVES = {
    date(2020, 6, 9): {"C50": 1.0},  # the last day before the three weeks
    date(2020, 6, 10): {
        "C10": 0.1, "C20": 0.9, "C40": 0.5, "C50": 0.3, "C60": 0.8,
        "C70": 0.2, "C80": 0.6, "C90": 0.27, "C100": 0.7, "TINY": 3.0,
    },
    date(2020, 7, 3): {
        "C10": 0.10, "C20": -0.10, "C30": 0.05, "C60": 0.02, "C70": -0.02, "C90": 0.01,
        "C100": 0.03, "USD": 0.5, "TINY": 0.5,
    },
}  # fmt: skip

RF = 1.05 ** (1 / 365) - 1


def price(base: float, moves: dict[date, dict[str, float]], symbol: str, day: date) -> float:
    """The price that stands at the base at the end of June 2020."""
    value = base
    for moved, returns in moves.items():
        if JUNE < moved <= day:
            value *= 1 + returns.get(symbol, 0)
        elif day < moved <= JUNE:
            value /= 1 + returns.get(symbol, 0)
    return value


def sessions() -> list[date]:
    calendar = exchange_calendars.get_calendar("XNYS", start=FIRST, end=LAST)
    return [day.date() for day in calendar.sessions]


def bars() -> pd.DataFrame:
    rows = []
    for symbol, base in STOCKS.items():
        first, gone = LISTED_LATE.get(symbol, FIRST), DELISTED.get(symbol, LAST + timedelta(1))
        days = [day for day in sessions() if first <= day < gone]
        rows += [(symbol, day, price(base, MOVES, symbol, day)) for day in days]
    for day in pd.date_range(FIRST, LAST):
        rows += [(coin, day.date(), price(1, COIN_MOVES, coin, day.date())) for coin in COINS]
    frame = pd.DataFrame(rows, columns=["symbol", "bar_date", "close"])
    return frame.assign(
        open=None, high=None, low=None, volume=1e8, currency="USD", price_basis="as_traded"
    )


def statements() -> pd.DataFrame:
    rows = []
    for symbol in STOCKS:
        for year in (2018, 2019, 2020):
            told, end = datetime(year + 1, 3, 1), date(year, 12, 31)
            shares = ("shares_outstanding", "quarter", 1)
            rows.append((symbol, *shares, end, told if year > 2018 else datetime(2019, 4, 1)))
            filed = LATE_FILING.get((symbol, year), told)
            year_items = YEARS[year]
            book = year_items.get("book", {}).get(symbol)
            if symbol in year_items["assets"]:
                rows.append(
                    (symbol, "total_assets", "year", year_items["assets"][symbol], end, filed)
                )
            if book is not None:
                profit = year_items["profitability"][symbol] * book
                rows += [
                    (symbol, "book_equity", "year", book, end, filed),
                    (symbol, "revenue", "year", profit + 70, end, filed),
                    (symbol, "cost_of_goods_sold", "year", 50, end, filed),
                    (symbol, "interest_expense", "year", 20, end, filed),
                    # A quarter after the fiscal year, known in June, is another year's.
                    (symbol, "book_equity", "quarter", 9e3, *AFTER_THE_YEAR[year]),
                ]
    # A restatement after June changes nothing of that June.
    rows.append(("B1", "book_equity", "year", 5e3, date(2019, 12, 31), datetime(2020, 8, 1)))
    for day in pd.date_range(FIRST, LAST):
        for coin, cap in COINS.items():
            rows.append((coin, "market_cap", "day", cap, day.date(), day.to_pydatetime()))
    columns = ["symbol", "metric", "frequency", "value", "period_end_date", "published_at"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(value=frame["value"] * 1e6, currency="USD")


def frames() -> dict[str, pd.DataFrame]:
    universe = [(symbol, "equity", "XNYS", "US", "stock") for symbol in STOCKS]
    universe += [(coin, "crypto", "24/7", None, "coin") for coin in COINS]
    listed = pd.DataFrame(
        universe, columns=["symbol", "asset_class", "venue", "country", "asset_kind"]
    )
    listed.loc[listed["symbol"] == "USD", "asset_kind"] = "stablecoin"
    ends = [(symbol, day, "delisting", -0.5, None) for symbol, day in DELISTED.items()]
    return {
        "universe": listed.assign(currency="USD", sector=None, name=None),
        "prices": bars(),
        "corporate_actions": pd.DataFrame(ends, columns=list(COLUMNS["corporate_actions"])),
        "fundamentals": statements(),
        "interest_rates": pd.DataFrame(
            [("USD", FIRST, 0.05, "effective_annual")], columns=list(COLUMNS["interest_rates"])
        ),
    }


def seeds_for_few_names(folder: Path) -> Path:
    """The project's seeds with one strategy, which twelve names can hold."""
    shutil.copytree(REPOSITORY / "dbt_project" / "seeds", folder)
    header = (folder / "strategies.csv").read_text().splitlines()[0]
    row = "few,equity,momentum_12_1,long_only,equal,0.3,,1,0,1,0,,0,monthly,,,,standard,market,1e7"
    (folder / "strategies.csv").write_text(f"{header}\n{row}\n")
    return folder


@pytest.fixture(scope="module")
def hand_market(tmp_path_factory: pytest.TempPathFactory) -> Market:
    folder = shared_folder(tmp_path_factory) / "hand_market"

    def make(path: Path) -> None:
        built = file_market(path, "hand_market", *TABLES)
        built.settings["FACTORHOUSE_SEEDS"] = str(seeds_for_few_names(path / "seeds"))
        for table, frame in frames().items():
            frame[list(COLUMNS[table])].to_parquet(path / f"{table}.parquet", index=False)
        built.ingest()
        built.models_alone("--select", "+fama_french")

    made_once(folder, make)
    return file_market(folder, "hand_market", *TABLES)


@pytest.fixture(scope="module")
def connection(hand_market: Market) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(hand_market.path), read_only=True) as opened:
        yield opened


def returns(connection: duckdb.DuckDBPyConnection, day: date, asset_class: str) -> dict[str, float]:
    return dict(
        connection.execute(
            "select portfolio, return from analysis.fama_french where date = ? and asset_class = ?",
            [day, asset_class],
        ).fetchall()
    )


def members(connection: duckdb.DuckDBPyConnection, day: date, sort: str) -> dict[str, set[str]]:
    """The names of each portfolio of an equity sort, such as small_low."""
    found: dict[str, set[str]] = {}
    for group, symbol in connection.execute(
        "select size_group || '_' || characteristic_group, symbol "
        "from analysis.fama_french_constituents "
        "where formation_date = ? and sort = ? and asset_class = 'equity'",
        [day, sort],
    ).fetchall():
        found.setdefault(group, set()).add(symbol)
    return found


def test_the_first_june(connection: duckdb.DuckDBPyConnection) -> None:
    # B3's year was filed in July: in none of the three. S2 had no cap in December, S6 no book.
    # Book to market of the big 0.2 0.4 0.6 0.8 1.0, cut at 0.44 and 0.76: S1 and S3 stand there.
    assert members(connection, JUNE, "book_to_market") == {
        "big_low": {"B1", "B2"}, "big_medium": {"B4"}, "big_high": {"B5", "B6"},
        "small_low": {"S1"}, "small_medium": {"S3", "S4"}, "small_high": {"S5"},
    }  # fmt: skip
    # Operating profit / book 0.1 ... 0.5, cut at 0.22 and 0.38.
    assert members(connection, JUNE, "profitability") == {
        "big_low": {"B5", "B6"}, "big_medium": {"B4"}, "big_high": {"B1", "B2"},
        "small_low": {"S3", "S5"}, "small_medium": {"S4"}, "small_high": {"S1", "S2"},
    }  # fmt: skip
    # Growth of assets 0 0.1 0.2 0.3 0.4, cut at 0.12 and 0.28.
    assert members(connection, JUNE, "investment") == {
        "big_low": {"B1", "B2"}, "big_medium": {"B4"}, "big_high": {"B5", "B6"},
        "small_low": {"S3", "S4"}, "small_medium": {"S2", "S5"}, "small_high": {"S1", "S6"},
    }  # fmt: skip

    # Big B1 B2 (10 - 10) / 300 = 0; B4 0.02; B5 B6 (4 + 2) / 300 = 0.02.
    # By book: small 0.20 | (0.5 + 2) / 30 = 1/12 | 0.30.
    # By profit: small (0.5 + 3) / 20 = 0.175 | 0.10 | (2 - 3) / 40 = -0.025.
    # By growth: small (0.5 + 2) / 30 = 1/12 | (-3 + 3) / 40 = 0 | (2 - 4) / 30 = -1/15.
    # The market: 10 - 10 + 50 + 4 + 4 + 2 + 2 - 3 + 0.5 + 2 + 3 - 4 = 60.5 of 1000.
    smb_value = (0.20 + 1 / 12 + 0.30) / 3 - 0.04 / 3
    smb_profit = (0.175 + 0.10 - 0.025) / 3 - 0.04 / 3
    smb_growth = (1 / 12 + 0 - 1 / 15) / 3 - 0.04 / 3
    # Momentum: big low 0, high 0.02; small low S4 S6 (2 - 4) / 40, high S3 S5 0.175.
    momentum = (0.175 + 0.02) / 2 - (-0.05 + 0) / 2
    assert returns(connection, date(2020, 7, 1), "equity") == pytest.approx(
        {
            "MKT": 0.0605 - RF,
            "RF": RF,
            "HML": (0.30 + 0.02) / 2 - (0.20 + 0) / 2,
            "RMW": (-0.025 + 0) / 2 - (0.175 + 0.02) / 2,
            "CMA": (1 / 12 + 0) / 2 - (-1 / 15 + 0.02) / 2,
            "SMB_VALUE": smb_value,
            "SMB": (smb_value + smb_profit + smb_growth) / 3,
            "UMD": momentum,
            "UMD_DAILY": momentum,
        },
        abs=1e-12,
    )


def test_momentum_groups(connection: duckdb.DuckDBPyConnection) -> None:
    expected = {
        "big_low": {"B1", "B2"}, "big_medium": {"B3", "B4"}, "big_high": {"B5", "B6"},
        "small_low": {"S4", "S6"}, "small_medium": {"S1"}, "small_high": {"S3", "S5"},
    }  # fmt: skip
    assert members(connection, JUNE, "momentum") == expected
    assert members(connection, JUNE, "momentum_daily") == expected


def test_weights_are_the_caps_of_the_day_before(connection: duckdb.DuckDBPyConnection) -> None:
    # B1 has become 110, B2 190: B1's tenth is 11 of 300. S1, alone among the small and low, -0.1.
    found = returns(connection, date(2020, 7, 2), "equity")
    assert found["HML"] == pytest.approx(0 - (-0.10 + 11 / 300) / 2, abs=1e-12)


def test_a_delisting_counts_and_ends_the_holding(connection: duckdb.DuckDBPyConnection) -> None:
    # S4 (22) halves beside S3 (10.5) among the small and low by growth; nothing else moves.
    assert returns(connection, DELISTED["S4"], "equity")["CMA"] == pytest.approx(
        -11 / 32.5 / 2, abs=1e-12
    )
    counts = connection.execute(
        "select date, n_names from analysis.fama_french_portfolios where sort = 'investment' "
        "and size_group = 'small' and characteristic_group = 'low' "
        "and date between '2020-09-14' and '2020-09-16' order by date"
    ).fetchall()
    assert [n_names for _, n_names in counts] == [2, 2, 1]


def test_the_second_june(connection: duckdb.DuckDBPyConnection) -> None:
    formed = date(2021, 6, 30)
    # Caps by now: 121 190 150 204 104 202 and 10.8 27 10.5 - 13 16. All six big are in, cut
    # halfway between the second and third, the fourth and fifth of them.
    assert members(connection, formed, "book_to_market") == {
        "big_low": {"B5", "B6"}, "big_medium": {"B3", "B4"}, "big_high": {"B1", "B2"},
        "small_low": {"S1", "S5"}, "small_medium": {"S2"}, "small_high": {"S3", "S6"},
    }  # fmt: skip
    assert members(connection, formed, "profitability") == {
        "big_low": {"B1", "B2"}, "big_medium": {"B3", "B4"}, "big_high": {"B5", "B6"},
        "small_low": {"S1", "S6"}, "small_medium": {"S2", "S5"}, "small_high": {"S3"},
    }  # fmt: skip
    # Growth 0.4 0.3 0.25 0.2 0.1 0, and 0.5 0.2 0 - 0.1 0.6.
    assert members(connection, formed, "investment") == {
        "big_low": {"B5", "B6"}, "big_medium": {"B3", "B4"}, "big_high": {"B1", "B2"},
        "small_low": {"S3", "S5"}, "small_medium": {"S2"}, "small_high": {"S1", "S6"},
    }  # fmt: skip

    # What moves: B1 3.63, B6 -2.02, S1 1.08, S3 0.21, S6 -0.8.
    up, down = 3.63 / (121 + 190), -2.02 / (104 + 202)
    small_value = (0.21 - 0.8) / 26.5
    small_growth, small_weak = 1.08 / 23.8, (1.08 - 0.8) / 26.8
    small_conservative = 0.21 / 23.5
    smb_value = (small_value + 0 + small_growth) / 3 - (up + down) / 3
    smb_profit = (0.02 + 0 + small_weak) / 3 - (up + down) / 3
    smb_growth = (small_conservative + 0 + small_weak) / 3 - (up + down) / 3
    found = returns(connection, date(2021, 7, 1), "equity")
    expected = {
        "HML": (small_value + up) / 2 - (small_growth + down) / 2,
        "RMW": (0.02 + down) / 2 - (small_weak + up) / 2,
        "CMA": (small_conservative + down) / 2 - (small_weak + up) / 2,
        "SMB_VALUE": smb_value,
        "SMB": (smb_value + smb_profit + smb_growth) / 3,
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=1e-12)


def test_the_daily_series_looks_back_from_251_to_21_days(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    # S1 rose by 0.15 in July 2019 and by 0.2 on July 1, 2020: each day's portfolio knows the first
    # while the close before it is at most 251 days old, the second once it is 21 days old.
    days = sessions()
    known = dict(
        connection.execute(
            "select held_from_date, round(characteristic_value, 9) "
            "from analysis.fama_french_constituents "
            "where sort = 'momentum_daily' and symbol = 'S1'"
        ).fetchall()
    )
    last_of_first = days.index(ROSE) + 250
    first_of_second = days.index(date(2020, 7, 1)) + 21
    for number in range(days.index(JUNE), first_of_second + 1):
        expected = 0.15 if number <= last_of_first else 0.2 if number >= first_of_second else 0
        assert known[days[number]] == expected, days[number]


def test_the_coins(connection: duckdb.DuckDBPyConnection) -> None:
    # Caps 10 ... 100, cut at 37 and 73, the median 55. Three-week returns in order 0 0.1 0.2 0.27
    # 0.3 0.5 0.6 0.7 0.8 0.9, cut at 0.249 and 0.63: low C30 C10 C70, high C100 C60 C20.
    # Within the small cut at 0.14 and 0.46: low C30 C10, high C40 C20; within the big at 0.336 and
    # 0.68: low C70 C90, high C100 C60.
    moved = 1 - 2 + 1.5 + 1.2 - 1.4 + 0.9 + 3
    winners, losers = (3 + 1.2) / 160, (1.5 + 1) / 40
    assert returns(connection, date(2020, 7, 3), "crypto") == pytest.approx(
        {
            "CMKT": moved / 550 - RF,
            "RF": RF,
            "CSMB": (1 - 2 + 1.5) / 60 - (0.9 + 3) / 270,
            "CMOM": (-0.10 + winners) / 2 - (losers - 0.02) / 2,
            "CMOM_SIZE_FIRST": (-2 / 60 + winners) / 2 - (losers + (0.9 - 1.4) / 160) / 2,
        },
        abs=1e-12,
    )


def test_coins_are_formed_at_the_ends_of_52_weeks(connection: duckdb.DuckDBPyConnection) -> None:
    formed = connection.execute(
        "select distinct formation_date from analysis.fama_french_breakpoints "
        "where asset_class = 'crypto' and formation_date between '2019-12-15' and '2020-03-10' "
        "order by 1"
    ).fetchall()
    assert [day for (day,) in formed] == [
        date(2019, 12, 16), date(2019, 12, 23), date(2019, 12, 31), date(2020, 1, 7),
        date(2020, 1, 14), date(2020, 1, 21), date(2020, 1, 28), date(2020, 2, 4),
        date(2020, 2, 11), date(2020, 2, 18), date(2020, 2, 25), date(2020, 3, 3),
        date(2020, 3, 10),
    ]  # fmt: skip
