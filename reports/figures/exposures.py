"""What moves each strategy, and what it earned beside that."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from reports.drawing import (
    COLOURS,
    DARK,
    GREY,
    Report,
    line_look,
    page,
    percent,
    shortened,
    sign,
)
from reports.figures import figure
from reports.figures.strategies import NO_TRADES, by_class, notes_below, strategy_panels
from reports.matrices import block_axes, heat_map, tenth

NO_REGRESSION = (
    "No strategy has a year of returns beside factor portfolios in this dataset:\n"
    "these need market caps and a year of prices."
)
FACTORS = ("MKT", "SMB", "HML", "UMD", "RMW", "CMA", "CMKT", "CSMB", "CMOM")
OTHERS = {"specific": "alpha", "risk_free": "cash", "cost": "costs", "borrow": "borrow"}
PARTS = {
    "net": ("net return", DARK, "solid"),
    "factors": ("factors", COLOURS[0], (0, (4, 1.5))),
    "specific": ("alpha", COLOURS[1], "solid"),
    "cost": ("costs and borrow", COLOURS[3], (0, (1.2, 1.2))),
    "cash": ("cash", GREY, (0, (6, 1.5, 1.2, 1.5))),
}


def ordered(present: set[str]) -> list[str]:
    """Factor portfolios in the field's order; others after them by name."""
    return [*(f for f in FACTORS if f in present), *sorted(present - set(FACTORS))]


def look_of(factor: str) -> dict[str, Any]:
    """Colour and dashes of a factor portfolio, the same in every panel."""
    known = ("MKT", "SMB", "HML", "UMD", "CMKT", "CSMB", "CMOM", "RMW", "CMA")
    look = line_look(known.index(factor) if factor in known else len(known))
    return look | {"linewidth": 1.1, "markevery": 12}


@figure(title="Exposures over time", if_empty=NO_REGRESSION)
def rolling_exposures(rows: pd.DataFrame, report: Report) -> Figure:
    """Betas of each strategy on the factor portfolios, over the year up to each month end."""
    factors = ordered(set(rows["factor"]))
    words = (
        "Exposures over time",
        "Beta: by how many percent the strategy moved when the factor portfolio moved by 1 %, the "
        "others held still,\nover the year up to each month end. MKT market, SMB small less big, "
        "HML cheap less dear, UMD winners less\nlosers; with a C: of coins (CMOM their momentum).",
        "Beta",
    )
    legend = [Line2D([], [], label=factor, **look_of(factor)) for factor in factors]
    return strategy_panels(
        rows, report, exposure_panel, words, legend=legend, basis="excess of cash, net of costs"
    )


def exposure_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """A line per factor."""
    axes.axhline(0, color="#999999", linewidth=0.7)
    for factor in ordered(set(rows["factor"])):
        own = rows[rows["factor"] == factor]
        axes.plot(
            own["date"],
            own["beta"],
            **look_of(factor) | ({"marker": "."} if len(own) == 1 else {}),
        )
    axes.locator_params(axis="y", nbins=4)


@figure(title="What each source added a year", if_empty=NO_TRADES)
def attribution(rows: pd.DataFrame, report: Report) -> Figure:
    """Mean contribution of each factor, of cash, costs and the rest to the net return."""
    present = set(rows["source"]) - {"net"}
    sources = [*ordered(present - set(OTHERS)), *(s for s in OTHERS if s in present), "net"]
    classes = list(by_class(rows))
    heights = [0.21 * len(names) for _, names, _ in classes]
    notes = notes_below(classes, report)
    bottom = 0.3 + 0.15 * (notes.count("\n") + bool(notes))
    drawn = page(
        "What each source added a year",
        "Mean contribution to the net return, percentage points a year, not compounded; a line "
        "adds up to its net.\nA factor's is the beta known the day before times its return; "
        "alpha (source specific) is what no factor, cash or\ncost explains, and all of it in the "
        "first year, before there are betas. Blue adds, red takes.",
        height=1.3 + sum(heights) + 0.3 * len(classes) + bottom,
    )
    top = 1.3
    for (_, names, _), height in zip(classes, heights, strict=True):
        (axes,) = block_axes(drawn, top, height, [(2.3, 6.85)])
        own = rows[rows["strategy"].isin(names)]
        square = 100 * own.pivot(index="strategy", columns="source", values="mean_ann")
        values = square.reindex(index=names, columns=sources).to_numpy(dtype=float)
        largest = np.nanmax(np.abs(values), axis=1, keepdims=True, initial=1e-9)
        colours = values / largest
        colours[:, -1] = np.nan
        bold = np.zeros_like(values, bool)
        bold[:, -1] = True
        heat_map(
            *(axes, colours),
            cmap="RdBu",
            limits=(-1.2, 1.2),
            shown=values,
            bold=bold,
            write=tenth,
        )
        axes.set_yticks(range(len(names)), [shortened(name, 29) for name in names])
        axes.set_xticks(range(len(sources)), [OTHERS.get(source, source) for source in sources])
        axes.xaxis.tick_top()
        axes.tick_params(axis="x", labeltop=top == 1.3, pad=1, labelsize=7.5)
        axes.axvline(len(sources) - 1.5, color=GREY, linewidth=0.7)
        top += height + 0.3
    sign(drawn, report, rows, "percentage points a year", notes)
    return drawn


@figure(title="Alpha and factors over time", if_empty=NO_TRADES)
def alpha_over_time(rows: pd.DataFrame, report: Report) -> Figure:
    """Running sums of what factors, the specific part, cash and costs added."""
    words = (
        "Alpha and factors over time",
        "Running sum of contributions to the net return, not compounded; alpha is what no "
        "factor, cash or cost\nexplains, and all of the first year, before there are betas. The "
        "lines of the parts add up to that of the net return.",
        "Sum so far",
    )
    legend = [
        Line2D([], [], color=colour, linestyle=style, linewidth=1.2, label=label)
        for label, colour, style in PARTS.values()
    ]
    return strategy_panels(rows, report, parts_panel, words, legend=legend, basis="net of costs")


def parts_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """A line per part."""
    axes.axhline(0, color="#999999", linewidth=0.7)
    for part, (_, colour, style) in PARTS.items():
        axes.plot(
            rows["date"],
            rows[part],
            color=colour,
            linestyle=style,
            linewidth=1.1 if part in ("net", "specific") else 0.9,
            marker="." if len(rows) == 1 else None,
        )
    axes.yaxis.set_major_formatter(percent())
    axes.locator_params(axis="y", nbins=4)
