"""What came of the last sweep: its best strategies, and how much of that may be luck."""

from __future__ import annotations

import duckdb
import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Column

from reports import queries
from reports.errors import ReportsError
from reports.summary import number, percent
from reports.terminal import name_column, number_columns, print_table
from warehouse.files import DatasetFiles

MOST_STRATEGIES = 15
RESULTS = (
    *("first_date", "last_date", "ann_return", "ann_vol", "sharpe", "max_drawdown"),
    *("ann_turnover", "dsr", "n_trials"),
)


def print_sweep(
    connection: duckdb.DuckDBPyConnection, files: DatasetFiles, console: Console
) -> None:
    """Print the last sweep's best strategies, each with what it does not share with the others.

    Raises
    ------
    ReportsError : no sweep is published.
    """
    if not queries.execute(connection, "sweep_published").fetchall()[0][0]:
        raise ReportsError(
            f"No sweep is published for {files.name}, or a newer build has dropped it: "
            f"run `make sweep DATASET={files.dataset}`."
        )
    facts = queries.frame(connection, "sweep_facts").iloc[0]
    rows = queries.frame(connection, "sweep_strategies")
    console.rule(f"Sweep {facts['sweep']}, dataset {files.name}", align="left")
    idle = f", {facts['n_idle']:,} never traded" if facts["n_idle"] else ""
    console.print(
        f"{facts['n_strategies']:,} strategies{idle}, {facts['n_refused']:,} refused; "
        f"{facts['n_trials']:,} trials counted so far",
        highlight=False,
    )
    if rows.empty:
        return
    print_best(rows, console)
    if len(rows) > MOST_STRATEGIES:
        rest = len(rows) - MOST_STRATEGIES
        console.print(f"{rest:,} more in sweep_performance.summary", highlight=False)
    groups = queries.frame(connection, "overfitting_groups", {"books": "sweep_performance"})
    for row in groups.itertuples():
        console.print(
            f"{escape(row.peer_group)}: the best of {row.n_strategies:,} is at or below the median "
            f"in the days not looked at in {percent(row.pbo, 0)} of {row.n_splits:,} splits (pbo)",
            highlight=False,
            soft_wrap=True,
        )
    console.print(
        "dsr: the probability that the true Sharpe ratio is above the best that as many trials "
        "of no worth would have shown; believe nothing below 95%.",
        highlight=False,
    )


def print_best(rows: pd.DataFrame, console: Console) -> None:
    """The first rows, after costs, with the settings in which strategies differ."""
    told = told_apart(rows)
    columns = [
        *(name_column("strategy"), Column("settings", min_width=24)),
        *number_columns("return", "Sharpe", "dsr", "drawdown", "turnover"),
    ]
    lines = [
        (
            escape(row["strategy"]),
            escape(", ".join(setting_words(name, row[name]) for name in told)),
            percent(row["ann_return"]),
            number(row["sharpe"], 2),
            percent(row["dsr"]),
            percent(row["max_drawdown"]),
            percent(row["ann_turnover"], 0),
        )
        for _, row in rows.head(MOST_STRATEGIES).iterrows()
    ]
    print_table(console, columns, lines, expendable=("turnover", "drawdown"))


def told_apart(rows: pd.DataFrame) -> list[str]:
    """The settings in which strategies of a class differ, and the class if there are two."""
    settings = [name for name in rows.columns if name not in ("strategy", *RESULTS)]
    counts = rows.groupby("asset_class")[settings].nunique(dropna=False).max()
    several = ["asset_class"] if rows["asset_class"].nunique() > 1 else []
    return several + [name for name in settings if counts[name] > 1]


def setting_words(name: str, value: object) -> str:
    """A setting: a word as it is, a number with its column's name; no limit is a dash."""
    if isinstance(value, str):
        return value
    return f"{name} {value:g}" if isinstance(value, float) and value == value else f"{name} -"
