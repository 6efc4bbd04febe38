"""Value and drawdown of each strategy against its benchmark, and the page they share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import ceil

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

from reports.drawing import (
    COLOURS,
    DARK,
    GREY,
    Report,
    date_axis,
    key,
    page,
    panels,
    percent,
    shortened,
    sign,
    write_in_corner,
)
from reports.figures import figure

COLUMNS = 3
LINE = 1.32  # inches of a line of panels
MOST_PER_CLASS = 12
FEW_DAYS = 200  # a shorter history is told in words
CLASSES = {"equity": "equity", "crypto": "crypto", "both": "mixed"}
NO_TRADES = "No strategy has traded in this dataset yet."


@figure(title="Value of each strategy, after costs", if_empty=NO_TRADES)
def cumulative_pnl(rows: pd.DataFrame, report: Report) -> Figure:
    """Net asset value on a log axis, 1 before the first trade, with the benchmark dashed."""
    words = (
        "Value of each strategy, after costs",
        "Growth of 1, log scale. The benchmark is the market of the asset class, or cash for "
        "long-short books.\nThe figure in each panel is the final value.",
        "Value (start = 1)",
    )
    legend = [
        Line2D([], [], color=COLOURS[0], label="strategy"),
        Line2D([], [], color=GREY, linestyle=(0, (3, 2)), label="benchmark"),
    ]
    return strategy_panels(rows, report, cumulative_pnl_panel, words, legend=legend)


@figure(title="Drawdowns, after costs", if_empty=NO_TRADES)
def drawdowns(rows: pd.DataFrame, report: Report) -> Figure:
    """Loss since the highest value so far, with the benchmark's."""
    words = (
        "Drawdowns, after costs",
        "Loss since the highest value so far. The figure in each panel is the deepest loss of the "
        "strategy.",
        "Below the peak",
    )
    legend = [
        Patch(facecolor=COLOURS[1], alpha=0.45, label="strategy"),
        Line2D([], [], color=DARK, linewidth=0.8, label="benchmark"),
    ]
    return strategy_panels(rows, report, drawdown_panel, words, legend=legend)


def cumulative_pnl_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """Net asset value and benchmark; a book that lost all ends in a cross."""
    alive = rows[rows["nav"] > 0]
    axes.plot(rows["date"], rows["benchmark_nav"], color=GREY, linestyle=(0, (3, 2)), linewidth=1)
    axes.plot(alive["date"], alive["nav"], color=COLOURS[0], linewidth=1.1)
    axes.set_yscale("log")
    axes.margins(y=0.1)
    low, high = axes.get_ylim()
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_locator(
        FixedLocator(value_ticks(low, high)) if high / low < 100 else LogLocator(numticks=4)
    )
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.8g}"))
    final = rows["nav"].iloc[-1]
    if final <= 0:
        if len(alive):
            end = alive.iloc[-1]
            axes.plot(end["date"], end["nav"], "X", color=COLOURS[1], markersize=6, clip_on=False)
        write_in_corner(axes, f"lost all, {rows['date'].iloc[-1]:%Y-%m-%d}")
        return
    days = int(rows["n_days"].iloc[0])
    age = f" after {days} days" if days < FEW_DAYS else ""
    write_in_corner(axes, (f"{final:,.2f}" if final < 100 else f"{final:,.0f}") + age)


def value_ticks(low: float, high: float) -> list[float]:
    """Three to five round values between two positive bounds, evenly spread on a log scale."""
    best: list[float] = []
    for steps in ((1, 10), (1, 3, 10), (1, 2, 5, 10)):
        ticks = [m * 10.0**e for e in range(-6, 9) for m in steps[:-1]]
        best = [tick for tick in ticks if low <= tick <= high]
        if len(best) >= 3:
            return best
    for gap in (0.5, 0.25, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.001):
        best = [gap * i for i in range(ceil(low / gap), int(high / gap) + 1)]
        if len(best) >= 3:
            return best[:: ceil(len(best) / 5)]
    return best


