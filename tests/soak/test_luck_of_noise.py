"""The best of a thousand books worth nothing, many times over."""

from __future__ import annotations

import pandas as pd

from tests.builds import Market
from tests.compiled import model_sql
from tests.two_roads.test_luck import LUCK, best_of_noise


def test_the_best_of_noise_is_almost_never_believed(small_market: Market) -> None:
    sql = {name: model_sql(small_market, name) for name in (one.split(".")[1] for one in LUCK)}
    found = pd.DataFrame([best_of_noise(sql, 1260, 1000, seed) for seed in range(100)])
    print(found.describe(percentiles=[0.05, 0.5, 0.95]).round(3).to_string())
    assert found["psr"].min() > 0.95
    assert (found["dsr"] > 0.95).mean() <= 0.05
