"""What the factors are worth: by fifths of the names, by horizon, and with their errors."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.drawing import COLOURS, GREY, Report, page, percent, shortened, sign
from reports.figures import figure
from reports.figures.factors import NO_RETURNS, absent_classes, classes_of, factors_of
from reports.matrices import block_axes, heat_map, tenth

NO_IC = "No factor has a month end with a known return after it in this dataset."
NAMES = 1.95  # inches left of a block, where the factors are named
LINE = 0.2  # inches of a factor
UNIT = {"equity": "sessions", "crypto": "days"}


def class_blocks(
    rows: pd.DataFrame, report: Report, title: str, subtitle: str, *, below: float = 0.45
) -> tuple[Figure, list[tuple[Axes, pd.DataFrame, list[str]]]]:
    """A page with a block per asset class side by side: axes, rows and factors of each."""
    classes = classes_of(rows)
    groups = [rows[rows["asset_class"] == name] for name in classes]
    factors = [factors_of(own, report) for own in groups]
    lines = max(len(names) for names in factors)
    top = 0.95 + 0.15 * (1 + subtitle.count("\n"))
    note = 0.15 if absent_classes(rows) else 0
    drawn = page(title, subtitle, height=top + LINE * lines + below + 0.4 + note)
    width = 6.88 / len(classes)

    def blocks() -> Iterator[tuple[Axes, pd.DataFrame, list[str]]]:
        for place, (own, names, name) in enumerate(zip(groups, factors, classes, strict=True)):
            span = (place * width + NAMES, (place + 1) * width - 0.06)
            (axes,) = block_axes(drawn, top, LINE * len(names), [span])
            axes.set_title(name, pad=18)
            yield axes, own, names

    return drawn, list(blocks())


def name_lines(axes: Axes, names: list[str]) -> None:
    """The factors beside their lines."""
    axes.set_yticks(range(len(names)), [shortened(name, 28) for name in names])
    axes.set_ylim(len(names) - 0.5, -0.5)


def name_columns(axes: Axes, names: list[str], label: str) -> None:
    """Headings above the columns, and what they are below the block."""
    axes.set_xticks(range(len(names)), names)
    axes.xaxis.tick_top()
    axes.tick_params(axis="x", pad=1)
    axes.xaxis.set_label_position("bottom")
    axes.set_xlabel(label)


@figure(title="Information coefficient by horizon", if_empty=NO_IC)
def ic_decay(rows: pd.DataFrame, report: Report) -> Figure:
    """Mean rank correlation of each factor with the return over each horizon."""
    drawn, blocks = class_blocks(
        rows,
        report,
        "Rank correlation of factors and returns, by horizon",
        "Mean over month ends of the rank correlation (information coefficient) of the factor and "
        "the return that\ncame over the horizon, in hundredths, above 0 (blue) as its paper "
        "expects. Bold: its 95 % interval (HAC,\nfixed-b) leaves out 0. How slowly a line fades "
        "says how seldom the factor needs trading.",
    )
    for axes, own, names in blocks:
        horizons = sorted(own["horizon"].unique())
        values, sure = (
            own.pivot(index="factor", columns="horizon", values=column).reindex(
                index=names, columns=horizons
            )
            for column in ("mean_ic", "is_sure")
        )
        values = 100 * values.to_numpy(dtype=float)
        limit = max(float(np.nanmax(np.abs(values), initial=1e-9)), 1.0)
        heat_map(
            axes,
            values,
            cmap="RdBu",
            limits=(-1.25 * limit, 1.25 * limit),
            bold=sure.fillna(False).to_numpy(dtype=bool),
            write=tenth,
        )
        name_lines(axes, names)
        unit = UNIT.get(own["asset_class"].iloc[0], "sessions")
        name_columns(axes, [str(horizon) for horizon in horizons], f"Horizon, {unit}")
    sign(drawn, report, rows, "before costs", absent_classes(rows))
    return drawn


@figure(title="Returns of fifths by factor", if_empty=NO_RETURNS)
def quantile_returns(rows: pd.DataFrame, report: Report) -> Figure:
    """Mean return a year of each fifth of the names, and the best less the worst."""
    drawn, blocks = class_blocks(
        rows,
        report,
        "Returns of fifths of the names, by factor",
        "Names of each month end in fifths by the factor, 5 what its paper expects to win; equal "
        "weights, traded with\nthe lag. Mean return in percent a year, not compounded; blue above "
        "the mean of the line's fifths, red below.\nRight of the line: fifth 5 less fifth 1. Bold: "
        "all four steps rise.",
    )
    for axes, own, names in blocks:
        mean, above = (
            100
            * own.pivot(index="factor", columns="quantile", values=column)
            .reindex(index=names, columns=range(1, 6))
            .to_numpy(dtype=float)
            for column in ("mean_ann", "above_mean")
        )
        facts = own.drop_duplicates("factor").set_index("factor").reindex(names)
        spread = 100 * facts[["spread_ann"]].to_numpy(dtype=float)
        blank = np.full_like(spread, np.nan)
        rises = (facts["n_rising_steps"] == 4).to_numpy()
        limit = max(float(np.nanmax(np.abs(above), initial=1e-9)), 1.0)
        heat_map(
            axes,
            np.hstack([above, blank, blank]),
            cmap="RdBu",
            limits=(-1.2 * limit, 1.2 * limit),
            shown=np.hstack([mean, blank, spread]),
            bold=np.hstack([np.zeros((len(names), 6), bool), rises[:, None]]),
            size=7.5,
            narrowest=0,
        )
        axes.axvline(4.6, color=GREY, linewidth=0.7)
        name_lines(axes, names)
        name_columns(axes, ["1", "2", "3", "4", "5", "", "5\u22121"], "Fifth, % a year")
    sign(drawn, report, rows, "before costs", absent_classes(rows))
    return drawn


@figure(title="Premia of the factors", if_empty=NO_RETURNS)
def factor_premia(rows: pd.DataFrame, report: Report) -> Figure:
    """Mean long-short return a year of each factor with its interval."""
    drawn, blocks = class_blocks(
        rows,
        report,
        "Premia of the factors",
        "Mean long-short return a year (top less bottom 30 % of the names, not compounded), with "
        "95 % intervals (block\nbootstrap). Filled: significant at 5 % after adjusting for the "
        "number of factors tried (Benjamini and Hochberg).",
        below=0.5,
    )
    for axes, own, names in blocks:
        facts = own.set_index("factor").reindex(names)
        axes.axvline(0, color=GREY, linewidth=0.7)
        for place, (_, row) in enumerate(facts.iterrows()):
            ends = np.array([row["bootstrap_lower_ann"], row["bootstrap_upper_ann"]], float)
            is_sure = bool(row["fdr_p_value"] < 0.05)
            axes.errorbar(
                *(row["mean_ann"], place),
                xerr=None if np.isnan(ends).any() else np.abs(ends - row["mean_ann"])[:, None],
                fmt="o",
                markersize=4,
                color=COLOURS[0],
                markerfacecolor=COLOURS[0] if is_sure else "white",
                elinewidth=1,
                capsize=1.5,
            )
        name_lines(axes, names)
        axes.grid(axis="y", visible=False)
        axes.locator_params(axis="x", nbins=4)
        axes.xaxis.set_major_formatter(percent())
        axes.set_xlabel("Premium a year")
    sign(drawn, report, rows, "before costs", absent_classes(rows))
    return drawn
