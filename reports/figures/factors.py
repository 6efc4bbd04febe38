"""The factors themselves: growth of their long-short returns, and how these move together."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from reports.drawing import LINE_HEIGHT, Report, date_axis, label_ends, line_look, page, panels
from reports.drawing import sign as sign_figure
from reports.figures import figure
from reports.figures.strategies import value_ticks

NO_RETURNS = "No factor has returns in this dataset: it needs months of history and 10 names a day."


def classes_of(rows: pd.DataFrame) -> list[str]:
    """The asset classes of the rows, equities first."""
    return sorted(rows["asset_class"].unique(), reverse=True)


def factors_of(rows: pd.DataFrame, report: Report) -> list[str]:
    """The factors of the rows in the registry's order."""
    present = set(rows["factor"] if "factor" in rows else rows["factor_a"])
    return [*(f for f in report.factors if f in present), *sorted(present - set(report.factors))]


def absent_classes(rows: pd.DataFrame) -> str:
    """A sentence on each asset class without rows."""
    absent = [name for name in ("equity", "crypto") if name not in classes_of(rows)]
    return " ".join(f"No {name} factor in this dataset." for name in absent)


def factor_look(factor: str, report: Report) -> dict[str, object]:
    """The colour and dashes that a factor has in every figure."""
    known = factor in report.factors
    return line_look(report.factors.index(factor) if known else len(report.factors))


@figure(title="Cumulative returns of the factors", if_empty=NO_RETURNS)
def factor_cumulative_returns(rows: pd.DataFrame, report: Report) -> Figure:
    """Growth of 1 in each factor's long-short portfolio, at 10 % annual volatility."""
    classes = classes_of(rows)
    heights = [
        max(2.6, LINE_HEIGHT * (rows.loc[rows["asset_class"] == name, "factor"].nunique() + 3))
        for name in classes
    ]
    drawn = page(
        "Cumulative returns of the factors",
        "Growth of 1, log scale: top 30 % minus bottom 30 % of the names, re-formed monthly, long "
        "what the\npaper expects to win; each scaled to 10 % annual volatility over its history.",
        height=0.95 + 0.72 + sum(heights) + 0.5 * (len(classes) - 1),
    )
    grid = panels(
        drawn,
        len(classes),
        1,
        margins=(0.62, 0.75 + 0.066 * max(map(len, rows["factor"])), 0.95, 0.72),
        gridspec_kw={"height_ratios": heights, "hspace": 0.5 * len(classes) / sum(heights)},
    )
    for axes, asset_class in zip(grid[:, 0], classes, strict=True):
        growth_panel(axes, rows[rows["asset_class"] == asset_class], report)
        axes.set_title(asset_class)
    sign_figure(drawn, report, rows, "before costs", absent_classes(rows))
    return drawn


def growth_panel(axes: Axes, rows: pd.DataFrame, report: Report) -> None:
    """One line per factor, named at its end."""
    for factor in factors_of(rows, report):
        one = rows[rows["factor"] == factor]
        axes.plot(one["date"], one["growth"], linewidth=1.1, **factor_look(factor, report))
    axes.set_yscale("log")
    axes.axhline(1, color="#999999", linewidth=0.7)
    axes.margins(x=0.01)
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_locator(FixedLocator(value_ticks(*axes.get_ylim())))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.8g}"))
    axes.set_ylabel("Value (start = 1)")
    date_axis(axes)
    label_ends(axes, end_labels(rows, report))


def end_labels(rows: pd.DataFrame, report: Report) -> list[tuple[float, float, str, str]]:
    """(day, value, text, colour) at the end of each factor's line."""
    ends = []
    for factor, one in rows.groupby("factor"):
        last = one.iloc[-1]
        x = (last["date"] - pd.Timestamp("1970-01-01")).total_seconds() / 86400
        label = f"{factor}  {last['growth']:.2f}"
        ends.append((x, last["growth"], label, str(factor_look(factor, report)["color"])))
    return ends


@figure(title="Correlation of the factors' returns", if_empty=NO_RETURNS)
def factor_correlation(rows: pd.DataFrame, report: Report) -> Figure:
    """Matrix of correlations of daily long-short returns, with its numbers."""
    classes = classes_of(rows)
    sizes = [rows.loc[rows["asset_class"] == name, "factor_a"].nunique() for name in classes]
    longest = max(len(name) for name in rows["factor_a"])
    left, below = 0.25 + 0.068 * longest, 0.42 + 0.045 * longest
    cell = min(0.42, (6.85 - left) / max(sizes))
    heights = [min(cell, 0.3) * size for size in sizes]
    drawn = page(
        "Correlation of the factors' returns",
        "Daily returns of top 30 % minus bottom 30 % of the names, in hundredths:\n"
        "100 moves together, 0 unrelated, \u2212100 opposite.",
        height=0.95 + sum(heights) + below * len(classes) + 0.35,
    )
    width, total = drawn.get_size_inches()
    top = total - 0.95
    for asset_class, size, height in zip(classes, sizes, heights, strict=True):
        box = (left / width, (top - height) / total, cell * size / width, height / total)
        axes = drawn.add_axes(box)
        matrix_panel(axes, rows[rows["asset_class"] == asset_class], report, cell)
        axes.set_title(asset_class)
        top -= height + below
    sign_figure(drawn, report, rows, "before costs", absent_classes(rows))
    return drawn


def matrix_panel(axes: Axes, rows: pd.DataFrame, report: Report, cell: float) -> None:
    """A heat map with its numbers; factors without correlation (constant returns) stay empty."""
    names = factors_of(rows, report)
    square = rows.pivot(index="factor_a", columns="factor_b", values="correlation")
    values = square.reindex(index=names, columns=names).to_numpy(dtype=float)
    axes.imshow(values, cmap="RdBu", vmin=-1, vmax=1, aspect="auto")
    axes.grid(visible=False)
    axes.set_xticks(range(len(names)), names, rotation=40, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value) and row != column:
            axes.text(
                column,
                row,
                f"{round(100 * value)}".replace("-", "\u2212"),
                ha="center",
                va="center",
                size=8 if cell > 0.25 else 7,
                color="white" if abs(value) > 0.65 else "black",
            )
