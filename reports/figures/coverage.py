"""What data there are: names and missing bars by month, and factors by year."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from reports.drawing import COLOURS, DARK, Report, date_axis, key, page, panels, percent, sign
from reports.figures import figure
from reports.figures.factor_tables import name_lines
from reports.figures.factors import absent_classes, classes_of, factors_of
from reports.matrices import block_axes, heat_map

NO_NAMES = "No name has prices in this dataset: check the loads in raw.loads and raw.rejects."
NO_RANKS = "No factor has a value in this dataset: each needs its data and months of history."
PALE = "#A9CCE3"


@figure(title="Data coverage", if_empty=NO_NAMES)
def data_coverage(rows: pd.DataFrame, report: Report) -> Figure:
    """Names with data by month, those delisted later apart, and the share of missing bars."""
    classes = classes_of(rows)
    drawn = page(
        "Data coverage",
        "Left: names with a price at each month's end; a list without any that were delisted "
        "later is a list of\nsurvivors, whose past looks better than it was. Right: share of the "
        "sessions of the listed names without a\nusable bar, their price being carried.",
        height=1.45 + 1.75 * len(classes) + 0.55,
    )
    legend = [
        Patch(facecolor=PALE, label="listed to the end"),
        Patch(facecolor=COLOURS[1], label="delisted later"),
        Line2D([], [], color=DARK, linestyle=(0, (3, 2)), label="in the universe"),
        Patch(facecolor=COLOURS[0], label="no bar"),
        Patch(facecolor="#E69F00", label="bar set aside"),
    ]
    key(drawn, legend, below=1.0)
    grid = panels(
        drawn,
        len(classes),
        2,
        margins=(0.65, 0.15, 1.45, 0.75),
        gridspec_kw={"hspace": 0.5, "wspace": 0.28},
    )
    for (left, right), asset_class in zip(grid, classes, strict=True):
        own = rows[rows["asset_class"] == asset_class]
        names_panel(left, own)
        missing_panel(right, own)
        left.set_title(f"{asset_class}: names with data")
        right.set_title(f"{asset_class}: sessions without a usable bar")
        for axes in (left, right):
            date_axis(axes, most=5)
    sign(drawn, report, rows, "")
    return drawn


def names_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """Names listed, those delisted later on top, and the universe."""
    last = rows["n_listed"] - rows["n_delisted_later"]
    look = {"linewidth": 0, "step": "mid"}
    axes.fill_between(rows["date"], 0, last, color=PALE, **look)
    axes.fill_between(rows["date"], last, rows["n_listed"], color=COLOURS[1], **look)
    axes.plot(
        rows["date"],
        rows["n_members"],
        color=DARK,
        linestyle=(0, (3, 2)),
        linewidth=1,
        marker="." if len(rows) == 1 else None,
    )
    axes.set_ylim(0, 1.12 * max(rows[["n_listed", "n_members"]].max().max(), 1))
    axes.set_ylabel("Names")
    axes.locator_params(axis="y", nbins=5, integer=True)


def missing_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """Share of sessions without a bar, and with one that was set aside."""
    gaps = rows["gap_share"].fillna(0).to_numpy(dtype=float)
    stale = np.maximum(rows["stale_share"].fillna(0).to_numpy(dtype=float), gaps)
    axes.bar(rows["date"], gaps, width=31, color=COLOURS[0])
    axes.bar(rows["date"], stale - gaps, width=31, bottom=gaps, color="#E69F00")
    limit = 1.15 * max(float(stale.max(initial=0)), 0.001)
    axes.set_ylim(0, limit)
    axes.yaxis.set_major_formatter(percent(2 if limit < 0.005 else 1 if limit < 0.05 else 0))
    axes.locator_params(axis="y", nbins=5)
    axes.set_ylabel("Share of sessions")


@figure(title="Coverage of the factors", if_empty=NO_RANKS)
def factor_coverage(rows: pd.DataFrame, report: Report) -> Figure:
    """Share of the rankable names that have each factor, by year."""
    classes = classes_of(rows)
    groups = [rows[rows["asset_class"] == name] for name in classes]
    factors = [factors_of(own, report) for own in groups]
    years = sorted(rows["year"].unique())
    heights = [0.19 * len(names) for names in factors]
    drawn = page(
        "Coverage of the factors",
        "Share of the names that could be ranked that have a value of the factor, in percent, "
        "mean over the dates of\nthe year; white: none yet. A factor needs its data and its "
        "history.",
        height=1.1 + sum(heights) + 0.75 * len(classes) + 0.15,
    )
    top = 1.1
    for own, names, height, asset_class in zip(groups, factors, heights, classes, strict=True):
        (axes,) = block_axes(drawn, top, height, [(2.1, 6.85)])
        square = own.pivot(index="factor", columns="year", values="coverage_share")
        values = 100 * square.reindex(index=names, columns=years).to_numpy(dtype=float)
        values[values == 0] = np.nan
        heat_map(axes, values, cmap="Blues", limits=(0, 130), narrowest=0.3)
        name_lines(axes, names)
        step = -(-len(years) // 14)
        axes.set_xticks(range(0, len(years), step), [f"{year:.0f}" for year in years[::step]])
        axes.set_title(asset_class)
        axes.set_xlabel("Year; cells in % of the names")
        top += height + 0.75
    sign(drawn, report, rows, "", absent_classes(rows))
    return drawn
