"""Market regimes, the parts of a premium's life, the test of a mean and the block bootstrap."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.regression.linear_model import OLS

from tests.two_roads.inputs import Market, variables

# Two-sided p, and where |t| reaches it: powers 0 to 3 of bandwidth / n.
LEVELS = {
    0.2: (1.2816, 1.3040, 0.5135, -0.3386),
    0.1: (1.6449, 2.1859, 0.3142, -0.3427),
    0.05: (1.96, 2.97, 0.42, -0.53),
    0.02: (2.3263, 4.1618, 0.5368, -0.9060),
    0.001: (3.2905, 9.3705, -1.6820, -0.6868),
}
# The part that is subtracted, the part it is subtracted from.
DIVISIONS = {
    "half": ("first_half", "second_half"),
    "publication": ("before_publication", "after_publication"),
    "trend": ("bear", "bull"),
    "volatility": ("turbulent", "calm"),
}


def market_regimes(market: Market) -> pd.DataFrame:
    """Trend and volatility by day and class, from the returns of the days before."""
    returns = market.table("prepared.market_returns").sort_values("as_of_date")
    found = []
    for asset_class, own in returns.groupby("asset_class"):
        sessions = variables()["sessions"][asset_class]
        day = own.set_index("as_of_date")["market_return"]
        year = (1 + day).rolling(sessions["year"]).apply(np.prod, raw=True).shift(1) - 1
        quarter = day.rolling(3 * sessions["month"]).apply(lambda x: np.std(x, ddof=1), raw=True)
        quarter = quarter.shift(1)
        median = quarter.expanding(sessions["year"]).median()
        frame = pd.DataFrame({"asset_class": asset_class, "market_return_1y": year})
        frame["market_volatility_3m"] = quarter * math.sqrt(sessions["year"])
        frame["trend"] = np.where(year > 0, "bull", "bear")
        frame.loc[year.isna(), "trend"] = None
        frame["volatility"] = np.where(quarter > median, "turbulent", "calm")
        frame.loc[median.isna(), "volatility"] = None
        found.append(frame.rename_axis("date").reset_index())
    return pd.concat(found)


def parts(premium: pd.Series, regimes: pd.DataFrame, published_year: float) -> pd.DataFrame:
    """The part of each division that each day of a premium belongs to; missing where in none."""
    frame = pd.DataFrame(index=premium.index)
    is_later = np.arange(len(premium)) >= len(premium) // 2
    frame["half"] = np.where(is_later, "second_half", "first_half")
    frame["publication"] = None
    if not math.isnan(published_year):
        is_after = premium.index >= pd.Timestamp(int(published_year) + 1, 1, 1)
        frame["publication"] = np.where(is_after, "after_publication", "before_publication")
    known = regimes.set_index("date").reindex(premium.index)
    return frame.assign(trend=known["trend"], volatility=known["volatility"])


def bandwidth(n: int, overlap: int) -> int:
    """max(3 h, 1.3 sqrt(n)), no more than the series."""
    return min(n, math.ceil(max(3 * overlap, 1.3 * math.sqrt(n))))


def hac_t(values: np.ndarray, regressors: np.ndarray, overlap: int) -> tuple[float, float, int]:
    """The last coefficient of a regression, its HAC t (Bartlett) and the bandwidth."""
    width = bandwidth(len(values), overlap)
    fit = OLS(values, regressors).fit(cov_type="HAC", cov_kwds={"maxlags": width - 1})
    return float(fit.params[-1]), float(fit.tvalues[-1]), width


def p_value(t: float, b: float) -> float:
    """Two-sided p in the fixed-b limit: the normal quantile, linear between the levels in |t|."""
    knots = [0.0] + [float(np.polynomial.Polynomial(power)(b)) for power in LEVELS.values()]
    normals = [0.0] + [float(norm.isf(p / 2)) for p in LEVELS]
    if abs(t) <= knots[-1]:
        return 2 * float(norm.sf(np.interp(abs(t), knots, normals)))
    slope = (normals[-1] - normals[-2]) / (knots[-1] - knots[-2])
    return 2 * float(norm.sf(normals[-1] + slope * (abs(t) - knots[-1])))


def mean_test(values: pd.Series, regressors: np.ndarray, overlap: int) -> dict[str, object]:
    """What is said of one series: its mean, or the difference of two parts' means."""
    mean, t, width = hac_t(values.to_numpy(), regressors, overlap)
    b = width / len(values)
    return {
        "mean": mean,
        "t_stat": t if b <= 0.5 else math.nan,
        "critical_value": 1.96 + 2.97 * b + 0.42 * b**2 - 0.53 * b**3 if b <= 0.5 else math.nan,
        "p_value": p_value(t, b) if b <= 0.5 else math.nan,
        "bandwidth": width,
        "n_periods": len(values),
        "first_date": values.index[0],
        "last_date": values.index[-1],
    }


