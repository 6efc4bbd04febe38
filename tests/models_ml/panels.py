"""Small panels with a planted signal, and the project's own registry and settings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from warehouse.seeds import registries

FACTORS = ["value", "momentum", "quality"]


def registry() -> dict[str, dict[str, Any]]:
    """The registered models by name."""
    return {row["name"]: row for row in registries()["ml_models"]}


def settings(**changes: Any) -> dict[str, Any]:
    """The walk-forward variables, with a first fold after a year."""
    return {**registries()["walk_forward"], "min_train_months": 12, **changes}


def panel(
    asset_class: str = "equity", n_months: int = 36, n_names: int = 20, seed: int = 3
) -> pd.DataFrame:
    """Month ends from 2018 on; a label ends 35 days later, that of the last month has not ended.

    A tenth of the momentum ranks is missing; the target leans on value and on value x quality.
    """
    draws = np.random.default_rng(seed)
    dates = pd.date_range("2018-01-31", periods=n_months, freq="ME")
    names = [f"{asset_class[0].upper()}{number:02d}" for number in range(n_names)]
    frame = pd.MultiIndex.from_product([dates, names], names=["as_of_date", "symbol"])
    frame = frame.to_frame(index=False)
    frame["asset_class"] = asset_class
    frame["is_month_end"] = True
    for factor in FACTORS:
        frame[factor] = draws.uniform(-0.5, 0.5, len(frame))
    frame.loc[draws.random(len(frame)) < 0.1, "momentum"] = np.nan
    signal = frame["value"] + 4 * frame["value"] * frame["quality"]
    noisy = signal + draws.normal(0, 0.5, len(frame))
    ranks = noisy.groupby(frame["as_of_date"]).rank(pct=True)
    frame["target_rank"] = ranks - ranks.groupby(frame["as_of_date"]).transform("mean")
    frame["label_end_date"] = frame["as_of_date"] + pd.Timedelta(days=35)
    unknown = frame["as_of_date"] == dates[-1]
    frame.loc[unknown, "target_rank"] = np.nan
    frame.loc[unknown, "label_end_date"] = pd.NaT
    return frame
