"""Four stocks, three rebalances, a split, a dividend, a delisting: books worked out on paper.

Prices stand still but on the days named below, and cash earns on one night alone. The books choose
the smallest two of the four; shares outstanding, as they are published, say which.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import duckdb
import exchange_calendars
import pandas as pd
import pytest
import yaml

from tests.builds import REPOSITORY, Market
from tests.conftest import made_once, shared_folder
from tests.contract.file_market import COLUMNS, file_market

TABLES = ("universe", "prices", "corporate_actions", "fundamentals", "interest_rates")
FIRST, LAST = date(2019, 11, 1), date(2020, 4, 9)
GONE = date(2020, 3, 16)

# What a share costs from each day on. A's split of two for one is no return; B's last move is
# (58 + a dividend of 2) / 40 - 1 = 50 %.
PRICES = {
    "A": {FIRST: 100, date(2020, 2, 10): 50, date(2020, 2, 12): 55},
    "B": {FIRST: 40, date(2020, 2, 18): 58, date(2020, 3, 11): 72.5},
    "C": {FIRST: 30},
    "D": {FIRST: 20, date(2020, 4, 6): 22},
}
ACTIONS = [
    ("A", date(2020, 2, 10), "split", 2.0, None),
    ("B", date(2020, 2, 18), "cash_dividend", 2.0, "USD"),
    ("C", GONE, "delisting", -0.4, None),
]
# Until the split A trades 100 M US$ a day, as B and C do; D, less liquid, 2 M.
VOLUMES = {"A": 1_000_000, "B": 2_500_000, "C": 4_000_000, "D": 100_000}

# Shares, M. Smallest first: A B C D (caps 100 200 300 400 M), then C A D B (90 110 200 580 M),
# then D A B (20 110 725 M), for C is gone.
SHARES = {
    (date(2019, 12, 31), datetime(2020, 1, 15)): {"A": 1, "B": 5, "C": 10, "D": 20},
    (date(2020, 2, 15), datetime(2020, 2, 20)): {"A": 2, "B": 10, "C": 3, "D": 10},
    (date(2020, 3, 15), datetime(2020, 3, 20)): {"A": 2, "B": 10, "D": 1},
}
# Cash earns 0.1 % a day, from Friday to Monday alone.
RATES = [
    ("USD", FIRST, 0.0, "effective_annual"),
    ("USD", date(2020, 4, 3), 1.001**365 - 1, "effective_annual"),
    ("USD", date(2020, 4, 6), 0.0, "effective_annual"),
]

# Of four names each leg holds two. Score weights are in proportion to 7 / 8 and 5 / 8: 0.525 and
# 0.375 of 0.9, which the cap of 0.5 makes 0.5 and 0.4.
CAPPED = {
    "asset_class": "equity", "score": "size", "side": "long_only", "weighting": "score",
    "top_fraction": 0.5, "gross_long": 0.9, "gross_short": 0, "max_weight": 0.5, "min_weight": 0,
    "crypto_share": 0, "rebalance": "monthly", "cost_model": "none", "benchmark": "cash",
    "aum_usd": 50_000_000,
}  # fmt: skip
STRATEGIES = {
    "turning": {**CAPPED, "turnover_cap": 0.255, "cost_model": "two_tiers"},
    "banded": {**CAPPED, "no_trade_band": 0.05},
    "patient": {**CAPPED, "participation_cap": 0.1},
    "carried": {
        **CAPPED, "side": "long_short", "weighting": "equal", "gross_long": 1, "gross_short": 0.5,
        "cost_model": "carry",
    },
}  # fmt: skip
NO_COST = {
    "asset_class": "equity", "min_dollar_volume_usd": 0, "commission_bps": 0,
    "half_spread_bps": 0, "impact_law": "none", "impact_coefficient": 0, "borrow_bps_ann": 0,
    "funding_bps_ann": 0,
}  # fmt: skip
COST_MODELS = [
    {**NO_COST, "cost_model": "none"},
    {**NO_COST, "cost_model": "two_tiers", "commission_bps": 20, "half_spread_bps": 30},
    {
        **NO_COST, "cost_model": "two_tiers", "min_dollar_volume_usd": 10_000_000,
        "commission_bps": 10, "half_spread_bps": 15,
    },
    # 0.01 % a day for what is short, 0.002 % for what is long
    {**NO_COST, "cost_model": "carry", "borrow_bps_ann": 365, "funding_bps_ann": 73},
]  # fmt: skip


def bars() -> pd.DataFrame:
    calendar = exchange_calendars.get_calendar("XNYS", start=FIRST, end=LAST)
    rows = []
    for day in (session.date() for session in calendar.sessions):
        for symbol, prices in PRICES.items():
            if symbol == "C" and day >= GONE:
                continue
            price = prices[max(since for since in prices if since <= day)]
            rows.append((symbol, day, price, VOLUMES[symbol]))
    frame = pd.DataFrame(rows, columns=["symbol", "bar_date", "close", "volume"])
    return frame.assign(open=None, high=None, low=None, currency="USD", price_basis="as_traded")


def frames() -> dict[str, pd.DataFrame]:
    listed = pd.DataFrame({"symbol": list(PRICES)}).assign(
        asset_class="equity", venue="XNYS", country="US", currency="USD", sector=None, name=None,
        asset_kind="stock",
    )  # fmt: skip
    told = [
        (symbol, "shares_outstanding", end, "quarter", published, shares * 1e6, None)
        for (end, published), by_symbol in SHARES.items()
        for symbol, shares in by_symbol.items()
    ]
    rows = {"corporate_actions": ACTIONS, "fundamentals": told, "interest_rates": RATES}
    tables = {name: pd.DataFrame(of, columns=list(COLUMNS[name])) for name, of in rows.items()}
    return {"universe": listed, "prices": bars(), **tables}


def write_seed(path: Path, rows: list[dict]) -> None:
    """Replace the rows of a seed; a column that a row does not name stays empty."""
    header = path.read_text().splitlines()[0].split(",")
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def paper_market(tmp_path_factory: pytest.TempPathFactory) -> Market:
    folder = shared_folder(tmp_path_factory) / "paper_market"

    def described(path: Path) -> Market:
        built = file_market(path, "paper_market", *TABLES)
        written = Path(built.dataset)
        settings = yaml.safe_load(written.read_text())
        settings["vars"] = {
            "min_names": 3,
            "min_history_sessions": {"equity": 1},
            "selected_factors": ["size"],
            "selected_models": ["ridge"],
        }
        written.write_text(yaml.safe_dump(settings, sort_keys=False))
        built.settings["FACTORHOUSE_SEEDS"] = str(path / "seeds")
        return built

    def make(path: Path) -> None:
        built = described(path)
        shutil.copytree(REPOSITORY / "dbt_project" / "seeds", path / "seeds")
        named = [{"strategy": name, **row} for name, row in STRATEGIES.items()]
        write_seed(path / "seeds" / "strategies.csv", named)
        write_seed(path / "seeds" / "cost_models.csv", COST_MODELS)
        for table, frame in frames().items():
            frame[list(COLUMNS[table])].to_parquet(path / f"{table}.parquet", index=False)
        built.ingest()
        built.models_alone("--select", "+daily_pnl +target_weights +trades")

    made_once(folder, make)
    return described(folder)


@pytest.fixture(scope="module")
def connection(paper_market: Market) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(paper_market.path), read_only=True) as opened:
        yield opened


def trades(connection: duckdb.DuckDBPyConnection, strategy: str, day: date) -> dict:
    """Weight before and after each trade of a day."""
    rows = connection.execute(
        "select symbol, weight_before, weight_after from portfolios.trades "
        "where strategy = ? and trade_date = ? order by symbol",
        [strategy, day],
    ).fetchall()
    return {symbol: weights for symbol, *weights in rows}


def is_exactly(found: dict, expected: dict) -> bool:
    """Same keys, and every number within 1e-12."""
    return found.keys() == expected.keys() and all(
        found[key] == pytest.approx(expected[key], rel=0, abs=1e-12) for key in expected
    )


BUILT, SECOND, THIRD = date(2020, 2, 3), date(2020, 3, 2), date(2020, 4, 1)


def test_desired_weights(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        "select as_of_date, symbol, desired_weight, is_leg_underfilled "
        "from construction.desired_weights where strategy = 'turning' and is_scheduled "
        "and as_of_date >= date '2020-01-31'"
    ).fetchall()
    found = {(day, symbol): [weight, float(under)] for day, symbol, weight, under in rows}
    expected = {
        (date(2020, 1, 31), "A"): [0.5, 0], (date(2020, 1, 31), "B"): [0.4, 0],
        (date(2020, 2, 28), "C"): [0.5, 0], (date(2020, 2, 28), "A"): [0.4, 0],
        # half of three names is one, at the cap, which is less than the leg's 0.9
        (date(2020, 3, 31), "D"): [0.5, 1],
    }  # fmt: skip
    assert is_exactly(found, expected)


def test_trades_under_the_turnover_cap(connection: duckdb.DuckDBPyConnection) -> None:
    # The first build is exempt: turnover 0.45.
    assert is_exactly(trades(connection, "turning", BUILT), {"A": [0, 0.5], "B": [0, 0.4]})
    # Of 1: A 0.5 x 1.1 = 0.55, B 0.4 x 1.5 = 0.6, cash 0.1: 1.25 in all, weights 0.44 0.48 0.08.
    # Steps to A 0.4, B 0, C 0.5: -0.04 -0.48 +0.5, half of which is 0.51: scaled by 0.255 / 0.51.
    expected = {"A": [0.44, 0.42], "B": [0.48, 0.24], "C": [0, 0.25]}
    assert is_exactly(trades(connection, "turning", SECOND), expected)
    # Of 1: A 0.42, B 0.24 x 1.25 = 0.3, C 0.25 x 0.6 = 0.15 paid out, cash 0.09: 0.96 in all,
    # weights 0.4375 0.3125, cash 0.25. Steps to D 0.5: -0.4375 -0.3125 +0.5, half of which is
    # 0.625: scaled by 0.255 / 0.625 = 0.408.
    expected = {"A": [0.4375, 0.259], "B": [0.3125, 0.185], "D": [0, 0.204]}
    assert is_exactly(trades(connection, "turning", THIRD), expected)


def test_every_day_under_the_turnover_cap(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        "select date, gross_return, cash_return, cost_return, borrow_return, net_return, turnover "
        "from performance.daily_pnl where strategy = 'turning'"
    ).fetchall()
    days = {day: parts for day, *parts in rows}
    # gross, cash, cost, borrow, net, turnover
    expected = dict.fromkeys(days, [0.0] * 6)
    expected |= {
        BUILT: [0, 0, 0.00225, 0, -0.00225, 0.45],  # 0.9 x 25 bps
        date(2020, 2, 12): [0.05, 0, 0, 0, 0.05, 0],  # 0.5 x 10 %
        date(2020, 2, 18): [0.2 / 1.05, 0, 0, 0, 0.2 / 1.05, 0],  # 0.4 / 1.05 x 50 %
        SECOND: [0, 0, 0.001275, 0, -0.001275, 0.255],  # 0.51 x 25 bps
        date(2020, 3, 11): [0.06, 0, 0, 0, 0.06, 0],  # 0.24 x 25 %
        GONE: [-0.1 / 1.06, 0, 0, 0, -0.1 / 1.06, 0],  # 0.25 / 1.06 x -40 %
        # A and B 0.306 x 25 bps = 0.000765; D, less liquid, 0.204 x 50 bps = 0.00102
        THIRD: [0, 0, 0.001785, 0, -0.001785, 0.255],
        # D 0.204 x 10 %; cash 1 - 0.259 - 0.185 - 0.204 = 0.352, times 1.001 ^ 3 - 1
        date(2020, 4, 6): [0.0204, 0.001057056352, 0, 0, 0.021457056352, 0],
    }
    assert min(days) == BUILT
    assert max(days) == LAST
    assert len(days) == 48  # sessions from February 3 to April 9
    assert is_exactly(days, expected)


def test_nav_under_the_turnover_cap(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        "select date, nav from performance.daily_pnl where strategy = 'turning'"
    ).fetchall()
    nav = dict(rows)
    expected = {
        BUILT: 0.99775,
        date(2020, 2, 12): 1.0476375,  # x 1.05
        date(2020, 2, 18): 1.2471875,  # x 1.25 / 1.05
        SECOND: 1.2455973359375,  # x (1 - 0.001275)
        date(2020, 3, 11): 1.32033317609375,  # x 1.06
        GONE: 1.1957734425,  # x 0.96 / 1.06
        THIRD: 1.1936389869051375,  # x (1 - 0.001785)
    }
    expected[LAST] = 1.1936389869051375 * 1.021457056352
    assert is_exactly({day: nav[day] for day in expected}, expected)


def test_a_name_within_the_band_is_left_alone(connection: duckdb.DuckDBPyConnection) -> None:
    # A stands 0.04 above its 0.4: nearer than 0.05.
    expected = {"B": [0.48, 0], "C": [0, 0.5]}
    assert is_exactly(trades(connection, "banded", SECOND), expected)


def test_what_volume_does_not_take_trades_on_the_next_days(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    # A tenth of 100 M US$ a day is 0.2 of a fund of 50 M.
    found = [trades(connection, "patient", date(2020, 2, day)) for day in (3, 4, 5, 6)]
    expected = [
        {"A": [0, 0.2], "B": [0, 0.2]},
        {"A": [0.2, 0.4], "B": [0.2, 0.4]},
        {"A": [0.4, 0.5]},
        {},
    ]
    assert all(is_exactly(*pair) for pair in zip(found, expected, strict=True))
    # By the mean of the 30 sessions up to the decision: B (21 x 100 + 9 x 145) / 30 = 113.5 M,
    # C 120 M, D 2 M, so that 0.227, 0.24 and 0.004 can be traded.
    expected = {"A": [0.44, 0.4], "B": [0.48, 0.253], "C": [0, 0.24]}
    assert is_exactly(trades(connection, "patient", SECOND), expected)
    assert trades(connection, "patient", THIRD)["D"] == pytest.approx([0, 0.004], abs=1e-12)


def test_what_is_borrowed_and_what_is_funded(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        "select date, net_return, borrow_return, cash_return from performance.daily_pnl "
        "where strategy = 'carried' order by date limit 5"
    ).fetchall()
    # Short 0.5 x 0.01 % and long 1 x 0.002 %: 0.007 % a day, of a book that shrinks by as much.
    fee, found = 0.00007, {day: parts for day, *parts in rows}
    expected = {
        BUILT: [0, 0, 0],
        date(2020, 2, 4): [-fee, fee, 0],
        date(2020, 2, 5): [-fee / (1 - fee), fee / (1 - fee), 0],
        date(2020, 2, 6): [-fee / (1 - 2 * fee), fee / (1 - 2 * fee), 0],
        date(2020, 2, 7): [-fee / (1 - 3 * fee), fee / (1 - 3 * fee), 0],
    }
    assert is_exactly(found, expected)
