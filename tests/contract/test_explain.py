"""Why this number? Weights worked out again from what the explanation shows, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from tests.builds import Market
from tests.contract.explained import Published, Recomputed, Section, random_weights

SEED, N_DAYS, N_WEIGHTS = 7, 3, 12
MEASURES = ("raw_value", "winsorized_value", "neutralized_value", "z_score", "rank_pct", "n_names")


@pytest.fixture(scope="module")
def published(small_market: Market) -> Iterator[Published]:
    opened = Published(small_market.published)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def sections() -> dict[tuple, Section]:
    """What the raw rows of a day came to, shared by the strategies of the day."""
    return {}


def misses(explained: pd.DataFrame, again: Recomputed, symbol: str) -> dict[str, float]:
    """How far what was worked out again lies from what is shown: the weight, and each factor's
    measures, relative to their size where that is above 1.
    """
    found = {}
    target = again.target(symbol, again.desired())
    shown = explained[explained["stage"] == "weight"]["value"].iloc[0]
    found["weight"] = abs(target - shown)
    if not (again.legs["symbol"] == symbol).any():
        return found  # sold over several days, and wanted no more
    factors = again.factors(symbol)
    rows = explained[explained["stage"] == "factor"].dropna(subset="value")
    for item, value in zip(rows["item"], rows["value"], strict=True):
        factor, measure = item.split(": ")
        if measure in MEASURES:
            ours = factors.at[factor, measure]
            found[item] = abs(ours - value) / max(1.0, abs(value))
    rows = explained[explained["item"].str.startswith("feature ")]
    for item, value in zip(rows["item"].str.removeprefix("feature "), rows["value"], strict=True):
        ours = factors["feature"].get(item, np.nan)
        found[f"feature {item}"] = abs((0.0 if np.isnan(ours) else ours) - value)
    return found


@pytest.mark.parametrize("number", range(N_WEIGHTS))
def test_a_random_weight_follows_from_what_is_shown(published, sections, number):
    day, strategy, symbol, weight = random_weights(published, N_WEIGHTS, SEED, N_DAYS)[number]
    explained = published.ask("from explain_weight(?, ?, ?)", day.date(), strategy, symbol)
    assert explained["value"].iloc[0] == weight
    off = misses(explained, Recomputed(published, day, strategy, sections), symbol)
    wrong = {item: miss for item, miss in off.items() if not miss <= 1e-9}
    assert not wrong, (day, strategy, symbol)
