"""When each strategy earned what it earned, and how sure its Sharpe ratio is."""

from __future__ import annotations

from math import ceil

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from reports.drawing import COLOURS, DARK, GREY, Report, page, shortened, sign, write_in_corner
from reports.figures import figure
from reports.figures.strategies import NO_TRADES, by_class, notes_below, strategy_panels
from reports.matrices import block_axes, heat_map

NO_YEAR = "No strategy has a year of daily returns in this dataset yet."
SHOWN = 2  # calendars of an asset class
MONTHS = ("J", "F", "M", "A", "M", "J", "J", "A", "S", "O", "N", "D")
YEAR_LINE = 0.16  # inches of a year
MOST_YEARS = 16


@figure(title="Monthly returns, after costs", if_empty=NO_TRADES)
def monthly_returns(rows: pd.DataFrame, report: Report) -> Figure:
    """A calendar of net returns for the strategies of each asset class with the longest record."""
    shown = list(by_class(rows, SHOWN, longest=True))
    years = min(MOST_YEARS, int(rows.groupby("strategy")["year"].nunique().max()))
    lines = sum(ceil(len(names) / SHOWN) for _, names, _ in shown)
    block = YEAR_LINE * years + 0.62
    notes = notes_below(shown, report, "those of the longest record")
    bottom = 0.3 + 0.15 * (notes.count("\n") + bool(notes))
    drawn = page(
        "Monthly returns, after costs",
        "Net return of each calendar month and, at the right, of the year, in percent; blue: "
        "gained, red: lost.\nThe colour of each panel is full at its largest month; broken years "
        "hold the months there are.",
        height=1.0 + block * lines + bottom - 0.25,
    )
    top = 1.0
    for _, names, _ in shown:
        spans = [(0.45, 3.42), (3.85, 6.82)]
        for (left, right), name in zip(spans, names, strict=False):
            own = rows[rows["strategy"] == name]
            (axes,) = block_axes(drawn, top, YEAR_LINE * years, [(left, right)])
            calendar_panel(axes, own, years)
            axes.set_title(shortened(name, 40), size=8.5, pad=16)
        top += block
    sign(drawn, report, rows, "net of costs; all in performance.returns_by_period", notes)
    return drawn


def calendar_panel(axes: Axes, rows: pd.DataFrame, years: int) -> None:
    """Years down, months across, the whole year last."""
    square = rows.pivot(index="year", columns="month", values="net_return")
    square = 100 * square.reindex(columns=range(13)).sort_index().tail(years)
    months = square[list(range(1, 13))].to_numpy(dtype=float)
    whole = square[[0]].to_numpy(dtype=float)
    colours = np.hstack([months, np.full_like(whole, np.nan)])
    limit = float(np.nanmax(np.abs(months), initial=1e-9, where=np.isfinite(months)))
    heat_map(
        axes,
        colours,
        cmap="RdBu",
        limits=(-limit, limit),
        shown=np.hstack([months, whole]),
        bold=np.hstack([np.zeros_like(months, bool), np.ones_like(whole, bool)]),
        size=7,
        narrowest=0,
    )
    axes.set_ylim(years - 0.5, -0.5)
    axes.set_xticks(range(13), [*MONTHS, "year"])
    axes.xaxis.tick_top()
    axes.tick_params(axis="x", pad=0)
    axes.set_yticks(range(len(square)), [f"{year:.0f}" for year in square.index])
    axes.axvline(11.5, color=GREY, linewidth=0.7)


@figure(title="Sharpe ratio over time, after costs", if_empty=NO_YEAR)
def rolling_sharpe(rows: pd.DataFrame, report: Report) -> Figure:
    """Sharpe ratio of the last year, day by day, and of the whole life."""
    words = (
        "Sharpe ratio over time, after costs",
        "Mean return above cash over its volatility, annualized. The figure in each panel is that "
        "of the whole life.",
        "Sharpe ratio",
    )
    legend = [
        Line2D([], [], color=COLOURS[0], linewidth=1, label="of the year up to the day"),
        Line2D([], [], color=DARK, linestyle=(0, (3, 2)), linewidth=1, label="of the whole life"),
    ]
    return strategy_panels(rows, report, rolling_sharpe_panel, words, legend=legend)


def rolling_sharpe_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """A line over time, and one across for the whole life."""
    whole = rows["whole_sharpe"].iloc[0]
    axes.axhline(0, color="#999999", linewidth=0.7)
    axes.axhline(whole, color=DARK, linestyle=(0, (3, 2)), linewidth=0.9)
    axes.plot(rows["date"], rows["sharpe"], color=COLOURS[0], linewidth=0.9)
    axes.margins(y=0.18)
    axes.locator_params(axis="y", nbins=4)
    write_in_corner(axes, f"{whole:.2f}".replace("-", "\u2212"))


@figure(title="Sharpe ratios and luck", if_empty=NO_TRADES)
def sharpe_and_luck(rows: pd.DataFrame, report: Report) -> Figure:
    """Each strategy's Sharpe ratio with its interval, beside what luck alone would show."""
    shown = rows.head(40).reset_index(drop=True)
    trials, luck = int(rows["n_trials"].max()), rows["expected_max_sharpe"].max()
    height = 0.21 * len(shown)
    drawn = page(
        "Sharpe ratios and luck",
        "After costs, over each strategy's life, with 95 % intervals (block bootstrap). Dashed: "
        f"what the best of the\n{trials:,} trials ever run here would show by luck alone. Right: "
        "the probabilities that the true ratio is above 0\n(psr) and above that luck (dsr); "
        "filled dots have a dsr of 95 % or more.",
        height=1.3 + height + 0.8,
    )
    (axes,) = block_axes(drawn, 1.3, height, [(2.35, 5.6)])
    axes.axvline(0, color=GREY, linewidth=0.7)
    if pd.notna(luck):
        axes.axvline(luck, color=COLOURS[1], linestyle=(0, (3, 2)), linewidth=1)
    for place, row in shown.iterrows():
        interval = [[row["sharpe"] - row["sharpe_lower"]], [row["sharpe_upper"] - row["sharpe"]]]
        axes.errorbar(
            *(row["sharpe"], place),
            xerr=None if np.isnan(interval).any() else np.maximum(interval, 0),
            fmt="o",
            markersize=4.5,
            color=COLOURS[0],
            markerfacecolor=COLOURS[0] if row["dsr"] >= 0.95 else "white",
            elinewidth=1.1,
            capsize=2,
        )
        for x, column in ((1.13, "psr"), (1.32, "dsr")):
            axes.text(
                *(x, place, probability(row[column])),
                transform=axes.get_yaxis_transform(),
                ha="right",
                va="center",
                size=8,
            )
    for x, column in ((1.13, "psr"), (1.32, "dsr")):
        axes.text(x, -0.9, column, transform=axes.get_yaxis_transform(), ha="right", size=8)
    axes.set_yticks(range(len(shown)), [shortened(name, 29) for name in shown["strategy"]])
    axes.set_ylim(len(shown) - 0.5, -0.6)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("Sharpe ratio, annualized")
    note = f"{len(shown)} of {len(rows)} strategies shown." if len(rows) > len(shown) else ""
    sign(drawn, report, rows, "net of costs", note)
    return drawn


def probability(value: float) -> str:
    """A probability in percent that is never rounded to certainty."""
    if pd.isna(value):
        return "\u2013"
    return "> 99 %" if value > 0.995 else "< 1 %" if value < 0.005 else f"{100 * value:.0f} %"
