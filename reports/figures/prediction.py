"""How well single factors rank what came after."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.drawing import COLOURS, Report, sign, write_in_corner
from reports.figures import figure
from reports.figures.factors import absent_classes, factor_panels

NO_YEAR = "No factor has a year of month ends with a known next-month return in this dataset."


@figure(title="Rank correlation of factors and next month's return", if_empty=NO_YEAR)
def ic_over_time(rows: pd.DataFrame, report: Report) -> Figure:
    """Twelve-month mean of each factor's monthly rank correlation: a strip per factor."""
    drawn, panels = factor_panels(
        rows,
        report,
        "Rank correlation of factors and next month's return",
        "Mean of the last 12 month ends; above 0 (blue) the factor ranked names as its paper "
        "expects. The figure in\neach panel is the mean over all months. The asset classes have "
        "scales of their own.",
        "Rank correlation",
    )
    limits = {name: limits_of(own["ic_12m"]) for name, own in rows.groupby("asset_class")}
    for axes, own in panels:
        ic_panel(axes, own, limits[own["asset_class"].iloc[0]])
    sign(drawn, report, rows, "dates are those of the ranking", absent_classes(rows))
    return drawn


def limits_of(values: pd.Series) -> tuple[float, float]:
    """Limits of an asset class, which hold 0 and all its values."""
    low, high = min(values.min(), -0.02), max(values.max(), 0.02)
    return low - 0.1 * (high - low), high + 0.1 * (high - low)


def ic_panel(axes: Axes, rows: pd.DataFrame, limits: tuple[float, float]) -> None:
    """One factor in one asset class: filled above and below 0, with its mean."""
    axes.set_ylim(limits)
    axes.locator_params(axis="y", nbins=3)
    axes.axhline(0, color="#999999", linewidth=0.7)
    dates, values = rows["date"], rows["ic_12m"]
    for colour, part in ((COLOURS[0], values.clip(lower=0)), (COLOURS[1], values.clip(upper=0))):
        axes.fill_between(dates, part, 0, color=colour, alpha=0.55, linewidth=0)
    axes.plot(dates, values, color="black", linewidth=0.7)
    write_in_corner(axes, f"{rows['mean_ic'].iloc[-1]:+.3f}".replace("-", "\u2212"))
