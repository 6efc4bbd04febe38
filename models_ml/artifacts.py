"""Fitted models as bytes: skops, which runs no code of the file when it is read."""

from __future__ import annotations

import zipfile
from typing import Any

TRUSTED = ("sklearn", "xgboost", "numpy", "models_ml", "lightgbm", "catboost")


class ArtifactError(ValueError):
    """A stored model holds types that are not trusted."""


def to_bytes(fitted: Any) -> bytes:
    """A fitted model with all that it needs to predict, its scaler included."""
    import skops.io  # slow to import, and most fits are not kept

    return skops.io.dumps(fitted, compression=zipfile.ZIP_DEFLATED)


def from_bytes(data: bytes, trusted: str = "") -> Any:
    """The fitted model of `to_bytes`, predicting to the last bit as it did.

    Parameters
    ----------
    trusted : one more package whose types may be made, such as that of the registry's estimator.

    Raises
    ------
    ArtifactError : the bytes hold types of other packages.
    """
    import skops.io

    kinds = skops.io.get_untrusted_types(data=data)
    packages = {*TRUSTED, trusted}
    strange = [kind for kind in kinds if kind.partition(".")[0] not in packages]
    if strange:
        raise ArtifactError(
            f"The stored model holds {', '.join(strange)}, which no registered model is made of; "
            "it was not read."
        )
    return skops.io.loads(data, trusted=kinds)
