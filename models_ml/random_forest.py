"""Random forest: scikit-learn's, each tree on a quarter of the rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestRegressor
from sklearn.utils.validation import check_is_fitted


class Forest(RandomForestRegressor):
    """A forest that is asked tree by tree in this thread.

    scikit-learn hands every tree to a pool of threads, a pool of one too: for a cross-section of
    some hundred rows that costs ten times what the trees do.
    """

    def predict(self, X: np.ndarray) -> np.ndarray:  # noqa: N803
        """Mean of the trees' predictions, shape (rows,), to the last bit scikit-learn's own."""
        check_is_fitted(self)
        rows = self._validate_X_predict(X)
        total = np.zeros(len(rows))
        for tree in self.estimators_:
            total += np.ravel(tree.tree_.predict(rows))
        return total / len(self.estimators_)


def make_model(parameters: Mapping[str, Any], seed: int) -> Forest:
    """An unfitted model on one thread."""
    defaults = {"n_estimators": 100, "max_samples": 0.25, "n_jobs": 1, "random_state": seed}
    return Forest(**{**defaults, **parameters})
