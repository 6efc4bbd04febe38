"""A thousand factors that foretell nothing: how often each test says that they do."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from tests.builds import Market as Built
from tests.two_roads.compiled import run_models

N_MARKETS, N_FACTORS, N_NAMES, N_DAYS = 20, 50, 30, 1260
HORIZON, PERSISTENCE = 21, 0.98
N = N_DAYS - HORIZON


def ranks(values: np.ndarray) -> np.ndarray:
    """Rank of each name in its cross-section (the last axis), less the mean rank."""
    order = np.argsort(values, axis=-1)
    placed = np.empty(values.shape, dtype=np.float32)
    numbers = np.arange(values.shape[-1], dtype=np.float32) - (values.shape[-1] - 1) / 2
    np.put_along_axis(placed, order, np.broadcast_to(numbers, values.shape), axis=-1)
    return placed


def daily_ics(seed: int) -> Iterator[np.ndarray]:
    """Per market an array (factor, day) of daily Spearman ICs with the next 21 days' returns.

    Returns are independent over days and names; exposures are AR(1) by name, 0.98, from their
    stationary spread on, and independent of all returns.
    """
    generator = np.random.default_rng(seed)
    for _ in range(N_MARKETS):
        paths = np.cumsum(generator.standard_normal((N_DAYS, N_NAMES)), axis=0)
        labels = ranks(paths[HORIZON:] - paths[:-HORIZON])
        exposure = generator.standard_normal((N_FACTORS, N_NAMES), dtype=np.float32)
        ics = np.empty((N_FACTORS, N))
        for day in range(N):
            ics[:, day] = ranks(exposure) @ labels[day]
            shock = generator.standard_normal(exposure.shape, dtype=np.float32)
            exposure = PERSISTENCE * exposure + np.sqrt(1 - PERSISTENCE**2) * shock
        yield ics / (N_NAMES * (N_NAMES**2 - 1) / 12)


@pytest.fixture(scope="module")
def tested(small_market: Built) -> pd.DataFrame:
    """One row per null factor: what the project's SQL says of its mean IC."""
    ics = np.concatenate(list(daily_ics(seed=11)))
    n_series = len(ics)
    days = np.tile(np.arange(N), n_series)
    series = pd.DataFrame(
        {
            "kind": "ic",
            "asset_class": "equity",
            "series": np.repeat(np.arange(n_series), N).astype(str),
            "sample": f"horizon_{HORIZON}",
            "date": pd.Timestamp("2000-01-01") + pd.to_timedelta(days, unit="D"),
            "value": ics.ravel(),
            "period_no": days + 1,
            "overlap": HORIZON,
        }
    )
    models = ["series_moments", "long_run_variances", "mean_tests"]
    names = [f"analysis.{model}" for model in models]
    return run_models(small_market, {"analysis.tested_series": series}, names)[names[-1]]


def test_the_test_keeps_its_size_where_a_plain_t_does_not(tested: pd.DataFrame) -> None:
    assert len(tested) == 1000
    assert set(tested["bandwidth"]) == {3 * HORIZON}
    plain = tested["mean"] / tested["std"] * np.sqrt(tested["n_periods"])
    rejected = (tested["t_stat"].abs() > tested["critical_value"]).mean()
    rejected_plainly = (plain.abs() > 1.96).mean()
    assert 0.03 < rejected < 0.09
    assert 0.60 < rejected_plainly < 0.70
    assert rejected_plainly > 8 * rejected
    assert 0.03 < (tested["non_overlapping_t"].abs() > 2.0).mean() < 0.08


def test_p_values_are_uniform_where_there_is_nothing(tested: pd.DataFrame) -> None:
    for level in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5):
        share = (tested["p_value"] < level).mean()
        noise = np.sqrt(level * (1 - level) / len(tested))
        assert -3.5 * noise < share - level < 3.5 * noise + 0.02, (level, share)
    is_rejected = tested["t_stat"].abs() > tested["critical_value"]
    assert (is_rejected == (tested["p_value"] < 0.05)).all()