def drawdown_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """Drawdown of the strategy and of its benchmark."""
    axes.fill_between(rows["date"], rows["drawdown"], 0, color=COLOURS[1], alpha=0.35, linewidth=0)
    axes.plot(rows["date"], rows["drawdown"], color=COLOURS[1], linewidth=0.7)
    axes.plot(rows["date"], rows["benchmark_drawdown"], color=DARK, linewidth=0.6)
    deepest = min(rows["drawdown"].min(), rows["benchmark_drawdown"].min(), -0.01)
    axes.set_ylim(max(1.4 * deepest, -1.3), -0.02 * deepest)
    axes.yaxis.set_major_formatter(percent())
    axes.locator_params(axis="y", nbins=4)
    axes.set_yticks([tick for tick in axes.get_yticks() if -1 <= tick <= 0])
    axes.text(
        0.98,
        0.04,
        "all" if rows["drawdown"].min() <= -1 else minus(f"{100 * rows['drawdown'].min():,.0f} %"),
        transform=axes.transAxes,
        ha="right",
        weight="bold",
        size=8,
    )


def minus(text: str) -> str:
    """A number's text with a real minus sign."""
    return text.replace("-", "\u2212")


def by_class(
    rows: pd.DataFrame, most: int = MOST_PER_CLASS, *, longest: bool = False
) -> Iterator[tuple[str, list[str], int]]:
    """Asset class, the strategies shown of it, and how many it has; equities first.

    Strategies come by name; with ``longest`` those of the longest record come before others.
    """
    for asset_class in ("equity", "crypto", "both"):
        own = rows[rows["asset_class"] == asset_class].drop_duplicates("strategy")
        own = own.sort_values("strategy")
        if longest:
            own = own.assign(days=own["first_date"] - own["last_date"])
            own = own.sort_values("days", kind="stable")
        names = list(own["strategy"])
        if names:
            yield asset_class, names[:most], len(names)


def strategy_panels(
    rows: pd.DataFrame,
    report: Report,
    draw: Callable[[Axes, pd.DataFrame], None],
    words: tuple[str, str, str],
    *,
    legend: Sequence[Artist] = (),
    basis: str = "net of costs",
    note: str = "",
) -> Figure:
    """One panel per strategy; every asset class starts a new line of panels.

    ``words`` are title, subtitle and the label of the values.
    """
    classes = list(by_class(rows))
    lines = sum(ceil(len(names) / COLUMNS) for _, names, _ in classes)
    notes = "\n".join(text for text in (note, notes_below(classes, report)) if text)
    bottom = 0.6 + 0.15 * (notes.count("\n") + bool(notes))
    title, subtitle, y_label = words
    top = 0.62 + 0.15 * (1 + subtitle.count("\n")) + (0.22 if legend else 0)
    drawn = page(title, subtitle, height=top + bottom + LINE * lines - 0.42)
    key(drawn, legend, below=top - 0.42)
    grid = panels(
        drawn,
        lines,
        COLUMNS,
        margins=(0.75, 0.15, top, bottom),
        gridspec_kw={"hspace": 0.52, "wspace": 0.38},
    )
    places = iter(grid)
    for _, names, _ in classes:
        for start in range(0, len(names), COLUMNS):
            line = next(places)
            line[0].set_ylabel(y_label)
            for axes, name in zip(line, names[start : start + COLUMNS], strict=False):
                draw(axes, rows[rows["strategy"] == name])
                date_axis(axes, most=4)
                axes.set_title(shortened(name), size=8, weight="normal", color="black")
            for axes in line[len(names) - start :]:
                axes.set_visible(False)
    sign(drawn, report, rows, basis, notes)
    return drawn


def notes_below(
    classes: list[tuple[str, list[str], int]], report: Report, rule: str = "the first by name"
) -> str:
    """Which strategies are not shown, and why."""
    notes = [
        f"{len(shown)} of {total} {CLASSES[asset_class]} strategies shown, {rule}."
        for asset_class, shown, total in classes
        if total > len(shown)
    ]
    if report.idle_strategies:
        idle = ", ".join(report.idle_strategies[:3])
        more = len(report.idle_strategies) - 3
        notes.append(f"Never traded here: {idle}" + (f" and {more} more." if more > 0 else "."))
    return "\n".join(notes)
