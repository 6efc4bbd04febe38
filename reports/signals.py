"""Today's trades of strategies, in lots: against a holdings file, or the model's own book."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Column

from reports import queries
from reports.errors import ReportsError
from reports.holdings import CASH, Holding
from reports.terminal import name_column, number_columns, print_table
from warehouse.seeds import nearest

MOST_TRADES = 15
STEPS = ("signals_books", "signals_steps", "signals_orders")
HIDDEN = ("is_scheduled", "cash_usd", "nav_usd")
TRADE_COLUMNS = (
    *(name_column("symbol"), name_column(""), *number_columns("units", "price"), name_column("")),
    *(*number_columns("USD", "weight", "to", "wanted"), Column("note", min_width=12)),
)


def orders(
    connection: duckdb.DuckDBPyConnection,
    *,
    holdings: Sequence[Holding] | None = None,
    aum: float | None = None,
    strategy: str | None = None,
) -> pd.DataFrame:
    """What each chosen strategy trades today, and what it holds then.

    Parameters
    ----------
    holdings : rows of a file; None for the strategies' own model books.
    aum : size of each book in US dollars; without it, what the holdings and cash are worth, or
        ``aum_usd`` of the strategy for its model book.
    strategy : the one wanted; all that have signals where None, of a file all that it names.

    Returns
    -------
    One row per strategy and symbol, largest trade first, and a row ``cash`` after them. Weights are
    fractions of the book; ``target_weight`` before rounding to lots, ``weight_after`` after it, of
    the book before its costs. Prices are NULL where none is known.

    Raises
    ------
    ReportsError : no such strategy, none named, or a book without value.
    """
    chosen = chosen_strategies(connection, holdings, strategy)
    rows = [row for row in holdings or () if (row.strategy or strategy) in chosen]
    parameters = {
        "is_from_file": holdings is not None,
        "chosen": chosen,
        "aum": checked_aum(aum),
        "strategies": [row.strategy or strategy for row in rows],
        "symbols": [row.symbol for row in rows],
        "units": [row.units for row in rows],
        "lots": [row.lot for row in rows],
        "min_notionals_usd": [row.min_notional_usd for row in rows],
    }
    for step in STEPS:
        queries.store(connection, step, parameters)
        if step == "signals_books":
            check_values(connection)
    found = connection.execute("select * from temp.signals_orders").df()
    books = [with_cash(book) for _, book in found.groupby("strategy", sort=True)]
    return pd.concat(books, ignore_index=True)


def checked_aum(aum: float | None) -> float | None:
    """The size of the books."""
    if aum is not None and not (math.isfinite(aum) and aum > 0):
        raise ReportsError(f"AUM is {aum:g}; it must be a number of US dollars above 0.")
    return aum


def chosen_strategies(
    connection: duckdb.DuckDBPyConnection, holdings: Sequence[Holding] | None, strategy: str | None
) -> list[str]:
    """The strategies to trade for, each with signals today."""
    rows = queries.execute(connection, "signals_strategies").fetchall()
    live = {name for name, has_signals, _ in rows if has_signals}
    named = {row.strategy for row in holdings or () if row.strategy}
    if strategy:
        wanted = {strategy}
    elif holdings is None:
        wanted = live
    else:
        wanted = named
        if not named or any(row.strategy is None for row in holdings):
            raise ReportsError(
                "Whose holdings are these? Name the strategy with STRATEGY=name, or in a column "
                f"strategy on each row. Strategies with signals: {', '.join(sorted(live))}."
            )
    check_live(wanted, live, {name: ruin_date for name, _, ruin_date in rows})
    if not wanted:
        raise ReportsError(f"No strategy has signals today. {said_closed(connection)}".strip())
    return sorted(wanted)


def check_live(wanted: set[str], live: set[str], ruin_dates: dict[str, date | None]) -> None:
    """Refuse strategies without signals, unknown or closed ones by that reason."""
    for name in sorted(wanted - live):
        if name not in ruin_dates:
            raise ReportsError(f"There is no strategy '{name}'. {nearest(name, ruin_dates)}")
        reason = (
            "has no signals today: it has never traded and has no scores (make summary says why)"
        )
        if ruin_dates[name]:
            reason = f"is closed: it lost all it had on {ruin_dates[name]}"
        others = f" Choose one of {', '.join(sorted(live))}." if live else ""
        raise ReportsError(f"Strategy '{name}' {reason}.{others}")


def said_closed(connection: duckdb.DuckDBPyConnection) -> str:
    """One line of the strategies that lost all they had, and when; empty where none has."""
    rows = queries.execute(connection, "signals_strategies").fetchall()
    closed = [f"{name} on {ruin_date}" for name, _, ruin_date in rows if ruin_date]
    return f"Closed, all lost: {', '.join(closed)}." if closed else ""


def check_values(connection: duckdb.DuckDBPyConnection) -> None:
    """Refuse a book that is worth nothing: no weight is a fraction of it."""
    for strategy, nav in connection.execute(
        "select distinct strategy, nav_usd from temp.signals_books where not nav_usd > 0"
    ).fetchall():
        raise ReportsError(
            f"The holdings of {strategy} are worth {nav:,.2f} US dollars with their cash: nothing "
            "to trade with. Add a row cash, or give AUM."
        )


def with_cash(book: pd.DataFrame) -> pd.DataFrame:
    """A book's rows and, after them, what is left in cash, in US dollars, costs paid."""
    first = book.iloc[0]
    nav, cash = first["nav_usd"], first["cash_usd"]
    trade = -book["trade_usd"].sum() - book["cost_usd"].sum()
    row = dict.fromkeys(book.columns) | {
        "as_of_date": first["as_of_date"],
        "strategy": first["strategy"],
        "is_scheduled": first["is_scheduled"],
        "symbol": CASH,
        "signal": "hold",
        "currency": "USD",
        "close_local": 1.0,
        "close_usd": 1.0,
        "cost_usd": 0.0,
        "nav_usd": nav,
        "cash_usd": cash,
        "target_weight": 1 - book["target_weight"].sum(),
    }
    for name in ("units", "usd"):
        row |= {f"current_{name}": cash, f"trade_{name}": trade, f"{name}_after": cash + trade}
    row |= {"current_weight": cash / nav, "weight_after": (cash + trade) / nav}
    return pd.concat([book, pd.DataFrame([row])], ignore_index=True)


