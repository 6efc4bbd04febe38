"""Weekly factor returns of both classes and how they move together, with pandas and scipy."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from tests.two_roads.inputs import Market


def weekly_returns(market: Market) -> pd.DataFrame:
    """week_end_date, asset_class, factor, weekly_return, n_days; the class itself as market."""
    factors = market.table(
        "analysis.factor_returns", "date, asset_class, factor, long_return, short_return"
    )
    classes = market.table("prepared.market_returns", "as_of_date, asset_class, market_return")
    classes = classes.rename(columns={"as_of_date": "date", "market_return": "long_return"})
    classes = classes.assign(factor="market", short_return=0.0).dropna(subset="long_return")
    daily = pd.concat([factors, classes[factors.columns]])
    sundays = daily["date"].dt.to_period("W-SUN").dt.end_time.dt.normalize()
    daily = daily.assign(week_end_date=sundays.astype("datetime64[us]"))
    daily[["long_return", "short_return"]] += 1
    weeks = daily.groupby(["week_end_date", "asset_class", "factor"])
    grown = weeks[["long_return", "short_return"]].prod()
    grown["weekly_return"] = grown["long_return"] - grown["short_return"]
    grown["n_days"] = weeks.size()
    return grown.reset_index()


def cross_class_correlation(weekly: pd.DataFrame) -> pd.DataFrame:
    """Every equity series against every crypto series over common weeks, with Fisher's interval."""
    wide = weekly.pivot(
        index="week_end_date", columns=["asset_class", "factor"], values="weekly_return"
    )
    rows = []
    for equity_factor, equity in wide["equity"].items():
        for crypto_factor, crypto in wide["crypto"].items():
            both = equity.notna() & crypto.notna()
            n_weeks = int(both.sum())
            if n_weeks > 3:
                found = np.corrcoef(equity[both], crypto[both])[0, 1]
                half_width = stats.norm.ppf(0.975) / np.sqrt(n_weeks - 3)
                ends = np.tanh(np.arctanh(found) + half_width * np.array([-1, 1]))
                rows.append((equity_factor, crypto_factor, found, *ends, n_weeks))
    columns = ["weekly_correlation", "correlation_lower", "correlation_upper", "n_weeks"]
    return pd.DataFrame(rows, columns=["equity_factor", "crypto_factor", *columns])


def pearson(weekly: pd.DataFrame, equity_factor: str, crypto_factor: str) -> tuple:
    """Correlation of one pair and its 95 % interval, by scipy."""
    sides = [
        weekly[(weekly["asset_class"] == asset_class) & (weekly["factor"] == factor)]
        for asset_class, factor in (("equity", equity_factor), ("crypto", crypto_factor))
    ]
    pair = sides[0].merge(sides[1], on="week_end_date")
    found = stats.pearsonr(pair["weekly_return_x"], pair["weekly_return_y"])
    return (found.statistic, *found.confidence_interval(0.95))


def side_by_side(market: Market) -> pd.DataFrame:
    """The premium of each factor of both classes, and the two-sample z of the difference."""
    premia = market.table("analysis.factor_premia")
    equity, crypto = (
        premia[premia["asset_class"] == name].set_index("factor") for name in ("equity", "crypto")
    )
    both = equity.index.intersection(crypto.index)
    equity, crypto = equity.loc[both], crypto.loc[both]
    errors = [side["mean_ann"] / side["t_stat"] for side in (equity, crypto)]
    difference = equity["mean_ann"] - crypto["mean_ann"]
    z = difference / np.hypot(*errors)
    return pd.DataFrame(
        {
            "equity_mean_ann": equity["mean_ann"],
            "crypto_mean_ann": crypto["mean_ann"],
            "equity_t_stat": equity["t_stat"],
            "crypto_t_stat": crypto["t_stat"],
            "is_same_sign": np.sign(equity["mean_ann"]) == np.sign(crypto["mean_ann"]),
            "difference_ann": difference,
            "z_difference": z,
            "p_value_difference": 2 * stats.norm.sf(z.abs()),
        }
    ).reset_index()
