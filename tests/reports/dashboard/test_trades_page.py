"""Trades against an uploaded file: the same as `make signals`, and errors that name rows."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from reports.holdings import parsed_holdings
from reports.signals import orders
from tests.reports.dashboard.conftest import sound

Open = Callable[..., AppTest]
STRATEGY = "equity_momentum_long"
HELD = b"symbol,units\nUS001,120\nDE004,35\ncash,250000\n"


def uploaded(page: Open, content: bytes) -> AppTest:
    app = page("trades")
    app.selectbox(key="trades_strategy").set_value(STRATEGY)
    app.file_uploader(key="trades_file").set_value(("mine.csv", content, "text/csv"))
    return app.run()


def test_trades_are_those_of_the_command(page: Open, published: duckdb.DuckDBPyConnection) -> None:
    app = sound(uploaded(page, HELD))
    expected = orders(published, holdings=parsed_holdings(HELD, "mine.csv"), strategy=STRATEGY)
    names = expected[(expected["symbol"] != "cash") & (expected["trade_units"] != 0)]
    shown = next(f.value for f in app.dataframe if "trade_units" in f.value)
    assert list(shown["symbol"]) == list(names["symbol"])
    assert list(shown["trade_units"]) == list(names["trade_units"])
    metrics = {metric.label: metric.value for metric in app.metric}
    assert metrics["Book, USD"] == f"{expected['nav_usd'].iloc[0]:,.0f}"
    assert metrics["Trades"] == f"{len(names):,}"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"symbol,units\nUS001,many\n", "row 2: units is 'many'"),
        (b"symbol,units\nUS001,1\nUS001,2\n", "row 3: US001 stands in row 2"),
        (b"ticker,units\nUS001,1\n", "'ticker' is no column of holdings"),
        (b"\xff\xfe\x00\x01", "no readable holdings file"),
        (b"symbol,units,strategy\nUS001,1,crypto_composite_long\n", "no rows for equity_momentum"),
        (b"symbol,units\n", "nothing to trade with"),
    ],
)
def test_errors_name_the_row_and_the_remedy(page: Open, content: bytes, said: str) -> None:
    app = uploaded(page, content)
    assert not app.exception
    assert said in app.error[0].value
    works = app.code[0].value
    assert works.count("\n") == 3, "and a file that works is shown: two names and cash"
    again = sound(uploaded(page, works.encode()))
    names = [line.split(",")[0] for line in works.splitlines()[1:3]]
    notes = next(frame.value for frame in again.dataframe if "trade_units" in frame.value)
    assert not notes[notes["symbol"].isin(names)]["note"].astype(str).str.contains("no bar").any()


def test_a_sale_is_never_said_to_be_cut_for_want_of_cash(
    published: duckdb.DuckDBPyConnection,
) -> None:
    found = orders(published)
    sales: pd.DataFrame = found[found["trade_units"] < 0]
    assert not sales.empty
    assert not sales["note"].astype(str).str.contains("cash allows").any()