def plain_t(values: np.ndarray) -> float:
    """Mean over its standard error as if values were independent."""
    return float(values.mean() / values.std(ddof=1) * math.sqrt(len(values)))


def premium_tests(market: Market, regimes: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Every premium: the whole, its parts, and their differences as a dummy's coefficient."""
    returns = market.table("analysis.factor_returns").sort_values("date")
    registry = market.table("factors.factor_registry").set_index(["asset_class", "factor"])
    for (asset_class, factor), own in returns.groupby(["asset_class", "factor"]):
        premium = own.set_index("date")["long_short_return"]
        year = registry.loc[(asset_class, factor), "published_year"]
        divided = parts(
            premium,
            regimes[regimes["asset_class"] == asset_class],
            math.nan if pd.isna(year) else float(year),
        )
        key = {"kind": "premium", "asset_class": asset_class, "series": factor}
        plain = {"non_overlapping_t": plain_t(premium.to_numpy())}
        ones = np.ones((len(premium), 1))
        yield {**key, "sample": "whole", **mean_test(premium, ones, 1), **plain}
        for division, names in DIVISIONS.items():
            part = divided[division].dropna()
            for name in names:
                values = premium[part.index][part == name]
                if len(values):
                    one = np.ones((len(values), 1))
                    plain = {"non_overlapping_t": plain_t(values.to_numpy())}
                    yield {**key, "sample": name, **mean_test(values, one, 1), **plain}
            if part.nunique() == 2:
                dummy = np.column_stack([np.ones(len(part)), part == names[1]])
                found = mean_test(premium[part.index], dummy, 1)
                yield {**key, "sample": f"{division}_difference", **found}


def ic_tests(market: Market) -> Iterator[dict[str, object]]:
    """Every information coefficient, by horizon."""
    ics = market.table("analysis.factor_ic").dropna(subset="ic").sort_values("as_of_date")
    for key, own in ics.groupby(["asset_class", "factor", "horizon"]):
        asset_class, factor, horizon = key
        overlap = math.ceil(horizon / variables()["sessions"][asset_class]["month"])
        values = own.set_index("as_of_date")["ic"]
        yield {
            "kind": "ic",
            "asset_class": asset_class,
            "series": factor,
            "sample": f"horizon_{horizon}",
            **mean_test(values, np.ones((len(values), 1)), overlap),
            "non_overlapping_t": plain_t(values.to_numpy()[::overlap]),
        }


def start_shares(n_replicates: int, n_blocks: int, seed: int) -> np.ndarray:
    """(replicate, block): 52 bits of the MD5 of seed, replicate and block, from 0 up to 1."""
    texts = [
        [f"{seed}:{replicate}:{block}" for block in range(1, n_blocks + 1)]
        for replicate in range(1, n_replicates + 1)
    ]
    return np.array(
        [[int(hashlib.md5(t.encode()).hexdigest()[:13], 16) / 2**52 for t in row] for row in texts]
    )


def bootstrap_means(values: np.ndarray, length: int, shares: np.ndarray) -> np.ndarray:
    """Means of circular block-bootstrap replicates, day by day: every day of them is looked up."""
    n = len(values)
    n_blocks = math.ceil(n / length)
    starts = np.floor(shares[:, :n_blocks] * n).astype(int)
    days = (starts[:, :, None] + np.arange(length)) % n
    return values[days.reshape(len(shares), -1)[:, :n]].mean(axis=1)
