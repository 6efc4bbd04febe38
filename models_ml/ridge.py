"""Ridge regression: scikit-learn's, on ranks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sklearn.linear_model import Ridge


def make_model(parameters: Mapping[str, Any], seed: int) -> Ridge:
    """An unfitted model; its usual solver is exact, so the seed changes nothing."""
    return Ridge(**{"solver": "cholesky", "random_state": seed, **parameters})
