"""The shared parts of every figure: page, source line, colours, end labels, and saving."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import matplotlib.style
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import MONTHLY, AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from reports.palette import COLOURS, DARK, GREY  # noqa: F401

STYLE = Path(__file__).resolve().parent / "style.mplstyle"
DASHES: tuple[Any, ...] = (
    "solid",
    (0, (4, 1.5)),
    (0, (1.2, 1.2)),
    (0, (6, 1.5, 1.2, 1.5)),
    (0, (8, 1.5, 1.2, 1.5, 1.2, 1.5)),
)
MARKERS = ("", "s", "^", "D", "v", "o", "X")
LINE_HEIGHT = 0.15  # inches of an 8 pt line with its leading
KEY_LINE = 0.19  # inches of a line of `name_beside`


@dataclass(frozen=True)
class Report:
    """What every figure of one dataset needs to know besides its own rows.

    Attributes
    ----------
    factors : registered factors in the registry's order, which fixes their colours.
    models : registered scoring models in the registry's order.
    asset_classes : those of the dataset, equities first.
    idle_strategies : strategies that have never traded.
    first_date, last_date : the span of the prices.
    """

    dataset: str
    factors: tuple[str, ...]
    models: tuple[str, ...]
    asset_classes: tuple[str, ...]
    idle_strategies: tuple[str, ...]
    first_date: date | None
    last_date: date | None


@contextmanager
def figure_style() -> Iterator[None]:
    """Matplotlib's defaults, then ours, whatever the user's own settings are."""
    with matplotlib.style.context(["default", str(STYLE)]):
        yield


def page(title: str, subtitle: str, *, height: float, width: float = 7.0) -> Figure:
    """A figure with a title and one or two lines of subtitle on its top left."""
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    left = 0.12 / width
    figure.text(left, 1 - 0.08 / height, title, size=11, weight="bold", va="top", color="black")
    figure.text(left, 1 - 0.30 / height, subtitle, size=8.5, va="top", color=DARK, linespacing=1.25)
    return figure


def panels(figure: Figure, *shape: int, margins: Sequence[float], **options: Any) -> Any:
    """An array of axes inside margins given in inches: left, right, top, bottom."""
    width, height = figure.get_size_inches()
    left, right, top, bottom = margins
    inside = {
        "left": left / width,
        "right": 1 - right / width,
        "top": 1 - top / height,
        "bottom": bottom / height,
        **options.pop("gridspec_kw", {}),
    }
    return figure.subplots(*shape, squeeze=False, gridspec_kw=inside, **options)


def sign(figure: Figure, report: Report, rows: pd.DataFrame, basis: str, note: str = "") -> None:
    """Write the source line, and a note above it, at the foot of a figure."""
    first, last = span(rows) or (report.first_date, report.last_date)
    days = f"{first} to {last}" if first != last else str(first)
    dates = f", {days}" if first and last else ""
    line = f"Factorhouse, dataset {report.dataset}{dates}" + (f"; {basis}" if basis else "")
    width, height = figure.get_size_inches()
    text = f"{note}\n{line}" if note else line
    figure.text(
        0.12 / width, 0.08 / height, text, size=8, va="bottom", color="#555555", linespacing=1.25
    )


def span(rows: pd.DataFrame) -> tuple[date, date] | None:
    """First and last day of the rows, from ``first_date`` and ``last_date``, else ``date``."""
    first = "first_date" if "first_date" in rows else "date"
    last = "last_date" if "last_date" in rows else "date"
    if rows.empty or first not in rows or last not in rows:
        return None
    return rows[first].min().date(), rows[last].max().date()


def key(figure: Figure, entries: Sequence[Artist], *, below: float) -> None:
    """A legend in one line across the page, ``below`` inches from its upper edge."""
    if not entries:
        return
    width, height = figure.get_size_inches()
    figure.legend(
        handles=entries,
        loc="upper left",
        bbox_to_anchor=(0.12 / width, 1 - below / height),
        ncols=len(entries),
        borderpad=0,
        borderaxespad=0,
        handlelength=2.6,
        columnspacing=1.6,
    )


def line_look(position: int) -> dict[str, Any]:
    """Colour, dashes and marker of the series at a position: 35 that differ, in grey too.

    Colours of two series with the same dashes may be equally light: their markers differ.
    """
    return {
        "color": COLOURS[position % len(COLOURS)],
        "linestyle": DASHES[position % len(DASHES)],
        "marker": MARKERS[position // len(DASHES) % len(MARKERS)],
        "markersize": 3.5,
    }


def name_beside(axes: Axes, entries: Sequence[Artist]) -> None:
    """A legend right of the axes, a line to each entry, from the top."""
    axes.legend(
        handles=entries,
        loc="upper left",
        bbox_to_anchor=(1.02, 1.02),
        borderpad=0,
        borderaxespad=0,
        labelspacing=0.42,
        handlelength=2.8,
        handletextpad=0.6,
    )


def date_axis(axes: Axes, *, most: int = 7) -> None:
    """Few, short date ticks."""
    locator = AutoDateLocator(minticks=2, maxticks=most)
    locator.intervald[MONTHLY] = [1, 2, 3, 4, 6, 12]  # its own stop at 6 and warn
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    axes.xaxis.get_offset_text().set_size(8)


def write_in_corner(axes: Axes, text: str) -> None:
    """Write a panel's one number in the corner that its lines leave emptiest."""
    axes.autoscale_view()  # else limits that are not settled yet would be measured by
    points = np.vstack([line.get_transform().transform(line.get_xydata()) for line in axes.lines])
    x, y = axes.transAxes.inverted().transform(points[np.isfinite(points).all(axis=1)]).T
    corners = {
        (left, top): int(
            ((x < 0.45) if left else (x > 0.55)) @ ((y > 0.75) if top else (y < 0.25)).astype(int)
        )
        for left in (True, False)
        for top in (True, False)
    }
    left, top = min(corners, key=lambda corner: corners[corner])
    axes.text(
        0.03 if left else 0.98,
        0.95 if top else 0.05,
        text,
        transform=axes.transAxes,
        ha="left" if left else "right",
        va="top" if top else "bottom",
        weight="bold",
        size=8,
    )


