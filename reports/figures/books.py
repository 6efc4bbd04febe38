"""What each book held, and how large a fund it could be."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from reports.drawing import (
    COLOURS,
    KEY_LINE,
    Report,
    line_look,
    name_beside,
    page,
    percent,
    shortened,
    sign,
)
from reports.figures import figure
from reports.figures.multiverse import amount
from reports.figures.strategies import CLASSES, NO_TRADES, by_class, notes_below, strategy_panels
from reports.matrices import block_axes

LONG, SHORT = (COLOURS[0], "#A9CCE3"), (COLOURS[1], "#F2C6A3")
REASONS = {
    "no_trades": "never traded",
    "no_volume_known": "no volume known",
    "sharpe_not_above_0": "none, it loses",
    "no_impact": "no impact",
}


@figure(title="Weights over time", if_empty=NO_TRADES)
def weights_over_time(rows: pd.DataFrame, report: Report) -> Figure:
    """Long and short sums of each book at month ends, how much is in its largest, and the net."""
    words = (
        "Weights over time",
        "Sums of weights at the close of each month's last day, before that day's trades, in "
        "percent of the book:\nabove 0 long, below 0 short, dark what the ten largest of each "
        "make up. In each panel: names held, mean.",
        "Share of the book",
    )
    legend = [
        Patch(facecolor=LONG[0], label="long, ten largest"),
        Patch(facecolor=LONG[1], label="other"),
        Patch(facecolor=SHORT[0], label="short, ten largest"),
        Patch(facecolor=SHORT[1], label="other"),
        Line2D([], [], color="black", linewidth=1, label="net"),
        Line2D([], [], color="black", linestyle=(0, (1.2, 1.2)), linewidth=1, label="in coins"),
    ]
    return strategy_panels(rows, report, weights_panel, words, legend=legend, basis="")


def weights_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """Areas of the long and the short side, lines of the net and, in mixed books, of coins."""
    dates = rows["date"]
    for side, colours in (("long", LONG), ("short", SHORT)):
        whole, largest = rows[f"{side}_weight"], rows[f"{side}_ten_largest"]
        axes.fill_between(dates, largest, whole, color=colours[1], linewidth=0)
        axes.fill_between(dates, 0, largest, color=colours[0], linewidth=0)
    axes.plot(dates, rows["net_weight"], color="black", linewidth=0.8)
    if rows["asset_class"].iloc[0] == "both":
        axes.plot(dates, rows["crypto_weight"], color="black", linestyle=(0, (1.2, 1.2)))
    low, high = rows["short_weight"].min(), rows["long_weight"].max()
    space = 0.08 * max(high - low, 0.1)
    axes.set_ylim(low - space if low < 0 else 0, high + 3.2 * space)
    axes.axhline(0, color="#999999", linewidth=0.7)
    axes.yaxis.set_major_formatter(percent())
    axes.locator_params(axis="y", nbins=4)
    axes.text(
        *(0.03, 0.95, f"{rows['n_names'].mean():,.0f} names"),
        transform=axes.transAxes,
        va="top",
        weight="bold",
        size=8,
    )


@figure(title="Capacity", if_empty=NO_TRADES)
def capacity_curve(rows: pd.DataFrame, report: Report) -> Figure:
    """Sharpe ratio as the fund grows, a panel per asset class, and where half of it is gone."""
    classes = list(by_class(rows))
    heights = [max(1.35, KEY_LINE * (len(names) + 0.5)) for _, names, _ in classes]
    notes = notes_below(classes, report)
    bottom = 0.35 + 0.15 * (notes.count("\n") + bool(notes))
    drawn = page(
        "Capacity: Sharpe ratio as the fund grows",
        "After commission, half spread and market impact by the square-root law, with the trades "
        "made at the strategy's\nown fund size (dot); log scale. Star, and beside each name: its "
        "capacity, the fund at which impact has halved\nthe Sharpe ratio that stands without it. "
        "Lines end where nothing is left.",
        height=1.3 + sum(heights) + 0.85 * len(classes) + bottom - 0.3,
    )
    top = 1.3
    for (asset_class, names, _), height in zip(classes, heights, strict=True):
        (axes,) = block_axes(drawn, top, height, [(0.7, 3.95)])
        capacity_panel(axes, rows[rows["strategy"].isin(names)], names)
        axes.set_title(CLASSES[asset_class])
        top += height + 0.85
    sign(drawn, report, rows, "net of costs", notes)
    return drawn


def capacity_panel(axes: Axes, rows: pd.DataFrame, names: list[str]) -> None:
    """One line per strategy over fund sizes, its own size and its capacity marked."""
    entries = []
    low, high = rows["fund_usd"].min(), 10 * rows["capacity_usd"].max()
    high = min(max(high, 1e8) if pd.notna(high) else 1e9, rows["fund_usd"].max())
    for position, name in enumerate(names):
        one, look = rows[rows["strategy"] == name], line_look(position)
        left = one[(one["net_sharpe"] > 0) & (one["fund_usd"] <= high * 1.001)]
        axes.plot(left["fund_usd"], left["net_sharpe"], markevery=6, **look)
        if one.empty:
            continue
        first = one.iloc[0]
        own, half = first["own_net_sharpe"], first["sharpe_without_impact"] / 2
        marks = {"color": look["color"], "markersize": 4}
        axes.plot(*(first["aum_usd"], own if own > 0 else float("nan"), "o"), **marks)
        axes.plot(
            *(first["capacity_usd"], half, "*"),
            markerfacecolor="white",
            **marks | {"markersize": 8},
        )
        label = f"{shortened(name, 28)}: {capacity_words(first)}"
        entries.append((own, Line2D([], [], label=label, **look)))
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(FixedLocator([10.0**e for e in range(5, 12)]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: amount(value)))
    axes.set_xlabel("Fund, US dollars")
    axes.set_ylabel("Sharpe ratio")
    entries.sort(key=lambda entry: -entry[0] if pd.notna(entry[0]) else float("inf"))
    name_beside(axes, [handle for _, handle in entries])


def capacity_words(row: pd.Series) -> str:
    """The capacity in US dollars, or why there is none."""
    if pd.notna(row["capacity_usd"]):
        capacity = float(f"{row['capacity_usd']:.2g}")
        return f"{amount(capacity)} USD"
    return REASONS.get(row["capacity_reason"], "none")
