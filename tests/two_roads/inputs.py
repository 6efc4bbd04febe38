"""Reads a built warehouse, the project's variables and the exchange calendars."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import exchange_calendars
import pandas as pd
import yaml

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project.yml"
MINOR = {"GBp": "GBP", "GBX": "GBP", "ZAc": "ZAR", "ILA": "ILS"}


@cache
def variables() -> dict[str, Any]:
    """The variables of dbt_project.yml: what METHODS leaves open."""
    return yaml.safe_load(PROJECT.read_text())["vars"]


class Market:
    """A built warehouse file, read-only; every table is read once."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._connection = duckdb.connect(str(path), read_only=True)
        self._read: dict[str, pd.DataFrame] = {}

    def query(self, sql: str) -> pd.DataFrame:
        """The result as a frame with its own copy; dates are midnight timestamps."""
        if sql not in self._read:
            frame = self._connection.execute(sql).df()
            for column in frame.columns:
                if str(frame[column].dtype).startswith("datetime64"):
                    frame[column] = frame[column].astype("datetime64[us]")
            self._read[sql] = frame
        return self._read[sql].copy()

    def table(self, name: str, columns: str = "*") -> pd.DataFrame:
        """A whole table."""
        return self.query(f"select {columns} from {name}")

    def newest(self, name: str, key: Sequence[str]) -> pd.DataFrame:
        """The rows of a raw table that no later load replaced."""
        frame = self.table(name)
        newest = frame.groupby(list(key), dropna=False)["load_id"].transform("max")
        return frame[frame["load_id"] == newest].reset_index(drop=True)

    def close(self) -> None:
        self._connection.close()


def in_major_units(
    frame: pd.DataFrame, columns: Sequence[str], only: pd.Series | None = None
) -> pd.DataFrame:
    """Pence, cents and agorot become pounds, rand and shekels; the currency with them."""
    frame = frame.copy()
    is_minor = frame["currency"].isin(list(MINOR))
    for column in columns:
        chosen = is_minor if only is None else is_minor & only
        frame.loc[chosen, column] = frame.loc[chosen, column] * 0.01
    frame["currency"] = frame["currency"].replace(MINOR)
    return frame


@cache
def sessions(venue: str, first: datetime.date, last: datetime.date) -> tuple[pd.Timestamp, ...]:
    """Every session of a venue from first to last, both included."""
    days = sessions_of_decades(venue, first.year // 10, last.year // 10)
    return tuple(days[(days >= pd.Timestamp(first)) & (days <= pd.Timestamp(last))])


@cache
def sessions_of_decades(venue: str, first: int, last: int) -> pd.DatetimeIndex:
    """Every session of whole decades: a calendar takes long to make."""
    start, end = pd.Timestamp(10 * first, 1, 1), pd.Timestamp(10 * last + 9, 12, 31)
    if venue == "24/7":
        return pd.date_range(start, end, freq="D")
    calendar = exchange_calendars.get_calendar(venue, start=start, end=end)
    return calendar.sessions.tz_localize(None)


def by_class(setting: Mapping[str, Any], asset_class: pd.Series) -> pd.Series:
    """A variable such as {equity: 5, crypto: 10}, one value per row."""
    return asset_class.map(dict(setting))
