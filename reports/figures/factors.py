"""The factors themselves: growth of their long-short returns, and how these move together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from reports.drawing import (
    COLOURS,
    GREY,
    Report,
    date_axis,
    page,
    panels,
    shortened,
    write_in_corner,
)
from reports.drawing import sign as sign_figure
from reports.figures import figure
from reports.matrices import block_axes

COLUMNS = 3
LINE = 0.64  # inches of a line of panels with its titles
BETWEEN = 0.62  # inches from one asset class to the next
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


@figure(title="Cumulative returns of the factors", if_empty=NO_RETURNS)
def factor_cumulative_returns(rows: pd.DataFrame, report: Report) -> Figure:
    """Growth of 1 in each factor's long-short portfolio, at 10 % annual volatility."""
    drawn, placed = factor_panels(
        rows,
        report,
        "Cumulative returns of the factors",
        "Growth of 1, log scale: top 30 % minus bottom 30 % of the names, re-formed monthly, long "
        "what the paper\nexpects to win; each scaled to 10 % annual volatility over its history. "
        "The figure in each panel is its end.",
        "Value (start = 1)",
    )
    reach = np.log(rows["growth"])
    low, high = min(float(reach.min()), -0.1), max(float(reach.max()), 0.1)
    limits = np.exp(low - 0.06 * (high - low)), np.exp(high + 0.06 * (high - low))
    for axes, own in placed:
        growth_panel(axes, own, limits)
    sign_figure(drawn, report, rows, "before costs", absent_classes(rows))
    return drawn


def factor_panels(
    rows: pd.DataFrame, report: Report, title: str, subtitle: str, y_label: str
) -> tuple[Figure, list[tuple[Axes, pd.DataFrame]]]:
    """A page with a small panel per factor, a block for each asset class, and each one's rows."""
    groups = [rows[rows["asset_class"] == name] for name in classes_of(rows)]
    names = [factors_of(own, report) for own in groups]
    lines = [-(-len(own) // COLUMNS) for own in names]
    top = 0.72 + 0.14 * (1 + subtitle.count("\n"))
    drawn = page(title, subtitle, height=top + LINE * sum(lines) + BETWEEN * len(lines) + 0.25)
    left, gap = 0.7, 0.14
    width = (6.86 - left - gap * (COLUMNS - 1)) / COLUMNS
    placed = []
    for own, factors, n_lines in zip(groups, names, lines, strict=True):
        top += 0.2
        for place, factor in enumerate(factors):
            line, column = divmod(place, COLUMNS)
            start = left + column * (width + gap)
            span = (start, start + width)
            (axes,) = block_axes(drawn, top + line * LINE + 0.2, LINE - 0.2, [span])
            axes.set_title(shortened(factor, 28), size=8, weight="normal", pad=2.5)
            axes.tick_params(labelleft=column == 0, labelbottom=place + COLUMNS >= len(factors))
            placed.append((axes, own[own["factor"] == factor]))
        size = drawn.get_size_inches()
        drawn.text(
            *(0.12 / size[0], 1 - (top - 0.02) / size[1], own["asset_class"].iloc[0]),
            weight="bold",
            size=9,
        )
        middle = 1 - (top + 0.2 + LINE * n_lines / 2) / size[1]
        drawn.text(0.28 / size[0], middle, y_label, rotation=90, ha="right", va="center")
        top += LINE * n_lines + BETWEEN - 0.2
    first, last = rows["date"].min(), rows["date"].max()
    for axes, _ in placed:
        axes.set_xlim(first - 0.01 * (last - first), last + 0.05 * (last - first))
        date_axis(axes, most=5)
    return drawn, placed


def strips_of(
    rows: pd.DataFrame,
    by: str,
    names: Sequence[str],
    words: tuple[str, str, str],
    *,
    height: float = 0.48,
    share_y: str = "all",
) -> tuple[Figure, np.ndarray, list[tuple[Axes, pd.DataFrame]]]:
    """A page with a strip for each name and asset class: its axes, and each strip's rows.

    ``words`` are title, subtitle and the label of the values; ``height`` is a strip's, in inches;
    ``share_y`` is ``all``, or ``col`` where each class has limits of its own.
    """
    title, subtitle, y_label = words
    classes = classes_of(rows)
    left, top = 1.02 + 0.07 * max(map(len, names)), 0.72 + 0.14 * (1 + subtitle.count("\n"))
    drawn = page(title, subtitle, height=top + height * len(names) + 0.85)
    grid = panels(
        drawn,
        len(names),
        len(classes),
        margins=(left, 0.15, top, 0.85),
        gridspec_kw={"hspace": 0.12, "wspace": 0.15 if share_y == "all" else 0.25},
        sharey=share_y,
        sharex="col",
    )
    strips = []
    for line, name in zip(grid, names, strict=True):
        for axes, asset_class in zip(line, classes, strict=True):
            strips.append((axes, rows[(rows[by] == name) & (rows["asset_class"] == asset_class)]))
        line[0].annotate(
            name, (0, 0.5), (8 - 72 * left, 0), "axes fraction", "offset points", va="center"
        )
    for axes, asset_class in zip(grid[0], classes, strict=True):
        axes.set_title(asset_class)
    middle = (grid[-1, 0].get_position().y0 + grid[0, 0].get_position().y1) / 2
    drawn.text((left - 0.55) / 7, middle, y_label, rotation=90, ha="right", va="center")
    return drawn, grid, strips


def say_empty(axes: Axes) -> None:
    """Say in a strip that its factor has no values in this class."""
    axes.text(
        *(0.5, 0.78, "no values"),
        transform=axes.transAxes,
        ha="center",
        va="center",
        color=GREY,
        size=8,
    )


def growth_panel(axes: Axes, rows: pd.DataFrame, limits: tuple[float, float]) -> None:
    """One factor in one asset class: its value, filled above and below its start."""
    axes.set_yscale("log")
    axes.set_ylim(limits)
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_locator(FixedLocator(few_ticks(*limits)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.3g}"))
    axes.axhline(1, color="#999999", linewidth=0.7)
    dates, growth = rows["date"], rows["growth"]
    for colour, part in ((COLOURS[0], growth.clip(lower=1)), (COLOURS[1], growth.clip(upper=1))):
        axes.fill_between(dates, part, 1, color=colour, alpha=0.55, linewidth=0)
    axes.plot(dates, growth, color="black", linewidth=0.7)
    write_in_corner(axes, f"{growth.iloc[-1]:.2f}")


def few_ticks(low: float, high: float) -> list[float]:
    """1, and a round value near each end of a log scale where it stands clear of 1."""
    clear = 0.28 * np.log(high / low)
    values = [m * 10.0**e for e in range(-6, 7) for m in (1, 1.2, 1.5, 2, 3, 5)]
    above = [value for value in values if clear < np.log(value) < np.log(high)]
    below = [value for value in values if np.log(low) < np.log(value) < -clear]
    return [*below[:1], 1.0, *above[-1:]]


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
        "100 moves together, 0 unrelated, \u2212100 opposite"
        + ("; where many, those within \u00b19 are left out." if max(sizes) > 17 else "."),
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
    is_dense = cell < 0.26
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value) and row != column and not (is_dense and abs(value) < 0.095):
            axes.text(
                column,
                row,
                f"{round(100 * value)}".replace("-", "\u2212"),
                ha="center",
                va="center",
                size=6.3 if is_dense else 8,
                color="white" if abs(value) > 0.65 else "black",
            )
