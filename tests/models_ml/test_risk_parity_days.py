"""What an update makes of risk-parity weights is what a whole build makes of them."""

from __future__ import annotations

import importlib.util
from datetime import date, timedelta
from types import ModuleType, SimpleNamespace

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from warehouse.files import REPOSITORY

MODEL = REPOSITORY / "dbt_project" / "models" / "portfolios" / "risk_parity_weights.py"
FIRST_DAY, N_DAYS = date(2020, 1, 1), 900
WINDOW = 60  # days of a year in this test
NAMES = ("A", "B", "C", "D")


@pytest.fixture
def model() -> ModuleType:
    """The module of the model, loaded as dbt does: by its path."""
    spec = importlib.util.spec_from_file_location("risk_parity_weights", MODEL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def session_of(silent: tuple[int, int]) -> duckdb.DuckDBPyConnection:
    """A market of four names chosen every 30 days; between two of its days nobody trades."""
    draws = np.random.default_rng(5).normal(0, 0.02, (N_DAYS, len(NAMES)))
    days = [FIRST_DAY + timedelta(days=number) for number in range(N_DAYS)]
    traded = [number for number in range(N_DAYS) if not silent[0] <= number < silent[1]]
    prices = pd.DataFrame(
        [
            (name, "crypto", days[number], draws[number, place], False)
            for number in traded
            for place, name in enumerate(NAMES)
        ],
        columns=["symbol", "asset_class", "as_of_date", "ret_1d", "is_stale"],
    )
    chosen = pd.DataFrame(
        [
            (day, 1, name)
            for number, day in enumerate(days[WINDOW::30])
            for name in NAMES[: 2 + number % 3]
        ],
        columns=["as_of_date", "selection_no", "symbol"],
    )
    legs = pd.DataFrame({"selection_no": [1], "asset_class": "crypto", "weighting": "risk_parity"})
    connection = duckdb.connect()
    connection.execute("create schema built")
    for name, rows in (("prices_daily", prices), ("chosen_names", chosen), ("strategy_legs", legs)):
        connection.register("rows", rows)
        dated = " replace (as_of_date::date as as_of_date)" if "as_of_date" in rows else ""
        connection.execute(f"create table built.{name} as select *{dated} from rows")
    return connection


def made(model: ModuleType, session: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """The rows of the model, in order; its table in the session holds them."""
    settings = {"sessions": {"crypto": {"year": WINDOW}}, "window_coverage": 0.5}
    dbt = SimpleNamespace(
        ref=lambda name: session.table(f"built.{name}"),
        config=lambda **_: None,
        this=SimpleNamespace(schema="built", identifier="risk_parity_weights"),
    )
    dbt.config.meta_get = settings.get  # type: ignore[attr-defined]
    rows: pa.Table = model.model(dbt, session)
    session.register("rows", rows)
    session.execute("create or replace table built.risk_parity_weights as from rows")
    return session.execute("from built.risk_parity_weights order by all").df()


@pytest.mark.parametrize(
    "silent",
    [
        pytest.param((0, 0), id="days without a gap"),
        pytest.param((30, 830), id="the window lies years back"),
    ],
)
def test_kept_and_new_rows_are_those_of_a_whole_build(
    model: ModuleType, monkeypatch: pytest.MonkeyPatch, silent: tuple[int, int]
) -> None:
    session = session_of(silent)
    whole = made(model, session)
    first = FIRST_DAY + timedelta(days=850)
    session.execute("delete from built.risk_parity_weights where as_of_date >= ?", [first])
    assert session.execute("select count(*) from built.risk_parity_weights").fetchall() > [(0,)]
    monkeypatch.setattr(model, "RENEWED_FROM", str(first))
    monkeypatch.setattr(model, "DAYS_BACK", 100)
    pd.testing.assert_frame_equal(made(model, session), whole, rtol=1e-12)


def test_rows_before_the_first_new_day_are_not_made_again(
    model: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = session_of((0, 0))
    made(model, session)
    session.execute("update built.risk_parity_weights set risk_parity_weight = -1")
    first = FIRST_DAY + timedelta(days=850)
    monkeypatch.setattr(model, "RENEWED_FROM", str(first))
    rows = made(model, session)
    is_new = rows["as_of_date"] >= pd.Timestamp(first)
    assert (rows.loc[~is_new, "risk_parity_weight"] == -1).all()
    assert (rows.loc[is_new, "risk_parity_weight"] > 0).all()
    assert is_new.any()
