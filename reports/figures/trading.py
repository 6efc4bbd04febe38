"""What trading costs, and what to trade today."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from reports.drawing import (
    DARK,
    GREY,
    KEY_LINE,
    LINE_HEIGHT,
    Report,
    line_look,
    name_beside,
    page,
    panels,
    percent,
    shortened,
    sign,
)
from reports.figures import figure
from reports.figures.strategies import FEW_DAYS, NO_TRADES, by_class, notes_below

ACTIONS = {"buy": "#0072B2", "sell": "#D55E00", "hold": GREY}


@figure(title="Turnover and sensitivity to trading costs", if_empty=NO_TRADES)
def turnover_and_cost_sensitivity(rows: pd.DataFrame, report: Report) -> Figure:
    """Sharpe ratio under each flat cost, and how much each strategy trades in a year."""
    classes = list(by_class(rows))
    names = [name for _, shown, _ in classes for name in shown]
    shown = rows[rows["strategy"].isin(names)]
    aum = rows["aum_usd"].iloc[0] / 1e6
    upper = max(2.4, KEY_LINE * (len(names) + 0.5))
    lower = 0.22 * len(names) + 0.1
    notes = notes_below(classes, report)
    bottom = 0.75 + 0.15 * (notes.count("\n") + bool(notes))
    drawn = page(
        "Turnover and sensitivity to trading costs",
        "Sharpe ratio: mean return above cash over its volatility, annualized. Cost per trade in "
        "basis points\n(0.01 %) of its value, plus market impact by the square-root law at "
        f"{aum:,.0f} M USD.",
        height=1.0 + upper + 0.85 + lower + bottom,
    )
    grid = panels(
        drawn,
        2,
        1,
        margins=(2.15, 2.45, 1.0, bottom),
        gridspec_kw={
            "height_ratios": [upper, lower],
            "hspace": 0.85 * 2 / (upper + lower),
        },
    )
    position = grid[0, 0].get_position()
    left = 0.7 / drawn.get_size_inches()[0]
    grid[0, 0].set_position((left, position.y0, position.x1 - left, position.height))
    sharpe_panel(grid[0, 0], shown, names)
    turnover_panel(grid[1, 0], shown.drop_duplicates("strategy").set_index("strategy").loc[names])
    sign(drawn, report, rows, "net of costs", notes)
    return drawn


def sharpe_panel(axes: Axes, rows: pd.DataFrame, names: list[str]) -> None:
    """One line per strategy, named beside the panel from the best without costs downwards."""
    entries = []
    for position, name in enumerate(names):
        one = rows[rows["strategy"] == name].dropna(subset=["net_sharpe"])
        if one.empty:
            continue
        look = line_look(position)
        axes.plot(one["cost_bps"], one["net_sharpe"], **look)
        days = one.iloc[0]["n_days"]
        age = f" ({days} days)" if days < FEW_DAYS else ""
        label = shortened(name, 30 - len(age)) + age
        entries.append((one.iloc[0]["net_sharpe"], Line2D([], [], label=label, **look)))
    axes.axhline(0, color="#999999", linewidth=0.7)
    axes.margins(x=0.02)
    axes.set_title("Sharpe ratio after costs")
    axes.set_xlabel("Cost per trade, basis points of its value")
    axes.set_ylabel("Sharpe ratio")
    name_beside(axes, [handle for _, handle in sorted(entries, key=lambda entry: -entry[0])])


def turnover_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """One bar per strategy, with the cost at which its return is used up."""
    positions = range(len(rows))
    colours = [line_look(position)["color"] for position in positions]
    axes.barh(positions, rows["ann_turnover"], height=0.62, color=colours, zorder=2)
    axes.set_yticks(positions, [shortened(name, 29) for name in rows.index])
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.xaxis.set_major_formatter(percent())
    axes.set_title("Turnover a year, and the cost at which nothing is earned")
    axes.set_xlabel("Turnover a year: half the sum of all trades, in percent of the book")
    axes.locator_params(axis="x", nbins=4)
    for position, (turnover, cost) in enumerate(
        zip(rows["ann_turnover"], rows["break_even_cost_bps"], strict=True)
    ):
        axes.text(
            1.03,
            position,
            f"{100 * turnover:,.0f} %; {break_even(cost)}",
            transform=axes.get_yaxis_transform(),
            va="center",
            size=8,
            color=DARK,
        )


def break_even(cost_bps: float) -> str:
    """The break-even cost in words."""
    if pd.isna(cost_bps):
        return "no break-even"
    if cost_bps <= 0:
        return "loses before costs"
    return f"earns 0 at {cost_bps:,.0f} bps"


@figure(
    title="Signals of the newest day",
    if_empty="No strategy has a signal in this dataset: none has ranked names on its newest day.",
)
def live_signals(rows: pd.DataFrame, report: Report) -> Figure:
    """The largest trades of each strategy on the newest day, as small tables."""
    classes = list(by_class(rows))
    names = [name for _, shown, _ in classes for name in shown]
    notes = notes_below(classes, report)
    lines = -(-len(names) // 2)
    block = LINE_HEIGHT * 8.8
    bottom = 0.35 + 0.15 * (notes.count("\n") + bool(notes))
    drawn = page(
        "Signals of the newest day",
        "The largest trades that would bring each book from what it holds to what it wants at that "
        "close, in\npercent of its value. Rank 1 is the best score; negative weights are short.",
        height=0.9 + block * lines + bottom,
    )
    _, height = drawn.get_size_inches()
    for position, name in enumerate(names):
        left = 0.12 + (position % 2) * 3.55
        top = height - 0.9 - (position // 2) * block
        signal_table(drawn, rows[rows["strategy"] == name], left, top)
    sign(drawn, report, rows, "", notes)
    return drawn


def signal_table(drawn: Figure, rows: pd.DataFrame, left: float, top: float) -> None:
    """One strategy's rows, its top left corner given in inches."""
    width, height = drawn.get_size_inches()
    offsets = (0.0, 0.42, 1.36, 2.0, 2.62, 3.26)
    sides = ("left", "left", "right", "right", "right", "right")

    def write(line: float, column: int, text: str, **look: object) -> None:
        x, y = (left + offsets[column]) / width, (top - line * LINE_HEIGHT) / height
        drawn.text(x, y, text, ha=sides[column], va="top", **{"size": 8, **look})

    first = rows.iloc[0]
    write(0, 0, shortened(first["strategy"], 40), weight="bold")
    counts = f"{first['date']:%Y-%m-%d}: {first['n_buys']:,} to buy, {first['n_sells']:,} to sell"
    write(1, 0, counts, color=DARK)
    for column, heading in enumerate(("", "asset", "rank", "held", "wanted", "trade")):
        write(2, column, heading, color=GREY)
    for line, row in enumerate(rows.itertuples(), start=3):
        write(line, 0, row.signal, color=ACTIONS.get(row.signal, DARK), weight="bold")
        write(line, 1, shortened(row.symbol, 11))
        write(line, 2, "\u2013" if pd.isna(row.rank) else f"{row.rank:,.0f}")
        weights = (row.current_weight, row.target_weight, row.trade_weight)
        for column, weight in enumerate(weights, start=3):
            write(line, column, f"{100 * weight:.2f} %".replace("-", "\u2212"))
