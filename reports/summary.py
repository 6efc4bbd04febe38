"""The short terminal summary of a dataset: what landed, what is missing, how strategies did."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Column

from reports import queries
from reports.findings import cautions, factors_without_data, fit_lines, idle_reasons, last_build
from reports.registry import project_vars
from reports.terminal import name_column, number_columns, print_table
from warehouse.files import DatasetFiles

RAW_TABLES = (
    "universe",
    "prices",
    "corporate_actions",
    "fundamentals",
    "fx_rates",
    "interest_rates",
)
MOST_STRATEGIES = 25
MOST_GROUPS = 3


def print_summary(
    connection: duckdb.DuckDBPyConnection, files: DatasetFiles, console: Console
) -> None:
    """Print the summary of a dataset's published file.

    Raises
    ------
    ReportsError : the published file lacks what a line reads.
    """
    console.rule(f"Factorhouse, dataset {files.name}", align="left")
    print_raw_tables(connection, console)
    build = last_build(files.name)
    if build:
        console.print(f"Last build: {build}", highlight=False)
    print_models(queries.frame(connection, "summary_models"), console)
    runs = queries.frame(connection, "summary_model_runs")
    print_list(console, "Fits of models", fit_lines(runs))
    print_performance(queries.frame(connection, "summary_performance"), console)
    overfitting = queries.frame(connection, "overfitting_groups", {"books": "performance"})
    print_list(console, "Choosing the best of them", overfitting_lines(overfitting))
    print_list(console, "Strategies without a trade", idle_lines(connection))
    print_list(console, "Factors without data", factor_lines(connection))
    facts = queries.frame(connection, "summary_facts").iloc[0]
    print_list(console, "Keep in mind", cautions(plain(facts)))
    print_list(console, "Where to look next", next_steps(files))


def plain(row: pd.Series) -> dict:
    """A row as a dict, with arrays as lists and missing values as None."""
    return {
        key: list(value) if hasattr(value, "__len__") else (None if pd.isna(value) else value)
        for key, value in row.items()
    }


def print_raw_tables(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    """Rows landed and rejected per raw table, then bars set aside by reason."""
    counted = queries.frame(connection, "summary_raw_tables").set_index("table_name")
    others = sorted(set(counted.index) - set(RAW_TABLES))
    rows = [
        (name, f"{row['n_rows']:,}", f"{row['n_rejected']:,}", escape(row["reasons"]))
        for name, row in ((name, counted.loc[name]) for name in (*RAW_TABLES, *others))
    ]
    numbers = number_columns("rows landed", "rejected")
    print_table(console, [name_column("raw table"), *numbers, Column("why")], rows)
    reasons = queries.frame(connection, "summary_quarantine")
    words = ", ".join(f"{row.reason} {row.n_bars:,}" for row in reasons.itertuples())
    console.print(f"Set aside in cleaning: {words or 'nothing'}", highlight=False, soft_wrap=True)


def print_models(rows: pd.DataFrame, console: Console) -> None:
    """One line per asset class and model, highest rank correlation first."""
    if rows.empty:
        return
    heading = "Models, out of sample: mean monthly rank correlation, and above the composite's"
    console.print(f"\n[bold]{heading}[/bold]")
    columns = [
        *(name_column("asset class"), name_column("model")),
        *number_columns("months", "rank_ic", "t", "over composite", "its t", "5 % beyond"),
    ]
    classes = rows["asset_class"].mask(rows["asset_class"].duplicated(), "")
    lines = [
        (
            asset_class,
            escape(row.model),
            f"{row.n_months:,}",
            number(row.rank_ic, 3),
            number(row.t_stat, 1),
            number(row.over_composite, 3),
            number(row.over_composite_t_stat, 1),
            number(row.critical_value, 1),
        )
        for asset_class, row in zip(classes, rows.itertuples(), strict=True)
    ]
    print_table(console, columns, lines, expendable=("months", "5 % beyond", "its t"))


def number(value: float, digits: int) -> str:
    """A number; a dash where it is missing."""
    return "-" if pd.isna(value) else f"{value:,.{digits}f}"


def print_performance(rows: pd.DataFrame, console: Console) -> None:
    """One line per strategy, best Sharpe ratio first, short histories last."""
    if rows.empty:
        console.print("\nNo strategy has traded in this dataset yet.")
        return
    heading = "Strategies, after costs; return, volatility, turnover and cost are per year"
    console.print(f"\n[bold]{heading}[/bold]")
    columns = [
        *(name_column("strategy"), name_column("from - to")),
        *number_columns("return", "vol.", "Sharpe", "no luck", "drawdown", "turnover", "cost"),
    ]
    lines = [
        (
            escape(row.strategy) + (" *" if row.is_short else ""),
            f"{row.first_date:%Y-%m} - {row.last_date:%Y-%m}",
            percent(row.ann_return),
            percent(row.ann_vol),
            number(row.sharpe, 2),
            percent(row.dsr, 0),
            percent(row.max_drawdown),
            percent(row.ann_turnover, 0),
            percent(row.ann_cost, 2),
        )
        for row in rows.head(MOST_STRATEGIES).itertuples()
    ]
    print_table(console, columns, lines, expendable=("cost", "turnover", "vol.", "from - to"))
    if rows["n_trials"].notna().any():
        console.print(luck_line(int(rows["n_trials"].max())), highlight=False, soft_wrap=True)
    if rows["is_short"].any():
        console.print(
            "* less than a year of history: its yearly numbers mean little.", highlight=False
        )
    if len(rows) > MOST_STRATEGIES:
        rest = len(rows) - MOST_STRATEGIES
        console.print(f"{rest:,} more strategies in performance.summary.", highlight=False)


def luck_line(n_trials: int) -> str:
    """What the column "no luck" says."""
    if n_trials == 1:
        return "no luck: the probability that the true Sharpe ratio is above 0; 1 trial so far."
    return (
        "no luck: the probability that the true Sharpe ratio is above what the best of the "
        f"{n_trials:,} trials ever run here would show by luck alone (dsr); 95% is convincing."
    )


def overfitting_lines(rows: pd.DataFrame) -> list[str]:
    """One line per group of strategies among which the best was sought, largest group first."""
    return [
        f"{row.peer_group}: the best of {row.n_strategies:,} strategies in half of the days was at "
        f"or below their median in the other half in {percent(row.pbo, 0)} of the splits (pbo)"
        for row in rows.head(MOST_GROUPS).itertuples()
    ]


def percent(value: float, digits: int = 1) -> str:
    """A decimal as percent; a dash where it is missing."""
    return "-" if pd.isna(value) else f"{100 * value:,.{digits}f}%"


def idle_lines(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Strategies without a trade, and why."""
    settings = project_vars()
    available = queries.frame(connection, "summary_available")
    return idle_reasons(
        queries.frame(connection, "summary_idle_strategies"),
        classes=set(available["asset_class"]),
        models=settings["ml_models"],
        runs=queries.frame(connection, "summary_model_statuses"),
        min_months=settings["walk_forward"]["min_train_months"],
    )


