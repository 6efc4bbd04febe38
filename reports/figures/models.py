"""How well the scores of models rank what came after: by fold, and by tenth of the score."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from scipy.special import stdtrit

from reports.drawing import COLOURS, GREY, Report, page, panels, percent, shortened, sign
from reports.figures import figure
from reports.figures.factors import classes_of, say_empty, strips_of

NO_SCORES = (
    "No month here has both model scores and a known outcome:\n"
    "a model first learns from 36 months of ranked factors."
)
PALE = ("#A9CCE3", "#F2C6A3")
FEW_MONTHS = 6
UNTRAINED = ("ensemble", "composite")
COLUMNS = 5


def models_of(rows: pd.DataFrame, report: Report) -> list[str]:
    """The models of the rows in the registry's order; the ensemble and the composite last."""
    present = set(rows["model"])
    others = sorted(present - set(report.models) - set(UNTRAINED))
    return [name for name in (*report.models, *others, *UNTRAINED) if name in present]


def absent_scores(rows: pd.DataFrame) -> str:
    """A sentence on each asset class without a scored month whose outcome is known."""
    absent = [name for name in ("equity", "crypto") if name not in classes_of(rows)]
    return " ".join(f"No {name} month here has both scores and a known outcome." for name in absent)


def colour_of(model: str, *, is_pale: bool = False) -> str:
    """Orange for the composite, which every model must beat; blue for all others."""
    return (PALE if is_pale else COLOURS)[1 if model == "composite" else 0]


def half_interval(errors: pd.Series, months: pd.Series) -> pd.Series:
    """Half the 95 % intervals of errors clustered by month: Student t; missing below six months."""
    critical = stdtrit((months - 1).clip(lower=1).to_numpy(float), 0.975)
    return (errors * critical).where(months >= FEW_MONTHS)


@figure(title="Rank correlation of model scores and next month's return", if_empty=NO_SCORES)
def model_rank_ic(rows: pd.DataFrame, report: Report) -> Figure:
    """A strip per model: a bar per test period, the composite's beside it, and the mean of all."""
    models = models_of(rows, report)
    words = (
        "Rank correlation of model scores and next month's return",
        "Mean over the month ends of each test period, all out of sample; pale: fewer than six "
        "months. Orange:\nthe untrained composite in the same period. Dot: mean of all months with "
        "its 95 % interval (HAC, fixed-b).",
        "Rank correlation",
    )
    height = min(max(0.55, 2.2 / len(models)), 1.1)
    drawn, grid, strips = strips_of(rows, "model", models, words, height=height, share_y="col")
    for axes, asset_class in zip(grid[0], classes_of(rows), strict=True):
        axes.set_ylim(limits_of(rows[rows["asset_class"] == asset_class]))
    for axes, own in strips:
        in_class = rows[rows["asset_class"].isin(own["asset_class"])]
        fold_strip(axes, own, in_class.groupby("fold_id")["first_date"].min().sort_values())
    for axes in grid[-1]:
        axes.set_xlabel("Test period, by its first year")
    sign(drawn, report, rows, "before costs", absent_scores(rows))
    return drawn


def limits_of(rows: pd.DataFrame) -> tuple[float, float]:
    """Limits that hold every bar, the composite's beside them, and the intervals of the means."""
    reach = rows["mean_error"].fillna(0)
    means = [rows["mean_rank_ic"] - reach, rows["mean_rank_ic"] + reach]
    edges = pd.concat([rows["rank_ic"], rows["composite_rank_ic"], *means])
    low, high = min(float(edges.min()), -0.01), max(float(edges.max()), 0.01)
    return low - 0.08 * (high - low), high + 0.08 * (high - low)


