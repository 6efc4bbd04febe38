"""Choosing and weighing: METHODS section 8, leg by leg, water-filling by iteration."""

from __future__ import annotations

import math

import pandas as pd

from tests.two_roads.inputs import Market, variables


def water_fill(raw: list[float], gross: float, cap: float) -> list[float]:
    """Weights in proportion to raw, none above the cap, that sum to gross where that is possible.

    Fills up round by round: whatever exceeds the cap stays at it, the rest shares what is left.
    """
    if len(raw) * cap <= gross:
        return [cap] * len(raw)
    weights, free = [0.0] * len(raw), set(range(len(raw)))
    while free:
        left = gross - cap * (len(raw) - len(free))
        total = math.fsum(raw[one] for one in free)
        full = {one for one in free if raw[one] / total * left > cap}
        if not full:
            for one in free:
                weights[one] = raw[one] / total * left
            break
        for one in full:
            weights[one] = cap
        free -= full
    return weights


def leg_weights(raw: dict[str, float], gross: float, cap: float, floor: float) -> dict[str, float]:
    """One leg: names solved below the floor are dropped together and the rest solved again."""
    names = sorted(name for name, value in raw.items() if value > 0)
    weights = dict(zip(names, water_fill([raw[n] for n in names], gross, cap), strict=True))
    kept = [name for name in names if weights[name] >= floor]
    if len(kept) < len(names):
        again = water_fill([raw[name] for name in kept], gross, cap)
        weights = dict(zip(kept, again, strict=True))
    return weights


def score_table(market: Market) -> pd.DataFrame:
    """as_of_date, symbol, asset_class, score_name, score, tie_break of all that can be followed."""
    values = market.table("factors.factor_values").dropna(subset="rank_pct")
    direction = values["factor"].map(
        {one["name"]: one["direction"] for one in variables()["factors"]}
    )
    keys = ["as_of_date", "symbol", "asset_class", "score_name", "score", "tie_break"]
    ranks = values.assign(
        score_name=values["factor"],
        score=direction * (values["rank_pct"] - 0.5),
        tie_break=direction * values["raw_value"],
    )
    made = market.table("factors.composite_values").rename(
        columns={"composite": "score_name", "composite_value": "score"}
    )
    models = market.table("scores.model_scores").rename(
        columns={"model": "score_name", "model_score": "score"}
    )
    parts = [part.assign(tie_break=0.0)[keys] for part in (made, models)]
    return pd.concat([ranks[keys], *parts], ignore_index=True).dropna(subset="score")


def raw_weight(
    weighting: str, leg: str, rank: int, n_names: int, sigma: float, cap: float
) -> float:
    """What a name weighs before its leg is solved; NaN or 0 where it cannot be weighed."""
    share = (rank - 0.5) / n_names
    if weighting == "score":
        return 1 - share if leg == "long" else share
    if weighting == "inverse_volatility":
        return 1 / sigma if sigma > 0 else math.nan
    return 1.0 if weighting == "equal" else cap


def desired_weights(market: Market) -> pd.DataFrame:
    """desired_weight of every strategy on every one of its dates; short legs negative."""
    scores = dict(list(score_table(market).groupby(["score_name", "as_of_date"])))
    members = market.query(
        "select m.as_of_date, m.symbol, u.ret_1d_std, p.market_cap_usd"
        " from factors.cross_section_members m"
        " join prepared.universe_daily u"
        " on m.symbol = u.symbol and m.session_date = u.as_of_date"
        " join prepared.prices_daily p on m.symbol = p.symbol and m.session_date = p.as_of_date"
    )
    known = {row[:2]: row[2:] for row in members.itertuples(index=False)}
    rebalances = market.table("construction.rebalances")
    found = []
    for strategy in market.table("seeds.strategies").to_dict("records"):
        dates = rebalances[rebalances["strategy"] == strategy["strategy"]]["as_of_date"]
        for day in sorted(dates):
            section = scores.get((strategy["score"], day))
            if section is None:
                continue
            for asset_class, names in section.groupby("asset_class"):
                if strategy["asset_class"] in ("both", asset_class):
                    for leg in legs_of(strategy, asset_class, names, day, known):
                        found += [(day, strategy["strategy"], *one) for one in leg]
    columns = ["as_of_date", "strategy", "symbol", "asset_class", "leg", "raw", "desired_weight"]
    return pd.DataFrame(found, columns=columns)


def legs_of(
    strategy: dict, asset_class: str, names: pd.DataFrame, day: pd.Timestamp, known: dict
) -> list[list[tuple]]:
    """The long and, where there is one, the short leg of a book in one asset class on one day."""
    if len(names) < variables()["min_names"]:
        return []
    ordered = sorted(
        zip(names["score"], names["tie_break"], names["symbol"], strict=True),
        key=lambda one: (-one[0], -one[1], one[2]),
    )
    n_names = len(ordered)
    n_chosen = math.floor(n_names * strategy["top_fraction"])
    share = 1.0
    if strategy["asset_class"] == "both":
        crypto = strategy["crypto_share"]
        share = crypto if asset_class == "crypto" else 1 - crypto
    ranked = [(rank, one[2]) for rank, one in enumerate(ordered, start=1)]
    sides = [("long", 1, ranked[:n_chosen], strategy["gross_long"])]
    if strategy["side"] == "long_short":
        sides.append(("short", -1, ranked[n_names - n_chosen :], strategy["gross_short"]))
    legs = []
    for leg, sign, chosen, gross in sides:
        raw = {
            symbol: raw_weight(strategy["weighting"], leg, rank, n_names, *known[day, symbol])
            for rank, symbol in chosen
        }
        weights = leg_weights(raw, gross * share, strategy["max_weight"], strategy["min_weight"])
        legs.append([(name, asset_class, leg, raw[name], sign * w) for name, w in weights.items()])
    return legs
