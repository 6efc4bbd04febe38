"""A factor of an asset class as alphalens takes it."""

from __future__ import annotations

import duckdb
import pandas as pd

from reports import queries
from reports.errors import ReportsError
from warehouse.seeds import nearest

KEYS = ["date", "asset"]


def factors(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Asset class and name of every factor that ranks names on month ends."""
    return queries.execute(connection, "exports/factors").fetchall()


def forward_returns(connection: duckdb.DuckDBPyConnection, asset_class: str) -> pd.DataFrame:
    """What came after each month end, a column a horizon in sessions: 1D, 5D, 21D, 63D.

    Index date and asset, the members of the cross-section. NaN where the window has not ended.
    """
    rows = queries.frame(connection, "exports/forward_returns", {"asset_class": asset_class})
    found = rows.pivot(index=KEYS, columns="horizon", values="fwd_ret")
    return found.set_axis([f"{horizon}D" for horizon in found.columns], axis=1)


def factor_data(
    connection: duckdb.DuckDBPyConnection,
    factor: str,
    asset_class: str,
    *,
    labels: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The ranked names of every month end with what came after, as alphalens's tear sheets take it.

    Parameters
    ----------
    labels : forward returns of the asset class, where they have been read before.

    Returns
    -------
    Index ``date`` and ``asset``. A column for each horizon (NaN where the window has not ended:
    ``dropna()`` before a tear sheet), ``factor`` (its z-score, high is what the paper expects to
    win), ``factor_quantile`` (1 to 5), ``group`` (sector; the asset class where there is none) and
    ``directed_rank`` (the rank within asset class and country that the quantiles are made of).

    Raises
    ------
    ReportsError : no such factor in the asset class.
    """
    known = [name for of_class, name in factors(connection) if of_class == asset_class]
    if factor not in known:
        raise ReportsError(
            f"There is no factor '{factor}' of asset class '{asset_class}' with ranks on a month "
            f"end. {nearest(factor, known)}"
        )
    given = {"asset_class": asset_class, "factor": factor}
    values = queries.frame(connection, "exports/factor_values", given).set_index(KEYS)
    if labels is None:
        labels = forward_returns(connection, asset_class)
    return labels.reindex(values.index).join(values)
