"""What the models' scores rest on: SHAP values of single scores, importance by fold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from reports.drawing import COLOURS, GREY, Report, page, shortened, sign
from reports.figures import figure
from reports.figures.factors import classes_of
from reports.figures.models import models_of
from reports.matrices import block_axes, heat_map

NO_FITS = (
    "No model was fitted in this dataset, so none can be explained:\n"
    "a model first learns from 36 months of ranked factors."
)
LOW_TO_HIGH = LinearSegmentedColormap.from_list("ranks", [COLOURS[1], "#BBBBBB", COLOURS[0]])
LINE = 0.24  # inches of one factor
MOST_FACTORS = 15


def absent_fits(rows: pd.DataFrame) -> str:
    """A sentence on each asset class without a fitted model."""
    absent = [name for name in ("equity", "crypto") if name not in classes_of(rows)]
    return " ".join(f"No model was fitted on {name}." for name in absent)


@figure(title="What the scores rest on", if_empty=NO_FITS)
def shap_summary(rows: pd.DataFrame, report: Report) -> Figure:
    """SHAP values of single scores of one model, and each factor's share in every model."""
    classes = classes_of(rows)
    groups = [rows[rows["asset_class"] == name] for name in classes]
    names = sorted({own.loc[own["is_drawn"], "model"].iloc[0] for own in groups})
    n_models = max(own["model"].nunique() for own in groups)
    left = 0.25 + 0.066 * max(len(shortened(name)) for name in rows["factor"])
    cell = min(0.34, 2.5 / n_models)
    middle = 6.85 - cell * max(n_models, 3)
    below = 0.55 + 0.045 * max(len(shortened(name, 20)) for name in rows["model"])
    heights = [LINE * own["factor"].nunique() for own in groups]
    top = 1.15
    drawn = page(
        f"What the scores rest on: SHAP values of {' and '.join(names)}",
        "Left: what a factor added to single predicted ranks (1 = from worst to best), an even "
        "sample, out of\nsample; blue: the name ranks high (the paper expects it to win), orange: "
        "low, black: no value. Right: share\nof the factor in each model's mean absolute SHAP "
        f"value, in %. The factors are those largest in {' and '.join(names)}.",
        height=top + sum(heights) + below * len(groups) + 0.3,
    )
    for own, asset_class, height in zip(groups, classes, heights, strict=True):
        models = models_of(own, report)
        spans = [(left, middle - 0.15), (middle, middle + cell * len(models))]
        swarm, heat = block_axes(drawn, top, height, spans)
        factors = list(own.sort_values("place")["factor"].drop_duplicates())
        swarm_panel(swarm, own, factors)
        swarm.set_title(asset_class)
        shares = own.drop_duplicates(["factor", "model"])
        square = shares.pivot(index="factor", columns="model", values="share")
        square = 100 * square.reindex(index=factors, columns=models)
        heat_map(heat, square.to_numpy(dtype=float), cmap="Blues", limits=(0, None))
        heat.set_title("share, %")
        labels = [shortened(name, 20) for name in models]
        heat.set_xticks(range(len(models)), labels, rotation=40, ha="right", rotation_mode="anchor")
        heat.set_yticks([])
        top += height + below
    sign(drawn, report, rows[rows["date"].notna()], "", absent_fits(rows))
    return drawn


def swarm_panel(axes: Axes, rows: pd.DataFrame, factors: Sequence[str]) -> None:
    """One line per factor: a dot per explained score, heaped where many are alike."""
    points = rows[rows["shap_value"].notna()]
    limit = 1.05 * max(1e-6, float(points["shap_value"].abs().max()))  # 1e-6 without points
    axes.axvline(0, color=GREY, linewidth=0.7)
    for place, factor in enumerate(factors):
        own = points[points["factor"] == factor]
        known = own["feature_value"].notna().to_numpy()
        x, y = own["shap_value"].to_numpy(), place + heaped(own["shap_value"].to_numpy(), limit)
        look = {"s": 2.5, "linewidths": 0, "rasterized": True, "zorder": 2}
        axes.scatter(x[~known], y[~known], color="black", **look)
        axes.scatter(
            *(x[known], y[known]),
            c=own["feature_value"].to_numpy()[known],
            cmap=LOW_TO_HIGH,
            vmin=-0.5,
            vmax=0.5,
            **look,
        )
    axes.set_xlim(-limit, limit)
    axes.set_ylim(len(factors) - 0.5, -0.5)
    axes.set_yticks(range(len(factors)), [shortened(factor) for factor in factors])
    axes.locator_params(axis="x", nbins=5)
    axes.set_xlabel("SHAP value, in ranks")


