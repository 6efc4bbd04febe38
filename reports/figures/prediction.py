"""How well factors and models rank what came after."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.drawing import (
    COLOURS,
    GREY,
    LINE_HEIGHT,
    Report,
    date_axis,
    label_ends,
    page,
    panels,
    percent,
    sign,
)
from reports.figures import figure
from reports.figures.factors import (
    absent_classes,
    classes_of,
    end_labels,
    factor_look,
    factors_of,
)

NO_SCORES = (
    "No model has scored this dataset: a model first learns from 36 months of ranked factors."
)
NO_YEAR = "No factor has a year of month ends with a known next-month return in this dataset."


@figure(title="Rank correlation of factors and next month's return", if_empty=NO_YEAR)
def ic_over_time(rows: pd.DataFrame, report: Report) -> Figure:
    """Twelve-month mean of each factor's monthly rank correlation with what came after."""
    classes = classes_of(rows)
    heights = [
        max(2.6, LINE_HEIGHT * (rows.loc[rows["asset_class"] == name, "factor"].nunique() + 3))
        for name in classes
    ]
    drawn = page(
        "Rank correlation of factors and next month's return",
        "Mean of the last 12 month ends; above 0 the factor ranked names as its paper expects.\n"
        "The figure beside each name is the mean over all months.",
        height=0.95 + 0.72 + sum(heights) + 0.5 * (len(classes) - 1),
    )
    grid = panels(
        drawn,
        len(classes),
        1,
        margins=(0.7, 2.25, 0.95, 0.72),
        gridspec_kw={"height_ratios": heights, "hspace": 0.5 * len(classes) / sum(heights)},
    )
    for axes, asset_class in zip(grid[:, 0], classes, strict=True):
        ic_panel(axes, rows[rows["asset_class"] == asset_class], report)
        axes.set_title(asset_class)
    sign(drawn, report, rows, "dates are those of the ranking", absent_classes(rows))
    return drawn


def ic_panel(axes: Axes, rows: pd.DataFrame, report: Report) -> None:
    """One line per factor, named at its end with its mean."""
    for factor in factors_of(rows, report):
        one = rows[rows["factor"] == factor]
        axes.plot(one["date"], one["ic_12m"], linewidth=1.1, **factor_look(factor, report))
    axes.axhline(0, color="#999999", linewidth=0.7)
    axes.margins(x=0.01)
    axes.set_ylabel("Rank correlation")
    date_axis(axes)
    label_ends(axes, end_labels(rows, "ic_12m", report, "{name}  {value:+.3f}", "mean_ic"))


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
    """A sentence on each asset class that no model has scored."""
    absent = [name for name in ("equity", "crypto") if name not in classes_of(rows)]
    return " ".join(f"No model has scored {name} in this dataset." for name in absent)


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
        axes.set_xlim(-1, max(len(one), 3))
        axes.set_xlabel("Test period, by its first year")
        axes.grid(axis="x", visible=False)
    sign(drawn, report, rows, "", absent_scores(rows))
    return drawn