def factor_lines(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Factors without data, and what they need."""
    settings = project_vars()
    return factors_without_data(
        settings["factors"],
        available=set(queries.execute(connection, "summary_available").fetchall()),
        ranked=set(queries.execute(connection, "summary_factors").fetchall()),
        built={
            name for (name,) in queries.execute(connection, "summary_factor_columns").fetchall()
        },
        min_names=settings["min_names"],
    )


def next_steps(files: DatasetFiles) -> list[str]:
    """Files and commands to go on with."""
    page = files.outputs / "docs" / "index.html"
    return [
        f"SQL: make sql DATASET={files.dataset}   (file {shown(files.published)})",
        f"figures and tables: {shown(files.outputs)}/plots, {shown(files.outputs)}/tables",
        f"fitted models: {shown(files.outputs)}/models   (make score DATASET={files.dataset})",
        f"every table, column and its lineage: {shown(page)}"
        + ("" if page.exists() else f"   (not there yet: make docs DATASET={files.dataset})"),
    ]


def shown(path: Path) -> str:
    """A path as a reader would type it: relative to here where it lies below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def print_list(console: Console, heading: str, lines: list[str]) -> None:
    """A heading and its lines, or nothing without lines."""
    if lines:
        console.print(f"\n[bold]{heading}[/bold]")
        for line in lines:
            console.print(f"  {escape(line)}", highlight=False, soft_wrap=True)
