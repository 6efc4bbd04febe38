"""Row-by-row comparison of two roads to one table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd


def disagreements(
    ours: pd.DataFrame,
    theirs: pd.DataFrame,
    keys: Sequence[str],
    columns: Sequence[str],
    *,
    relative: float,
    absolute: float = 1e-12,
) -> str:
    """What differs, as text; empty where the tables agree.

    Keys must be unique and identical on both sides, missing values missing on both sides, numbers
    within ``absolute + relative x |theirs|``, anything else equal.
    """
    keys, problems = list(keys), []
    for side, frame in (("ours", ours), ("theirs", theirs)):
        if frame.duplicated(keys).any():
            problems.append(f"{side}: {frame[frame.duplicated(keys)][keys].head(3)} repeated")
    joined = ours[[*keys, *columns]].merge(
        theirs[[*keys, *columns]],
        on=keys,
        how="outer",
        suffixes=("_ours", "_theirs"),
        indicator="side",
    )
    for side, name in (("left_only", "only ours"), ("right_only", "only theirs")):
        alone = joined[joined["side"] == side]
        if len(alone):
            problems.append(f"{name}: {len(alone)} rows\n{alone.head(5).to_string()}")
    both = joined[joined["side"] == "both"]
    for column in columns:
        left, right = both[f"{column}_ours"], both[f"{column}_theirs"]
        differs = differing(left, right, relative, absolute)
        if differs.any():
            shown = both.loc[differs, [*keys, left.name, right.name]]
            problems.append(
                f"{column}: {differs.sum()} of {len(both)} rows\n{shown.head(8).to_string()}"
            )
    return "\n".join(problems)


def differing(left: pd.Series, right: pd.Series, relative: float, absolute: float) -> np.ndarray:
    """Where two aligned columns disagree."""
    is_number = pd.api.types.is_numeric_dtype(left) and not pd.api.types.is_bool_dtype(left)
    if not is_number:
        return ((left != right) & ~(left.isna() & right.isna())).to_numpy(dtype=bool)
    first, second = left.to_numpy(dtype=float), right.to_numpy(dtype=float)
    both_missing = np.isnan(first) & np.isnan(second)
    close = np.isclose(first, second, rtol=relative, atol=absolute)
    return ~(both_missing | close)
