"""Neural networks: the mean of five of scikit-learn's, alike but for their seeds."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.ensemble import VotingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

N_NETWORKS = 5


class BudgetedNetwork(MLPRegressor):
    """A network whose number of epochs is a hyper-parameter: it ends there, converged or not."""

    def fit(self, X: np.ndarray, y: np.ndarray) -> BudgetedNetwork:  # noqa: N803
        """Train for ``max_iter`` epochs at most; features of shape (rows, features).

        In single precision, which scikit-learn keeps where it is given.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            return super().fit(np.asarray(X, dtype=np.float32), np.asarray(y, dtype=np.float32))


def make_model(parameters: Mapping[str, Any], seed: int) -> Any:
    """Unfitted: features scaled to mean 0 and deviation 1, then five networks averaged.

    Gu, Kelly and Xiu (2020) average networks of several seeds.
    """
    defaults = {"hidden_layer_sizes": (32, 16), "batch_size": 512}
    settings = {**defaults, **parameters}
    if "random_state" in settings:
        raise ValueError("random_state differs by network: it comes from seed")
    networks = [
        (f"network_{number}", BudgetedNetwork(**settings, random_state=seed + number))
        for number in range(N_NETWORKS)
    ]
    return make_pipeline(StandardScaler(), VotingRegressor(networks))
