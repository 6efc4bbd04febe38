"""Weights by which every asset contributes the same share of a portfolio's risk."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

# How unequal contributions are before the last step, which squares it.
TOLERANCE = 1e-9
MAX_STEPS = 100


def trailing(returns: np.ndarray, *, least_days: float) -> tuple[np.ndarray, np.ndarray]:
    """The assets of a window that have enough of a history, and their returns without gaps.

    Parameters
    ----------
    returns : shape (n_days, n_assets), daily; NaN where there is none.
    least_days : an asset needs returns on so many days, and they must differ.

    Returns
    -------
    kept : shape (n_assets,), bool.
    filled : shape (n_days, n_kept); a missing day is the asset's mean, which adds no co-movement.
    """
    n_known = np.isfinite(returns).sum(axis=0)
    kept = n_known >= max(least_days, 2)
    for column in np.flatnonzero(kept):
        kept[column] = np.nanmax(returns[:, column]) > np.nanmin(returns[:, column])
    known = returns[:, kept]
    if kept.any():
        known = np.where(np.isfinite(known), known, np.nanmean(known, axis=0))
    return kept, known


def equal_risk_weights(returns: np.ndarray) -> np.ndarray:
    """Long-only weights, summing to 1, with equal contributions to the portfolio's variance.

    On the covariance after Ledoit and Wolf (2004), which is well conditioned for more assets than
    days too.

    Parameters
    ----------
    returns : shape (n_days, n_assets), daily, without gaps; no asset is constant.

    Raises
    ------
    ArithmeticError : the contributions could not be made equal.
    """
    if returns.shape[1] == 1:
        return np.ones(1)
    # Slow to import, and needed by the strategies alone that ask for it.
    from sklearn.covariance import ledoit_wolf

    covariance, _ = ledoit_wolf(returns / returns.std())
    return equal_shares(covariance)


def equal_shares(covariance: np.ndarray) -> np.ndarray:
    """The weights above 0, summing to 1, that each bring the same share of the variance.

    They are proportional to the one x at which x'Cx / 2 - sum ln x, which is convex, is least, so
    that C x = 1 / x (Spinu 2013). Newton steps from inverse volatilities reach it to rounding; a
    general solver such as skfolio's `RiskBudgeting` stops at its tolerance.

    Parameters
    ----------
    covariance : shape (n_assets, n_assets), positive definite.

    Raises
    ------
    ArithmeticError : it is not, or the assets hedge each other so nearly that rounding decides.
    """
    n_assets = len(covariance)
    volatility = np.sqrt(np.diag(covariance))
    # In units of an asset's own risk: the same steps, better conditioned.
    correlation = covariance / np.outer(volatility, volatility)
    try:
        np.linalg.cholesky(correlation)
    except np.linalg.LinAlgError:
        raise ArithmeticError(
            f"the covariance of {n_assets} assets is not positive definite: no weights have equal "
            "risk contributions."
        ) from None
    x = np.full(n_assets, np.sqrt(n_assets / correlation.sum()))
    for _ in range(MAX_STEPS):
        gap = correlation @ x - 1 / x
        step = np.linalg.solve(correlation + np.diag(1 / x**2), gap)
        if np.abs(x * gap).max() < TOLERANCE:
            # To rounding, so that where the steps began does not show.
            x = (x - step) / volatility
            return x / x.sum()
        x = descended(x, step, gap, correlation)
    raise ArithmeticError(
        f"no equal risk contributions of {n_assets} assets after {MAX_STEPS} Newton steps."
    )


def descended(
    x: np.ndarray, step: np.ndarray, gap: np.ndarray, correlation: np.ndarray
) -> np.ndarray:
    """What a Newton step leads to, halved until x stays above 0 and the objective falls enough.

    The objective is self-concordant: a step shortened by 1 + its length always does, and where the
    length is below 1 / 4 every full step does, down to rounding.
    """
    length = np.sqrt(max(step @ gap, 0.0))  # rounding may leave it below 0
    if length < 0.25:
        return x - step
    least, size, here = 1 / (1 + length), 1.0, objective(x, correlation)
    while size > least:
        nearer = x - size * step
        if (nearer > 0).all() and objective(nearer, correlation) < here - size * length**2 / 4:
            return nearer
        size /= 2
    return x - least * step


def objective(x: np.ndarray, correlation: np.ndarray) -> float:
    """What the solution makes least, of x above 0."""
    return x @ correlation @ x / 2 - np.log(x).sum()


def name_weights(
    chosen: pd.DataFrame, returns: pd.DataFrame, *, days: Mapping[str, int], least_share: float
) -> pd.DataFrame:
    """Equal-risk weights of the sets of names that are chosen on each date.

    Parameters
    ----------
    chosen : columns as_of_date, asset_class, selection_no, symbol.
    returns : columns asset_class, as_of_date, symbol, ret_1d; a missing row is no return.
    days : length of the window by asset class, in days on which the class has returns.
    least_share : of those days, without which a name has no weight.

    Returns
    -------
    Columns as_of_date, selection_no, symbol, risk_parity_weight. Equal sets are solved once.
    """
    tables = {
        asset_class: rows.pivot(index="as_of_date", columns="symbol", values="ret_1d")
        for asset_class, rows in returns.groupby("asset_class")
    }
    solved: dict[tuple, pd.Series] = {}
    found = []
    for (day, asset_class, number), rows in chosen.groupby(
        ["as_of_date", "asset_class", "selection_no"]
    ):
        names = sorted(rows["symbol"])
        key = (day, *names)
        if key not in solved:
            known = tables[asset_class].reindex(columns=names).loc[:day].tail(days[asset_class])
            solved[key] = window_weights(known, days[asset_class], least_share)
        weights = solved[key].rename_axis("symbol").rename("risk_parity_weight").reset_index()
        found.append(weights.assign(as_of_date=day, selection_no=number))
    columns = ["as_of_date", "selection_no", "symbol", "risk_parity_weight"]
    return pd.concat(found)[columns] if found else pd.DataFrame(columns=columns)


def sleeve_weights(
    wanted: pd.DataFrame, returns: pd.DataFrame, *, days: Mapping[str, int], least_share: float
) -> pd.DataFrame:
    """Budgets of factor sleeves with equal contributions to the risk of their long-short returns.

    Parameters
    ----------
    wanted : columns as_of_date, asset_class, score_name, has_names (whether anyone can be chosen).
    returns : columns date, asset_class, score_name, long_short_return.
    days, least_share : of the window, as in `name_weights`.

    Returns
    -------
    ``wanted`` with has_history and budget: 0 for a sleeve without names or enough returns, the
    others share 1; all are 0 where none has both.
    """
    tables = {
        asset_class: rows.pivot(index="date", columns="score_name", values="long_short_return")
        for asset_class, rows in returns.groupby("asset_class")
    }
    found = []
    for (day, asset_class), rows in wanted.groupby(["as_of_date", "asset_class"]):
        names = sorted(rows.loc[rows["has_names"], "score_name"])
        budgets = pd.Series(dtype=float)
        if asset_class in tables and names:
            known = tables[asset_class].reindex(columns=names).loc[:day].tail(days[asset_class])
            budgets = window_weights(known, days[asset_class], least_share)
        budget = rows["score_name"].map(budgets)
        found.append(
            rows.assign(has_history=budget.notna(), budget=budget.fillna(0.0).astype(float))
        )
    columns = ["as_of_date", "asset_class", "score_name", "has_names", "has_history", "budget"]
    return pd.concat(found)[columns] if found else pd.DataFrame(columns=columns)


def window_weights(known: pd.DataFrame, n_days: int, least_share: float) -> pd.Series:
    """Equal-risk weights by column of a window of returns; those without a history are left out."""
    kept, filled = trailing(known.to_numpy(dtype=float), least_days=least_share * n_days)
    names = known.columns[kept]
    weights = equal_risk_weights(filled) if len(names) else np.empty(0)
    return pd.Series(weights, index=names, dtype=float)
