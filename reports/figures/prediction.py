"""How well single factors rank what came after."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.drawing import COLOURS, Report, sign, write_in_corner
from reports.figures import figure
from reports.figures.factors import absent_classes, factor_strips, say_empty

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
