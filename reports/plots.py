"""Draws every figure of a dataset, all from one snapshot of its published file."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import joblib
import pandas as pd
from joblib.externals.loky import get_reusable_executor
from tqdm import tqdm

from reports import queries
from reports.drawing import Report, empty_page, figure_style, save
from reports.figures import FigureSpec, all_figures
from reports.registry import project_vars

MANY = 6  # figures, from which on starting further processes pays


def report_context(connection: duckdb.DuckDBPyConnection, dataset: str) -> Report:
    """What all figures of a dataset share."""
    settings = project_vars()
    asset_classes, idle, first_date, last_date = queries.execute(
        connection, "report_context"
    ).fetchall()[0]
    return Report(
        dataset=dataset,
        factors=tuple(factor["name"] for factor in settings["factors"]),
        models=tuple(model["name"] for model in settings["ml_models"]),
        asset_classes=tuple(asset_classes or ()),
        idle_strategies=tuple(idle or ()),
        first_date=first_date,
        last_date=last_date,
    )


def query_parameters() -> dict[str, Any]:
    """The values that queries may name: sessions of a month of each asset class, and models."""
    settings = project_vars()
    months = {f"{name}_month": lengths["month"] for name, lengths in settings["sessions"].items()}
    return {**months, "models": [model["name"] for model in settings["ml_models"]]}


def draw_figure(name: str, rows: pd.DataFrame, report: Report, folder: Path) -> list[Path]:
    """Draw one figure from its rows and save it as PNG and SVG."""
    spec: FigureSpec = all_figures()[name]
    with figure_style():
        if rows.empty:
            drawn = empty_page(report, spec.title, spec.if_empty)
        else:
            drawn = spec.draw(rows, report)
        return save(drawn, folder, name)


def draw_all(
    connection: duckdb.DuckDBPyConnection,
    dataset: str,
    folder: Path,
    *,
    only: Iterable[str] = (),
) -> list[Path]:
    """Draw the figures of a dataset, or only those named, into a folder.

    Returns
    -------
    The files written.

    Raises
    ------
    ReportsError : the published file lacks what a figure reads.
    """
    folder.mkdir(parents=True, exist_ok=True)
    report = report_context(connection, dataset)
    parameters = query_parameters()
    names = list(only) or list(all_figures())
    # Asked here, by the one connection; drawn side by side, which takes ten times as long.
    jobs = joblib.cpu_count() if len(names) >= MANY else 1
    parallel = joblib.Parallel(n_jobs=jobs, backend="loky", return_as="generator", batch_size=1)
    calls = (
        joblib.delayed(draw_figure)(
            name, queries.frame(connection, name, parameters), report, folder
        )
        for name in names
    )
    drawn = tqdm(parallel(calls), total=len(names), desc="figures", disable=not sys.stderr.isatty())
    written = [path for paths in drawn for path in paths]
    if jobs > 1:
        get_reusable_executor().shutdown(wait=True)
    return written