def fold_strip(axes: Axes, rows: pd.DataFrame, folds: pd.Series) -> None:
    """One model in one asset class; ``folds`` are the first days of the class's test periods."""
    axes.axhline(0, color=GREY, linewidth=0.7)
    axes.grid(axis="x", visible=False)
    if rows.empty:
        say_empty(axes)
        return
    model = rows["model"].iloc[0]
    places = folds.index.get_indexer(rows["fold_id"])
    colours = [colour_of(model, is_pale=n < FEW_MONTHS) for n in rows["n_dates"]]
    axes.bar(places, rows["rank_ic"], width=0.7, color=colours, zorder=2)
    mean, error = rows["mean_rank_ic"].iloc[0], rows["mean_error"].iloc[0]
    width = axes.get_position().width * axes.figure.get_size_inches()[0]
    unit = (width - 0.77) / (len(folds) + 0.2)
    after = len(folds) - 0.4 + 0.15 / unit
    if model != "composite":
        axes.hlines(
            rows["composite_rank_ic"], places - 0.45, places + 0.45, color=COLOURS[1], zorder=3
        )
    axes.axvline(len(folds) - 0.4, color="#CCCCCC", linewidth=0.7)
    axes.errorbar(
        *(after, mean),
        yerr=None if pd.isna(error) else error,
        fmt="o",
        markersize=4,
        color=colour_of(model),
        elinewidth=1,
        capsize=2,
        zorder=3,
    )
    axes.text(after + 0.08 / unit, mean, signed(mean), va="center", size=8)
    axes.set_xlim(-0.6, after + 0.62 / unit)
    axes.locator_params(axis="y", nbins=3)
    step = -(-len(folds) // max(2, int(width / 0.36) - 1))
    ticks = [place for place in range(0, len(folds), step) if (after - place) * unit > 0.34]
    axes.set_xticks([*ticks, after], [*(str(folds.iloc[place].year) for place in ticks), "all"])


def signed(value: float) -> str:
    """A number with its sign and three digits."""
    return f"{value:+.3f}".replace("-", "\u2212")


@figure(title="What the models predicted, and what came", if_empty=NO_SCORES)
def real_vs_predicted(rows: pd.DataFrame, report: Report) -> Figure:
    """A small panel per model: mean real rank of each tenth of its scores, and the predicted."""
    drawn, places = model_panels(
        rows,
        report,
        "What the models predicted, and what came",
        "Names sorted into tenths by score each month end, out of sample. Dots: mean rank of the "
        "next month's\nreturn (0 = middle, 50 % = best) with its 95 % interval (by month, Student "
        "t; none below six months). Line:\nthe mean predicted rank, cut where it leaves its panel; "
        "the ensemble and the composite predict no rank.",
        "Rank of the return",
    )
    for axes, own, in_class in places:
        tenths_panel(axes, own)
        reach = half_interval(in_class["standard_error"], in_class["n_dates"]).fillna(0)
        limit = 1.08 * max(float((in_class["realized"].abs() + reach).max()), 0.005)
        axes.set_ylim(-limit, limit)
        say_where_the_line_is(axes, own["predicted"])
        axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        axes.yaxis.set_major_formatter(percent(0 if limit > 0.025 else 1))
    sign(drawn, report, rows, "before costs", absent_scores(rows))
    return drawn


def model_panels(
    rows: pd.DataFrame, report: Report, title: str, subtitle: str, y_label: str
) -> tuple[Figure, Iterator[tuple[Axes, pd.DataFrame, pd.DataFrame]]]:
    """A page with a block of small panels per asset class, each with its rows and the class's."""
    blocks = [
        (name, in_class, models_of(in_class, report))
        for name in classes_of(rows)
        for in_class in [rows[rows["asset_class"] == name]]
    ]
    columns = min(COLUMNS, max(len(models) for *_, models in blocks))
    lines = [-(-len(models) // columns) for *_, models in blocks]
    height = 1.15 if columns > 3 else 1.9
    total = sum(lines)
    drawn = page(title, subtitle, height=1.3 + height * total + 0.7 * (total - 1) + 0.85)
    grid = panels(
        drawn,
        total,
        columns,
        margins=(0.75, 0.15, 1.3, 0.85),
        gridspec_kw={"hspace": 0.7 / height, "wspace": 0.12},
    )

    def places() -> Iterator[tuple[Axes, pd.DataFrame, pd.DataFrame]]:
        start = 0
        for (name, in_class, models), n_lines in zip(blocks, lines, strict=True):
            block = grid[start : start + n_lines]
            start += n_lines
            box = block[0, 0].get_position()
            drawn.text(
                0.12 / 7,
                box.y1 + 0.24 / drawn.get_size_inches()[1],
                f"{name}, {months_of(in_class)}",
                weight="bold",
                size=9,
            )
            for axes in block.flat[len(models) :]:
                axes.set_visible(False)
            for position, (axes, model) in enumerate(zip(block.flat, models, strict=False)):
                axes.set_title(shortened(model, 15), size=8.5)
                if start == total and position >= len(models) - columns:
                    axes.set_xlabel("Tenth by score")
                if position % columns:
                    axes.tick_params(labelleft=False)
                else:
                    axes.set_ylabel(y_label)
                yield axes, in_class[in_class["model"] == model], in_class

    return drawn, places()


def months_of(rows: pd.DataFrame) -> str:
    """Over how many months the rows' numbers are taken, in words."""
    months = rows.groupby("model")["n_dates"].max()
    low, high = int(months.min()), int(months.max())
    if low < high:
        return f"{low} to {high} months"
    return f"{high} months" if high > 1 else "1 month"


def tenths_panel(axes: Axes, rows: pd.DataFrame) -> None:
    """Ten dots with intervals, and the line of what was predicted where a rank was."""
    axes.axhline(0, color="#999999", linewidth=0.7)
    if rows["predicted"].notna().any():
        axes.plot(rows["decile"], rows["predicted"], color=GREY, linewidth=1)
    axes.errorbar(
        rows["decile"],
        rows["realized"],
        yerr=half_interval(rows["standard_error"], rows["n_dates"]),
        fmt="o",
        markersize=3,
        color=colour_of(rows["model"].iloc[0]),
        elinewidth=0.8,
        capsize=1.5,
    )
    axes.set_xlim(0.3, 10.7)
    axes.set_xticks(np.array([1, 4, 7, 10]))
    axes.grid(axis="x", visible=False)


def say_where_the_line_is(axes: Axes, predicted: pd.Series) -> None:
    """A word in a panel that the line of what was predicted never enters."""
    low, high = axes.get_ylim()
    for is_outside, height, word in (
        (predicted.min() > high, 0.97, "above"),
        (predicted.max() < low, 0.03, "below"),
    ):
        if is_outside:
            axes.text(
                0.04,
                height,
                f"line is {word}",
                transform=axes.transAxes,
                va="top" if word == "above" else "bottom",
                size=7.5,
                color=GREY,
            )
