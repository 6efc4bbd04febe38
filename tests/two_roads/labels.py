"""Forward returns, training targets and information coefficients: METHODS sections 6 and 11."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.stats import rankdata, spearmanr

from tests.two_roads.inputs import Market, sessions, variables


def first_trade_session(
    days: list[pd.Timestamp], decided: pd.Timestamp, lag: int
) -> pd.Timestamp | None:
    """The session on which an order decided at the end of a day is filled."""
    later = [day for day in days if day > decided]
    return later[lag - 1] if len(later) >= lag else None


def forward_returns(market: Market) -> pd.DataFrame:
    """fwd_ret of every member on every factor date and horizon of its class.

    Walks the sessions after the trade date one by one. After its delisting a name earns 0; the
    label is missing where the window reaches past the data.
    """
    settings = variables()
    prices = market.table("prepared.prices_daily").sort_values(["symbol", "as_of_date"])
    last_of_venue = prices.groupby("venue")["as_of_date"].max()
    first = prices["as_of_date"].min()
    calendars = {
        venue: list(sessions(venue, first, prices["as_of_date"].max() + pd.Timedelta(days=400)))
        for venue in last_of_venue.index
    }
    members = market.table("factors.cross_section_members")
    found = []
    for symbol, dates in members.groupby("symbol"):
        own = prices[prices["symbol"] == symbol]
        venue, kind = own["venue"].iloc[0], own["asset_class"].iloc[0]
        position = {day: at for at, day in enumerate(calendars[venue])}
        index = dict(zip(own["as_of_date"], own["total_return_index"], strict=True))
        ends = set(own[own["is_delisted"]]["as_of_date"])
        for day in dates["as_of_date"]:
            trade = first_trade_session(
                calendars[venue][position_after(calendars[venue], day):],
                day,
                settings["execution_lag_sessions"],
            )
            for horizon in settings["horizons"][kind]:
                label_end = calendars[venue][position[trade] + horizon]
                value = math.nan
                if label_end <= last_of_venue[venue]:
                    value = walk(calendars[venue], position[trade], horizon, index, ends)
                found.append((day, symbol, horizon, label_end, value))
    columns = ["as_of_date", "symbol", "horizon", "label_end_date", "fwd_ret"]
    return pd.DataFrame(found, columns=columns)


def position_after(days: list[pd.Timestamp], day: pd.Timestamp) -> int:
    """Where the sessions after a day begin."""
    return int(np.searchsorted(np.array(days, dtype="datetime64[us]"), day.to_datetime64(), "right"))


def walk(
    days: list[pd.Timestamp],
    start: int,
    horizon: int,
    index: dict[pd.Timestamp, float],
    ends: set[pd.Timestamp],
) -> float:
    """Total return from the close of one session over the next ``horizon`` sessions."""
    at = days[start]
    if at not in index:  # gone before it could be bought
        return math.nan
    worth = 1.0
    for step in range(start, start + horizon):
        if days[step] in ends or days[step + 1] not in index:
            break
        worth *= index[days[step + 1]] / index[days[step]]
    return worth - 1


def rank_ic(values: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """Spearman correlation of the directed z-score and the label, by date, factor and horizon."""
    directions = {one["name"]: one["direction"] for one in variables()["factors"]}
    both = values.dropna(subset="z_score").merge(
        labels.dropna(subset="fwd_ret"), on=["as_of_date", "symbol"]
    )
    found = []
    keys = ["as_of_date", "asset_class", "factor", "horizon"]
    for key, section in both.groupby(keys):
        if len(section) < variables()["min_names"]:
            continue
        directed = directions[key[2]] * section["z_score"]
        if directed.nunique() < 2 or section["fwd_ret"].nunique() < 2:
            continue
        found.append((*key, spearmanr(directed, section["fwd_ret"]).statistic, len(section)))
    return pd.DataFrame(found, columns=[*keys, "ic", "n"])


def training_targets(members: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """Rank of the one-month label in its cross-section, minus 0.5.

    Parameters
    ----------
    members : as_of_date, symbol, asset_class, country. labels : forward returns.
    """
    month = {kind: lengths["month"] for kind, lengths in variables()["sessions"].items()}
    labels = labels.dropna(subset="fwd_ret").merge(members, on=["as_of_date", "symbol"])
    labels = labels[labels["horizon"] == labels["asset_class"].map(month)]
    groups = labels.groupby(["as_of_date", "asset_class", "country"])["fwd_ret"]
    ranks = groups.transform(lambda values: (rankdata(values) - 0.5) / len(values) - 0.5)
    enough = groups.transform("size") >= variables()["min_names"]
    return labels.assign(target_rank=ranks)[enough]
