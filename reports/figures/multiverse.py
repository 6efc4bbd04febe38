"""Specification curves: a named result under every combination of choices, sorted."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.drawing import COLOURS, DARK, GREY, Report, page, percent, shortened, sign
from reports.figures import figure

NO_RESULTS = (
    "No result of the multiverse could be formed in this dataset: each needs its\n"
    "asset class, and on its dates 10 names that trade enough."
)
MOST = 3  # results on one page
LEFT, RIGHT = 1.72, 0.15  # inches beside the axes
CURVE, LINE, GAP = 1.75, 0.145, 0.78  # of a curve, of a choice, between blocks
PALE = "#D9E6F2"


def amount(value: float) -> str:
    """US dollars in words: 5M."""
    for unit, size in (("B", 1e9), ("M", 1e6), ("k", 1e3)):
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"


# What is chosen: the columns of a choice, and how its values are said.
CHOICES: tuple[tuple[tuple[str, ...], Callable[..., str]], ...] = (
    (
        ("formation_start", "formation_stop"),
        lambda start, stop: f"return {start:g} to {stop:g} sessions",
    ),
    (("universe_floor_usd",), lambda floor: f"volume from {amount(floor)} USD"),
    (("weighting",), lambda weighting: f"weights: {weighting}"),
    (
        ("winsorize_share",),
        lambda share: f"winsorized {100 * share:g} %" if share else "not winsorized",
    ),
    (("fraction",), lambda share: f"legs of {100 * share:g} %"),
    (
        ("lag_sessions",),
        lambda lag: "traded next session" if lag == 1 else f"traded {lag:g} sessions later",
    ),
    (("cost_bps",), lambda cost: f"cost {cost:g} bps"),
)


@figure(title="One result under every combination of choices", if_empty=NO_RESULTS)
def multiverse(rows: pd.DataFrame, report: Report) -> Figure:
    """A block per result: its sorted estimates with intervals, and the choices that each makes."""
    names = list(dict.fromkeys(rows["result"]))
    blocks = [(name, rows[rows["result"] == name].reset_index(drop=True)) for name in names[:MOST]]
    sizes = [CURVE + LINE * (len(list(choices_of(own))) + 0.4) for _, own in blocks]
    height = 1.05 + sum(sizes) + GAP * len(blocks) + 0.1
    drawn = page(
        "One result under every combination of choices",
        "Mean long-short return a year after costs, not compounded, from the lowest combination\n"
        "to the highest, with 95 % intervals (HAC, fixed-b); blue where these leave out 0. Below: "
        "the choices that\neach makes, a dot at the median place. Orange: the default, the first "
        "choice of each list in the settings.",
        height=height,
    )
    top = height - 1.05
    for (name, own), size in zip(blocks, sizes, strict=True):
        top -= 0.2
        curve = place(drawn, top - CURVE, CURVE)
        curve_panel(curve, own)
        curve.set_title(heading(name, own), size=8.5, x=-(LEFT - 0.12) / (7 - LEFT - RIGHT))
        below = place(drawn, top - size, size - CURVE)
        choices_panel(below, own)
        below.set_xlabel(f"{len(own):,} combinations, by mean return")
        top -= size + GAP - 0.2
    left_out = "" if len(names) <= MOST else f"{MOST} of {len(names)} results shown."
    sign(drawn, report, rows, "net of costs", left_out)
    return drawn


def place(drawn: Figure, bottom: float, height: float) -> Axes:
    """Axes across the page, given in inches."""
    width, total = drawn.get_size_inches()
    return drawn.add_axes(
        (LEFT / width, bottom / total, (width - LEFT - RIGHT) / width, height / total)
    )


def heading(name: str, rows: pd.DataFrame) -> str:
    """What the combinations of a result come to, in one line."""
    low, high = (rows["mean_ann"] + side * rows["mean_ann_error"] for side in (-1, 1))
    shares = [(rows["mean_ann"] > 0).mean(), (low > 0).mean(), (high < 0).mean()]
    above, wholly, against = (f"{100 * share:.0f} %" for share in shares)
    return (
        f"{shortened(name)}: {above} above 0; whole interval above in {wholly}, below in {against}"
    )


def curve_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """Sorted estimates with their intervals; the default marked."""
    places, mean, error = rows.index.to_numpy(), rows["mean_ann"], rows["mean_ann_error"]
    is_sure = (mean.abs() > error).to_numpy()
    axes.vlines(places, mean - error, mean + error, color=PALE, linewidth=0.9, zorder=1)
    axes.axhline(0, color=GREY, linewidth=0.7)
    for chosen, colour in ((~is_sure, "#999999"), (is_sure, COLOURS[0])):
        axes.plot(places[chosen], mean[chosen], ".", color=colour, markersize=2, zorder=3)
    for row in rows[rows["is_default"]].itertuples():
        axes.plot(row.Index, row.mean_ann, "D", color=COLOURS[1], markersize=5, zorder=5)
        axes.annotate(
            f"default {100 * row.mean_ann:.1f} %".replace("-", "\u2212"),
            (row.Index, row.mean_ann),
            (-7 if row.Index > len(rows) / 2 else 7, 6),
            textcoords="offset points",
            ha="right" if row.Index > len(rows) / 2 else "left",
            color=COLOURS[1],
            size=8,
            weight="bold",
            zorder=6,
        )
    axes.set_xlim(-0.01 * len(rows) - 0.5, 1.01 * len(rows) - 0.5)
    axes.set_ylim(limits_of(mean, error))
    axes.tick_params(labelbottom=False)
    axes.grid(axis="x", visible=False)
    axes.yaxis.set_major_formatter(percent())
    axes.locator_params(axis="y", nbins=5)
    axes.set_ylabel("Mean a year")


def limits_of(mean: pd.Series, error: pd.Series) -> tuple[float, float]:
    """Limits that hold every estimate, 0 and nine tenths of the intervals' ends."""
    low, high = (mean - error).quantile(0.05), (mean + error).quantile(0.95)
    low, high = np.nanmin([low, mean.min(), 0.0]), np.nanmax([high, mean.max(), 0.0])
    space = 0.08 * max(high - low, 0.01)
    return float(low - space), float(high + space)


