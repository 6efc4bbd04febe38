"""A strategy's book as pyfolio takes it, and as another backtest engine does."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import duckdb
import pandas as pd

from reports import queries
from reports.errors import ReportsError
from reports.exports.closes import close_times
from warehouse.seeds import nearest

CASH = "cash"


@dataclass(frozen=True)
class Book:
    """One strategy's history; every index is in UTC, dates at midnight.

    Attributes
    ----------
    returns : a row a day: ``returns`` net of all costs, ``benchmark``, ``risk_free``, ``cost`` and
        ``borrow``, all decimal fractions of the book at the prior close.
    positions : a row a day, a column a symbol and ``cash``: US dollars at the close, after the
        day's trades; 0 where nothing is held. A row adds up to what the book is worth, which
        begins at the strategy's ``aum_usd``.
    transactions : a row a trade, at the close of its venue: ``amount`` (units, below 0 where sold),
        ``price`` (total return, US dollars), ``symbol``, ``venue``, ``value_usd``, ``cost_usd``
        and ``reason`` (trade, cost_share, delisting, ruin). Units bought and sold so far times the
        day's price are the positions.
    prices : a row a day, a column a symbol ever held and ``cash``: total-return prices in US
        dollars, NaN before the first and after the last; one unit of cash grows at the risk-free
        rate.
    targets : a row a day and symbol: ``symbol``, ``weight`` (of the book after the day's cost) and
        ``reason``. What is not named on a day of trades keeps its weight.
    """

    returns: pd.DataFrame
    positions: pd.DataFrame
    transactions: pd.DataFrame
    prices: pd.DataFrame
    targets: pd.DataFrame

    def frames(self) -> dict[str, pd.DataFrame]:
        """The five frames by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def strategies(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The strategies that have daily returns."""
    rows = queries.execute(connection, "exports/strategies").fetchall()
    return [strategy for (strategy,) in rows]


def book(connection: duckdb.DuckDBPyConnection, strategy: str) -> Book:
    """The book of one strategy, from the published file.

    Raises
    ------
    ReportsError : the strategy has no daily returns.
    """
    known = strategies(connection)
    if strategy not in known:
        raise ReportsError(
            f"Strategy '{strategy}' has no daily returns to export. {nearest(strategy, known)}"
        )
    given = {"strategy": strategy}
    queries.store(connection, "exports/prices", given)
    return Book(
        returns=dated(connection, "exports/returns", given),
        positions=wide(dated(connection, "exports/positions", given), "value_usd").fillna(0.0),
        transactions=at_closes(dated(connection, "exports/transactions", given)),
        prices=wide(dated(connection, "exports/prices", given), "price"),
        targets=dated(connection, "exports/targets", given),
    )


def dated(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: dict[str, Any]
) -> pd.DataFrame:
    """The rows of a query on their column ``date``, in UTC."""
    rows = queries.frame(connection, name, parameters).set_index("date")
    return rows.set_index(pd.DatetimeIndex(rows.index, name="date").tz_localize("UTC"))


def wide(rows: pd.DataFrame, values: str) -> pd.DataFrame:
    """A column a symbol, in their order, cash last."""
    found = rows.pivot(columns="symbol", values=values).rename_axis(columns=None)
    return found[[*(name for name in found if name != CASH), CASH]]


def at_closes(trades: pd.DataFrame) -> pd.DataFrame:
    """Each trade at the instant at which its venue closed that day, earliest first."""
    times = close_times(trades["venue"], trades.index)
    return trades.set_index(times.rename("date")).sort_index(kind="stable")
