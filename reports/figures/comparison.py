"""The models side by side, over all their test months: a line each, with its interval."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.drawing import COLOURS, GREY, Report, page, panels, percent, sign
from reports.figures import figure
from reports.figures.factors import classes_of
from reports.figures.models import (
    NO_SCORES,
    absent_scores,
    colour_of,
    half_interval,
    models_of,
)

NO_FORECASTS = (
    "No month here has both the forecast of a trained model and a known outcome:\n"
    "a model first learns from 36 months of ranked factors."
)
LINE = 0.23  # inches of one model
DrawLine = Callable[[Axes, pd.DataFrame], None]


@figure(title="The models over all test months", if_empty=NO_SCORES)
def model_comparison(rows: pd.DataFrame, report: Report) -> Figure:
    """Overall rank correlation of each model, and by how much it is above the composite's."""
    drawn, blocks = paired_panels(
        rows,
        "The models over all test months",
        "Mean monthly rank correlation of scores and next month's return, out of sample, with its "
        "95 % interval\n(HAC, fixed-b); in brackets the months. Orange line: the untrained "
        "composite over the months of that row's\nmodel, the bar to beat. Differences are taken "
        "month by month. No interval: too few months.",
        ("Rank correlation", "Above the composite's"),
    )
    for (left, right), own in blocks:
        low, high = own.index - 0.5, own.index + 0.5
        left.vlines(own["composite_rank_ic"], low, high, color=COLOURS[1], linewidth=1.1, zorder=1)
        intervals(left, own, "rank_ic", "rank_ic_error", line=None)
        intervals(right, own, "over_composite", "over_composite_error", line=0)
        left.axvline(0, color=GREY, linewidth=0.7)
    note = (
        "The models were tested on different months (in brackets): compare each with the orange "
        "line of its own months."
        if rows.groupby("asset_class")["n_dates"].nunique().max() > 1
        else ""
    )
    sign(drawn, report, rows, "before costs", "\n".join((note, absent_scores(rows))).strip())
    return drawn


@figure(title="Calibration of the models", if_empty=NO_FORECASTS)
def calibration(rows: pd.DataFrame, report: Report) -> Figure:
    """Slope of what came on what was predicted, and the mean of what was left."""
    order = {model: place for place, model in enumerate(models_of(rows, report))}
    rows = rows.sort_values("model", key=lambda names: names.map(order), kind="stable")
    rows["slope_error"] = half_interval(rows["slope_se"], rows["n_dates"])
    drawn, blocks = paired_panels(
        rows,
        "Calibration of the models",
        "Left: slope of the real rank on the predicted one, out of sample, with its 95 % interval "
        "(by month,\nStudent t; none below six months); at 1 (dashed) predictions are as wide as "
        "what came, below 1 too wide.\nRight: mean of real less predicted rank (100 % = from worst "
        "to best). In brackets the months.",
        ("Slope of real on predicted", "Mean of real less predicted"),
    )
    for (left, right), own in blocks:
        intervals(left, own, "slope", "slope_error", line=1)
        intervals(right, own, "mean_residual", None, line=0)
        limit = max(0.0115, 1.15 * float(own["mean_residual"].abs().max()))
        right.set_xlim(-limit, limit)
        right.xaxis.set_major_formatter(percent(1 if limit < 0.05 else 0))
    note = (
        "No slope: the model predicts one value for all names. "
        if rows["slope"].isna().any()
        else ""
    )
    sign(drawn, report, rows, "", (note + absent_scores(rows)).strip())
    return drawn


def paired_panels(
    rows: pd.DataFrame, title: str, subtitle: str, x_labels: tuple[str, str]
) -> tuple[Figure, list[tuple[np.ndarray, pd.DataFrame]]]:
    """A page with two panels side by side per asset class, which share a line per model."""
    classes = classes_of(rows)
    groups = [rows[rows["asset_class"] == name].reset_index(drop=True) for name in classes]
    longest = max(len(label) for own in groups for label in labels_of(own))
    heights = [LINE * (len(own) + 1) for own in groups]
    gap = 0.85
    inside = sum(heights) + gap * (len(groups) - 1)
    drawn = page(title, subtitle, height=1.15 + inside + 1.0)
    grid = panels(
        drawn,
        len(groups),
        2,
        margins=(0.3 + 0.066 * longest, 0.15, 1.15, 1.0),
        gridspec_kw={
            "height_ratios": heights,
            "hspace": gap / (sum(heights) / len(heights)),
            "wspace": 0.12,
        },
        sharey="row",
    )
    for line, own, name in zip(grid, groups, classes, strict=True):
        line[0].set_yticks(range(len(own)), labels_of(own))
        line[0].set_ylim(len(own) - 0.5, -0.5)
        line[0].set_title(name)
        for axes, label in zip(line, x_labels, strict=True):
            axes.set_xlabel(label)
            axes.grid(axis="y", visible=False)
        for tick, model in zip(line[0].get_yticklabels(), own["model"], strict=True):
            if model == "composite":
                tick.set(color=COLOURS[1], weight="bold")
    return drawn, list(zip(grid, groups, strict=True))


def labels_of(rows: pd.DataFrame) -> list[str]:
    """The models' names, each with its number of months."""
    return [f"{model} ({n})" for model, n in zip(rows["model"], rows["n_dates"], strict=True)]


def intervals(
    axes: Axes, rows: pd.DataFrame, value: str, error: str | None, *, line: float | None
) -> None:
    """A dot per row with its interval, and a dashed line to measure by."""
    if line is not None:
        axes.axvline(line, color=COLOURS[1], linestyle=(0, (3, 2)), linewidth=1)
    for place, row in rows.iterrows():
        if pd.isna(row[value]):
            continue
        reach = row[error] if error and not pd.isna(row[error]) else None
        axes.errorbar(
            *(row[value], place),
            xerr=reach,
            fmt="o",
            markersize=4,
            color=colour_of(row["model"]),
            elinewidth=1.1,
            capsize=2,
        )
    axes.margins(x=0.08)
    axes.locator_params(axis="x", nbins=5)