def shortened(name: str, most: int = 27) -> str:
    """A name cut in its middle, where it is too long for its place."""
    half = (most - 1) // 2
    return name if len(name) <= most else f"{name[: most - 1 - half]}\u2026{name[-half:]}"


def percent(digits: int = 0) -> FuncFormatter:
    """Ticks such as 10 %."""
    return FuncFormatter(lambda value, _: f"{100 * value:,.{digits}f} %".replace("-", "\u2212"))


def empty_page(report: Report, title: str, reason: str) -> Figure:
    """A figure that says in words why there is nothing to draw."""
    figure = page(title, "", height=1.7)
    figure.text(0.5, 0.5, reason, ha="center", va="center", size=9, color=DARK, wrap=True)
    sign(figure, report, pd.DataFrame(), "")
    return figure


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write PNG and SVG, each to a temporary name first; equal figures give equal bytes.

    Both hold the figure's title and subtitle as ``Title`` and ``Description``.
    """
    words = [" ".join(text.get_text().split()) for text in figure.texts[:2]] + ["", ""]
    about = {"Title": words[0], "Description": words[1]}
    written = []
    kinds = (
        ("png", {"Software": None}, {"pil_kwargs": {"compress_level": 1}}),  # a third of the time
        ("svg", {"Date": None}, {}),
    )
    for suffix, metadata, options in kinds:
        path = folder / f"{name}.{suffix}"
        partial = folder / f".{name}.{os.getpid()}.{suffix}"
        figure.savefig(partial, format=suffix, metadata=about | metadata, **options)
        partial.replace(path)
        written.append(path)
    return written
