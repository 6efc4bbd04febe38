"""Forward returns, training targets and information coefficients: METHODS sections 6 and 11."""

from __future__ import annotations

from bisect import bisect_right

import pandas as pd
from scipy.stats import rankdata, spearmanr

from tests.two_roads.inputs import Market, sessions, variables


def forward_returns(market: Market) -> pd.DataFrame:
    """fwd_ret of every member on every factor date and horizon of its class.

    Bought at the close of the first session after the date on which the name trades, then walked
    session by session. After its delisting a name earns 0, and so does one that is delisted before
    it could be bought. No row where the window reaches past the data.
    """
    prices = market.table("prepared.prices_daily").sort_values(["symbol", "as_of_date"])
    last_of_venue = prices.groupby("venue")["as_of_date"].max()
    first, last = prices["as_of_date"].min(), prices["as_of_date"].max()
    calendars = {venue: list(sessions(venue, first, last)) for venue in last_of_venue.index}
    by_symbol = dict(list(prices.groupby("symbol")))
    members = market.table("factors.cross_section_members")
    found = []
    for symbol, dates in members.groupby("symbol"):
        own = by_symbol[symbol]
        days, kind = calendars[own["venue"].iloc[0]], own["asset_class"].iloc[0]
        columns = own[["as_of_date", "total_return_index", "is_stale", "is_delisted"]]
        rows = {row[0]: row[1:] for row in columns.itertuples(index=False)}
        for decided in dates["as_of_date"]:
            entry, is_bought = entry_session(days, rows, decided)
            for horizon in variables()["horizons"][kind] if entry is not None else []:
                if (
                    entry + horizon < len(days)
                    and days[entry + horizon] <= last_of_venue[own["venue"].iloc[0]]
                ):
                    value = walk(days, entry, horizon, rows) if is_bought else 0.0
                    found.append((decided, symbol, horizon, days[entry + horizon], value))
    columns = ["as_of_date", "symbol", "horizon", "label_end_date", "fwd_ret"]
    return pd.DataFrame(found, columns=columns)


def entry_session(
    days: list[pd.Timestamp], rows: dict[pd.Timestamp, tuple], decided: pd.Timestamp
) -> tuple[int | None, bool]:
    """Position of the session on which the order of a day ends, and whether it was filled.

    It is filled at the lag's session or the first one after it with a bar; a delisting ends it.
    """
    first = bisect_right(days, decided) + variables()["execution_lag_sessions"] - 1
    for position in range(first, len(days)):
        _, is_stale, is_delisted = rows.get(days[position], (0.0, True, False))
        if is_delisted:
            return position, False
        if not is_stale:
            return position, True
    return None, False


def walk(
    days: list[pd.Timestamp], start: int, horizon: int, rows: dict[pd.Timestamp, tuple]
) -> float:
    """Total return from the close of one session over the next ``horizon`` sessions."""
    worth, before = 1.0, rows[days[start]][0]
    for step in range(start + 1, start + horizon + 1):
        index, _, is_delisted = rows[days[step]]
        worth, before = worth * index / before, index
        if is_delisted:
            break
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
    """Rank of the label over the training horizon in its cross-section, minus 0.5.

    Parameters
    ----------
    members : as_of_date, symbol, asset_class, country. labels : forward returns.
    """
    horizon = variables()["walk_forward"]["horizon"]
    labels = labels.dropna(subset="fwd_ret").merge(members, on=["as_of_date", "symbol"])
    labels = labels[labels["horizon"] == labels["asset_class"].map(horizon)]
    groups = labels.groupby(["as_of_date", "asset_class", "country"])["fwd_ret"]
    ranks = groups.transform(lambda values: (rankdata(values) - 0.5) / len(values) - 0.5)
    enough = groups.transform("size") >= variables()["min_names"]
    return labels.assign(target_rank=ranks)[enough]
