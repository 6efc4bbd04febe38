"""Why this number? Weights worked out again from what the explanation shows, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from tests.builds import Market
from tests.contract.explained import Published, Recomputed, random_weights

N_WEIGHTS = 17
SEED = 20240607


@pytest.fixture(scope="module")
def published(small_market: Market) -> Iterator[Published]:
    opened = Published(os.environ.get("FH_EXPLAIN_FILE", small_market.published))
    yield opened
    opened.close()


def off_by(published: Published, day: pd.Timestamp, strategy: str, symbol: str) -> float:
    """How far the weight worked out again lies from the one that is explained."""
    explained = published.ask("from explain_weight(?, ?, ?)", day.date(), strategy, symbol)
    shown = explained.loc[explained["stage"] == "weight", "value"].iloc[0]
    again = Recomputed(published, day, strategy)
    return abs(again.target(symbol, again.desired()) - shown)


@pytest.mark.parametrize("number", range(N_WEIGHTS))
def test_a_random_weight_follows_from_what_is_shown(published, number):
    day, strategy, symbol, weight = random_weights(published, N_WEIGHTS, SEED)[number]
    explained = published.ask("from explain_weight(?, ?, ?)", day.date(), strategy, symbol)
    assert explained["value"].iloc[0] == weight
    assert off_by(published, day, strategy, symbol) < 1e-9, (day, strategy, symbol)