def write_signals(rows: pd.DataFrame, folder: Path) -> list[Path]:
    """Write one CSV per strategy, named by it and its date; a reader never sees half a file."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for strategy, book in rows.groupby("strategy", sort=True):
        path = folder / f"{strategy}_{book['as_of_date'].iloc[0]:%Y-%m-%d}.csv"
        partial = folder / f".{path.stem}.{os.getpid()}.csv"
        try:
            book.drop(columns=list(HIDDEN)).to_csv(partial, index=False, date_format="%Y-%m-%d")
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        written.append(path)
    return written


def print_signals(rows: pd.DataFrame, console: Console) -> None:
    """A table per strategy: its largest trades, what is held without one, what cannot be traded."""
    for strategy, book in rows.groupby("strategy", sort=True):
        print_book(str(strategy), book, console)


def said(note: object) -> str:
    """A note; nothing where there is none."""
    return note if isinstance(note, str) else ""


def print_book(strategy: str, book: pd.DataFrame, console: Console) -> None:
    """The trades of one book."""
    cash = book[book["symbol"] == CASH].iloc[-1]
    names = book.drop(index=cash.name)
    trades = names[names["trade_units"] != 0]
    console.print(
        f"\n[bold]{escape(strategy)}[/bold], {cash['as_of_date']:%Y-%m-%d}: book of "
        f"{cash['nav_usd']:,.0f} USD, one-way turnover "
        f"{50 * trades['trade_usd'].abs().sum() / cash['nav_usd']:.1f}%",
        highlight=False,
    )
    if not cash["is_scheduled"]:
        console.print(
            "  no rebalance of this strategy falls on that day: its model book would wait",
            highlight=False,
        )
    lines = [
        (
            escape(row.symbol),
            row.signal,
            f"{abs(row.trade_units):,.8g}",
            f"{row.close_local:,.6g}",
            escape(row.currency),
            f"{abs(row.trade_usd):,.0f}",
            f"{100 * row.current_weight:.2f}%",
            f"{100 * row.weight_after:.2f}%",
            f"{100 * row.target_weight:.2f}%",
            escape(said(row.note)),
        )
        for row in trades.head(MOST_TRADES).itertuples()
    ]
    print_table(console, TRADE_COLUMNS, lines, expendable=("wanted", "weight", "price"))
    if len(trades) > MOST_TRADES:
        console.print(
            f"  {len(trades) - MOST_TRADES:,} smaller trades in the file", highlight=False
        )
    idle = names[names["trade_units"] == 0]
    for row in idle[idle["note"].notna()].itertuples():
        console.print(
            f"  {escape(row.symbol)}: {row.current_units:,.8g} units, {escape(row.note)}",
            highlight=False,
        )
    n_quiet = int(idle["note"].isna().sum())
    if n_quiet:
        console.print(f"  {n_quiet:,} names stay as they are", highlight=False)
    console.print(
        f"  cash {cash['current_usd']:,.2f} USD, then {cash['usd_after']:,.2f} USD "
        f"({100 * cash['weight_after']:.2f}% of the book), expected cost "
        f"{names['cost_usd'].sum():,.2f} USD paid",
        highlight=False,
    )
