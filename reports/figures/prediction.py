"""How well factors and models rank what came after."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.drawing import (
    COLOURS,
    GREY,
    Report,
    page,
    panels,
    percent,
    sign,
    write_in_corner,
)
from reports.figures import figure
from reports.figures.factors import absent_classes, classes_of, factor_strips, say_empty

NO_SCORES = (
    "No month here has both model scores and a known outcome:\n"
    "a model first learns from 36 months of ranked factors."
)
NO_YEAR = "No factor has a year of month ends with a known next-month return in this dataset."


@figure(title="Rank correlation of factors and next month's return", if_empty=NO_YEAR)
def ic_over_time(rows: pd.DataFrame, report: Report) -> Figure:
    """Twelve-month mean of each factor's monthly rank correlation: a strip per factor."""
    drawn, strips = factor_strips(
        rows,
        report,
        "Rank correlation of factors and next month's return",
        "Mean of the last 12 month ends; above 0 (blue) the factor ranked names as its paper "
        "expects.\nThe figure in each strip is the mean over all months.",
        "Rank correlation",
    )
    limit = 1.15 * rows["ic_12m"].abs().max()
    for axes, own in strips:
        ic_strip(axes, own, limit)
    sign(drawn, report, rows, "dates are those of the ranking", absent_classes(rows))
    return drawn


def ic_strip(axes: Axes, rows: pd.DataFrame, limit: float) -> None:
    """One factor in one asset class: filled above and below 0, with its mean."""
    tick = max(0.05, round(limit * 0.6 / 0.05) * 0.05)
    axes.set_ylim(-limit, limit)
    axes.set_yticks([-tick, tick], [f"\u2212{tick:.2g}", f"{tick:.2g}"])
    axes.axhline(0, color="#999999", linewidth=0.7)
    if rows.empty:
        say_empty(axes)
        return
    dates, values = rows["date"], rows["ic_12m"]
    for colour, part in ((COLOURS[0], values.clip(lower=0)), (COLOURS[1], values.clip(upper=0))):
        axes.fill_between(dates, part, 0, color=colour, alpha=0.55, linewidth=0)
    axes.plot(dates, values, color="black", linewidth=0.7)
    write_in_corner(axes, f"{rows['mean_ic'].iloc[-1]:+.3f}".replace("-", "\u2212"))


def model_panels(
    rows: pd.DataFrame, title: str, subtitle: str, y_label: str, *, height: float = 2.3
) -> tuple[Figure, list[tuple[Axes, str, pd.DataFrame]]]:
    """A page with one panel per model and asset class, two in a line."""
    groups = [
        (f"{model}, {asset_class}", one)
        for (asset_class, model), one in rows.groupby(["asset_class", "model"], sort=False)
    ]
    columns = min(2, len(groups))
    lines = -(-len(groups) // columns)
    drawn = page(title, subtitle, height=0.95 + 0.95 + height * lines + 0.65 * (lines - 1))
    grid = panels(
        drawn,
        lines,
        columns,
        margins=(0.75, 0.15, 0.95, 0.95),
        gridspec_kw={"hspace": 0.65 / height, "wspace": 0.25},
    )
    for axes in grid.flat[len(groups) :]:
        axes.set_visible(False)
    for axes in grid[:, 0]:
        axes.set_ylabel(y_label)
    places = zip(grid.flat, groups, strict=False)
    return drawn, [(axes, name, one) for axes, (name, one) in places]


@figure(title="What the models predicted, and what came", if_empty=NO_SCORES)
def real_vs_predicted(rows: pd.DataFrame, report: Report) -> Figure:
    """Mean real rank of each tenth of the predictions, with the line of a perfect forecast."""
    drawn, places = model_panels(
        rows,
        "What the models predicted, and what came",
        "Names sorted into tenths by prediction each month end, out of sample. Dots: mean rank of "
        "the next\nmonth's return, with a 95 % interval over months. Dashed: prediction = outcome.",
        "Real rank (0 = middle, 50 % = best)",
    )
    for axes, name, one in places:
        calibration_panel(axes, one)
        months = int(one["n_dates"].max())
        axes.set_title(f"{name} ({months} month{'s' if months > 1 else ''})")
        axes.set_xlabel("Predicted rank of the return (0 = middle)")
    sign(drawn, report, rows, "before costs", absent_scores(rows))
    return drawn


def calibration_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """Ten dots with intervals; the 45-degree line where predictions are in units of rank."""
    error = 1.96 * rows["standard_error"].fillna(0)
    axes.axhline(0, color="#999999", linewidth=0.7)
    if rows["predicted"].abs().max() <= 0.5:
        reach = rows["predicted"].abs().max() * 1.1
        axes.plot([-reach, reach], [-reach, reach], color=GREY, linestyle=(0, (3, 2)), linewidth=1)
    axes.errorbar(
        rows["predicted"],
        rows["realized"],
        yerr=error,
        fmt="o",
        markersize=4,
        color=COLOURS[0],
        elinewidth=0.9,
        capsize=2,
    )
    axes.locator_params(nbins=5)
    axes.xaxis.set_major_formatter(percent(1))
    axes.yaxis.set_major_formatter(percent())


def absent_scores(rows: pd.DataFrame) -> str:
    """A sentence on each asset class without a scored month whose outcome is known."""
    absent = [name for name in ("equity", "crypto") if name not in classes_of(rows)]
    return " ".join(f"No {name} month here has both scores and a known outcome." for name in absent)


@figure(title="Rank correlation of model scores and next month's return", if_empty=NO_SCORES)
def model_rank_ic(rows: pd.DataFrame, report: Report) -> Figure:
    """Mean monthly rank correlation of each test period, one bar each."""
    drawn, places = model_panels(
        rows,
        "Rank correlation of model scores and next month's return",
        "Mean over the month ends of each test period, all out of sample. Dashed: mean of all "
        "months.\nPale bars have fewer than six months.",
        "Rank correlation",
    )
    for axes, name, one in places:
        positions = np.arange(len(one))
        colours = [COLOURS[0] if n >= 6 else "#A9CCE3" for n in one["n_dates"]]
        axes.bar(positions, one["rank_ic"], width=0.7, color=colours, zorder=2)
        mean = one["mean_rank_ic"].iloc[0]
        axes.axhline(0, color=GREY, linewidth=0.7)
        axes.axhline(mean, color=COLOURS[1], linestyle=(0, (3, 2)), linewidth=1.1)
        axes.set_title(f"{name} (mean {mean:+.3f})".replace("-", "\u2212"))
        step = -(-len(one) // 8)
        years = [str(day.year) for day in one["first_date"]]
        axes.set_xticks(positions[::step], years[::step])
        half = max(len(one), 6) / 2
        axes.set_xlim((len(one) - 1) / 2 - half, (len(one) - 1) / 2 + half)
        low, high = min(one["rank_ic"].min(), -0.01), max(one["rank_ic"].max(), 0.01)
        axes.set_ylim(1.15 * low, 1.15 * high)
        axes.set_xlabel("Test period, by its first year")
        axes.grid(axis="x", visible=False)
    sign(drawn, report, rows, "", absent_scores(rows))
    return drawn
