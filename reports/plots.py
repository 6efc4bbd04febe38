"""Draws every figure of a dataset, all from one snapshot of its published file."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
from tqdm import tqdm

from reports import queries
from reports.drawing import Report, empty_page, figure_style, save
from reports.figures import FigureSpec, all_figures
from reports.pictures import Picture, picture_of
from reports.processes import side_by_side
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


@dataclass(frozen=True)
class Drawn:
    """A figure's files, PNG and SVG; where a document is to hold it, the picture for it too."""

    files: list[Path]
    picture: Picture | None = None


def draw_figure(
    name: str, rows: pd.DataFrame, report: Report, folder: Path, with_picture: bool = False
) -> Drawn:
    """Draw one figure from its rows and save it as PNG and SVG."""
    spec: FigureSpec = all_figures()[name]
    with figure_style():
        if rows.empty:
            figure = empty_page(report, spec.title, spec.if_empty)
        else:
            figure = spec.draw(rows, report)
        files = save(figure, folder, name)
    return Drawn(files, picture_of(files[0]) if with_picture else None)


def draw_all(
    connection: duckdb.DuckDBPyConnection,
    dataset: str,
    folder: Path,
    *,
    only: Iterable[str] = (),
    with_pictures: bool = False,
) -> dict[str, Drawn]:
    """Draw the figures of a dataset, or only those named, into a folder.

    Returns
    -------
    What was drawn, by name; with the pictures for a document if they are wanted.

    Raises
    ------
    ReportsError : the published file lacks what a figure reads.
    """
    folder.mkdir(parents=True, exist_ok=True)
    report = report_context(connection, dataset)
    parameters = query_parameters()
    names = list(only) or list(all_figures())
    # Asked here, by the one connection; drawn side by side, which takes ten times as long.
    with side_by_side(len(names) >= MANY) as start:
        started = {}
        for name in names:
            rows = queries.frame(connection, name, parameters)
            started[name] = start(draw_figure, name, rows, report, folder, with_pictures)
        shown = tqdm(started.items(), desc="figures", disable=not sys.stderr.isatty())
        return {name: done.result() for name, done in shown}