def heaped(
    values: np.ndarray, limit: float, *, n_bins: int = 80, reach: float = 0.42
) -> np.ndarray:
    """Offsets that spread the values of each narrow bin evenly about 0, by ``reach`` at most."""
    bins = np.floor((values + limit) / (2 * limit) * n_bins).astype(int)
    in_bin = pd.Series(bins).groupby(bins)
    order, counts = in_bin.cumcount().to_numpy(), in_bin.transform("size").to_numpy()
    most = counts.max() if len(counts) else 1
    return (order - (counts - 1) / 2) / max(most, 12) * 2 * reach


@figure(title="Importance of the factors over time", if_empty=NO_FITS)
def importance_over_time(rows: pd.DataFrame, report: Report) -> Figure:
    """Share of each factor by fold beside what shuffling it takes from the rank correlation."""
    classes = classes_of(rows)
    groups = [rows[rows["asset_class"] == name] for name in classes]
    chosen = [leading_factors(own) for own in groups]
    left = 0.25 + 0.066 * max(len(shortened(name)) for names in chosen for name in names)
    middle = (left + 6.85) / 2
    heights = [LINE * len(names) for names in chosen]
    top, below = 1.15, 0.85
    n_models = int(rows["n_models"].max())
    drawn = page(
        "Importance of the factors over time",
        f"By test period, out of sample, {means_of(n_models)}. Left: share of the factor in the "
        "model's mean absolute\nSHAP value, in %. Right: fall of the monthly rank correlation when "
        "the factor is shuffled within each\nmonth, in thousandths; blue: the correlation falls, "
        "red: it rises, white: no outcome known yet.",
        height=top + sum(heights) + below * len(groups) + 0.2,
    )
    for own, asset_class, factors, height in zip(groups, classes, chosen, heights, strict=True):
        folds = own.groupby("fold_id")["first_date"].min().sort_values()
        spans = [(left, middle - 0.08), (middle + 0.08, 6.85)]
        axes = block_axes(drawn, top, height, spans)
        square = {
            column: own.pivot(index="factor", columns="fold_id", values=column)
            .reindex(index=factors, columns=folds.index)
            .to_numpy(dtype=float)
            for column in ("share", "permutation_importance")
        }
        heat_map(axes[0], 100 * square["share"], cmap="Blues", limits=(0, None))
        falls = 1000 * square["permutation_importance"]
        limit = max(float(np.nanmax(np.abs(falls), initial=1, where=np.isfinite(falls))), 1)
        heat_map(axes[1], falls, cmap="RdBu", limits=(-limit, limit))
        axes[0].set_yticks(range(len(factors)), [shortened(name) for name in factors])
        axes[1].set_yticks([])
        axes[0].set_title(f"{asset_class}: share of mean |SHAP|, %")
        axes[1].set_title("fall when shuffled, 1/1000")
        for one in axes:
            label_folds(one, folds)
        top += height + below
    counts = [
        (own["factor"].nunique(), len(names)) for own, names in zip(groups, chosen, strict=True)
    ]
    notes = [
        f"{shown} of {n} {name} factors shown, by mean share."
        for name, (n, shown) in zip(classes, counts, strict=True)
        if shown < n
    ]
    sign(drawn, report, rows, "", " ".join([*notes, absent_fits(rows)]).strip())
    return drawn


def label_folds(axes: Axes, folds: pd.Series) -> None:
    """Years under the columns of a heat map, few enough to stand apart."""
    cell = axes.get_position().width * axes.figure.get_size_inches()[0] / len(folds)
    step = -(-len(folds) // 5)
    ticks = [n for n in range(0, len(folds), step) if n == 0 or (len(folds) - n - 0.5) * cell > 0.1]
    axes.set_xticks(ticks, [str(folds.iloc[n].year) for n in ticks])
    axes.set_xlabel("Test period, by its first year")


def leading_factors(rows: pd.DataFrame) -> list[str]:
    """The factors with the largest mean share over the folds, the largest first."""
    shares = rows.groupby("factor")["share"].mean().fillna(0).sort_index()
    return list(shares.sort_values(ascending=False, kind="stable").index[:MOST_FACTORS])


def means_of(n_models: int) -> str:
    """Over what the numbers are averaged, in words."""
    return f"mean over {n_models} models" if n_models > 1 else "one model"