def choices_of(rows: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    """Each choice that differs between the combinations, in words, and which of them make it."""
    for columns, say in CHOICES:
        values = rows[list(columns)].drop_duplicates().sort_values(list(columns))
        for value in values.itertuples(index=False) if len(values) > 1 else ():
            yield say(*value), (rows[list(columns)] == list(value)).all(axis=1)


def choices_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """A line per choice with a stroke for each combination that makes it."""
    choices = list(choices_of(rows))
    default = rows["is_default"]
    for line, (_, is_made) in enumerate(choices):
        places = rows.index[is_made].to_numpy()
        is_kind = bool((is_made & default).any())
        axes.vlines(places, line - 0.33, line + 0.33, color="#9DB4C8", linewidth=0.45)
        axes.plot(
            np.median(places), line, "o", markersize=3.5, color=COLOURS[1] if is_kind else DARK
        )
    for place_of_default in rows.index[default]:
        axes.axvline(place_of_default, color=COLOURS[1], linewidth=0.8, zorder=0)
    axes.set_yticks(range(len(choices)), [words for words, _ in choices])
    for label, (_, is_made) in zip(axes.get_yticklabels(), choices, strict=True):
        if (is_made & default).any():
            label.set(color=COLOURS[1], weight="bold")
    axes.set_ylim(len(choices) - 0.4, -0.6)
    axes.set_xlim(-0.01 * len(rows) - 0.5, 1.01 * len(rows) - 0.5)
    axes.tick_params(axis="both", length=0, labelbottom=False)
    axes.grid(visible=False)
    for side in axes.spines.values():
        side.set_visible(False)
