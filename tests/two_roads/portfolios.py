"""Choosing and weighing: METHODS section 8, leg by leg, water-filling by iteration."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tests.two_roads.inputs import Market, variables

QUARTER_ENDS = (3, 6, 9, 12)


def is_set(cell: Any) -> bool:
    """Whether a cell of strategies.csv is not empty."""
    return cell is not None and not (isinstance(cell, float) and math.isnan(cell))


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


@dataclass(frozen=True)
class Limits:
    """What the weights of a leg must keep."""

    gross: float
    cap: float
    floor: float = 0.0
    sector_cap: float = math.inf


def fill_sectors(
    raw: dict[str, float], sectors: dict[str, str | None], limits: Limits
) -> dict[str, float]:
    """Water-filling under a cap on each sector too; names without a sector are not capped.

    Round by round again: a sector that exceeds its cap is filled up to it, the others share what
    is left.
    """
    weights: dict[str, float] = {}
    free = sorted(raw)
    left = limits.gross
    while free:
        shared = water_fill([raw[name] for name in free], left, limits.cap)
        weights.update(zip(free, shared, strict=True))
        sums: dict[str, float] = {}
        for name in free:
            if sectors.get(name) is not None:
                sums[sectors[name]] = sums.get(sectors[name], 0.0) + weights[name]
        full = {sector for sector, total in sums.items() if total > limits.sector_cap}
        if not full:
            break
        for sector in full:
            names = [name for name in free if sectors.get(name) == sector]
            own = water_fill([raw[name] for name in names], limits.sector_cap, limits.cap)
            weights.update(zip(names, own, strict=True))
            left -= math.fsum(own)
        free = [name for name in free if sectors.get(name) not in full]
    return weights


def leg_weights(
    raw: dict[str, float], limits: Limits, sectors: dict[str, str | None] | None = None
) -> dict[str, float]:
    """One leg: names solved below the floor are dropped together and the rest solved again."""
    sectors = sectors or {}
    able = {name: value for name, value in raw.items() if value > 0}
    weights = fill_sectors(able, sectors, limits)
    lowest = limits.floor * (1 - 1e-12)
    kept = {name: able[name] for name, weight in weights.items() if weight >= lowest}
    return weights if len(kept) == len(able) else fill_sectors(kept, sectors, limits)


def equal_risk(covariance: np.ndarray) -> np.ndarray:
    """Weights that sum to 1 and contribute equally to the variance.

    Newton's method on the convex 1/2 x'Sx - sum(ln x) / n, whose minimum is in proportion to them
    (Spinu 2013).
    """
    n_names = len(covariance)
    x = 1 / np.sqrt(np.diag(covariance))
    x /= math.sqrt(x @ covariance @ x)
    for _ in range(200):
        slope = covariance @ x - 1 / (n_names * x)
        step = np.linalg.solve(covariance + np.diag(1 / (n_names * x**2)), slope)
        decrement = math.sqrt(max(slope @ step, 0.0))
        shortest = max(np.max(step / x), 0.0)
        x = x - step / (1 + max(shortest, math.sqrt(n_names) * decrement))
        if decrement < 1e-15:
            break
    return x / x.sum()


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


class Sections:
    """Every score's names, best first, by date and asset class, and what is known of each."""

    def __init__(self, market: Market) -> None:
        table = score_table(market).sort_values(
            ["score_name", "as_of_date", "asset_class", "score", "tie_break", "symbol"],
            ascending=[True, True, True, False, False, True],
        )
        self._ranked = {
            key: list(names)
            for key, names in table.groupby(["score_name", "as_of_date", "asset_class"])["symbol"]
        }
        members = market.query(
            "select m.as_of_date, m.symbol, m.sector, u.ret_1d_std, p.market_cap_usd"
            " from factors.cross_section_members m"
            " join prepared.universe_daily u"
            " on m.symbol = u.symbol and m.session_date = u.as_of_date"
            " join prepared.prices_daily p on m.symbol = p.symbol and m.session_date = p.as_of_date"
        )
        members = members.astype(object).where(members.notna(), None)
        self.known = {row[:2]: row[2:] for row in members.itertuples(index=False)}
        betas = market.table("factors.volatility", "as_of_date, symbol, market_beta")
        betas = betas.dropna(subset="market_beta")
        self.betas = {
            (row.as_of_date, row.symbol): row.market_beta for row in betas.itertuples(index=False)
        }

        self._returns = {
            asset_class: rows.pivot(index="as_of_date", columns="symbol", values="ret_1d")
            for asset_class, rows in market.query(
                "select as_of_date, symbol, asset_class, ret_1d from prepared.prices_daily"
                " where not is_stale order by as_of_date"
            ).groupby("asset_class")
        }

    def equal_risk_of(
        self, day: pd.Timestamp, asset_class: str, names: list[str]
    ) -> dict[str, float]:
        """Weights of equal risk, by the trailing year's covariance after Ledoit and Wolf.

        Names with returns on fewer than 80 % of the year's days are left out.
        """
        from sklearn.covariance import ledoit_wolf

        n_days = variables()["sessions"][asset_class]["year"]
        returns = self._returns[asset_class].loc[:day, sorted(names)].tail(n_days)
        is_known = returns.notna().sum() >= variables()["window_coverage"] * n_days
        returns = returns.loc[:, is_known & (returns.std() > 0)]
        if returns.empty:
            return {}
        covariance, _ = ledoit_wolf(returns.fillna(returns.mean()).to_numpy())
        return dict(zip(returns.columns, equal_risk(covariance), strict=True))

    def ranked(self, score: str, day: pd.Timestamp, asset_class: str) -> list[str]:
        """The names that can be chosen, best first; none where they are too few."""
        names = self._ranked.get((score, day, asset_class), [])
        return names if len(names) >= variables()["min_names"] else []


def schedule(market: Market, strategy: dict[str, Any]) -> list[tuple[pd.Timestamp, bool]]:
    """The dates of a strategy, and whether each is one of its rhythm; the newest day always is in.

    A book of both classes goes by the equity dates.
    """
    kind = strategy["asset_class"]
    dates = market.table("factors.factor_dates")
    dates = dates[dates["asset_class"] == ("equity" if kind == "both" else kind)]
    days = dates.groupby("as_of_date")[["is_month_end", "is_week_end"]].any()
    rhythm = {
        "monthly": days["is_month_end"],
        "weekly": days["is_week_end"],
        "quarterly": days["is_month_end"] & days.index.month.isin(QUARTER_ENDS),
        "daily": days["is_month_end"] | True,
    }[strategy["rebalance"]]
    found = [(day, bool(due)) for day, due in rhythm.items()]
    return [(day, due) for day, due in found if due or day == days.index.max()]


def chosen_names(
    ranked: list[str], leg: str, strategy: dict[str, Any], before: Iterable[str]
) -> list[tuple[int, str]]:
    """Rank and name of a leg's members: the top (bottom) fraction, and who may stay of before."""
    if leg == "short":
        ranked = ranked[::-1]
    n_names = len(ranked)
    n_chosen = math.floor(n_names * strategy["top_fraction"])
    hold = strategy.get("hold_fraction")
    n_kept = math.floor(n_names * hold) if is_set(hold) else n_chosen
    stays = set(before)
    members = [
        (place, name)
        for place, name in enumerate(ranked, start=1)
        if place <= n_chosen or (place <= n_kept and name in stays)
    ]
    return [(n_names + 1 - place if leg == "short" else place, name) for place, name in members]


def raw_weight(weighting: str, leg: str, rank: int, n_names: int, known: tuple) -> float:
    """What a name weighs before its leg is solved; NaN or 0 where it cannot be weighed."""
    _, sigma, market_cap = known
    share = (rank - 0.5) / n_names
    if weighting == "score":
        return 1 - share if leg == "long" else share
    if weighting == "inverse_volatility":
        return 1 / sigma if sigma else math.nan
    if weighting == "cap":
        return math.nan if market_cap is None else market_cap
    return 1.0


def neutral_scales(legs: dict[str, dict[str, float]], betas: dict[str, float]) -> dict[str, float]:
    """What each leg of one asset class is multiplied by, so that their betas cancel.

    A missing beta is 1. Where a leg's beta is not above 0, their sums cancel instead.
    """
    exposures = {
        leg: math.fsum(weight * betas.get(name, 1.0) for name, weight in weights.items())
        for leg, weights in legs.items()
    }
    if min(exposures.values()) <= 0:
        exposures = {leg: math.fsum(weights.values()) for leg, weights in legs.items()}
    lower = min(exposures.values())
    return {leg: lower / exposure if exposure else 0.0 for leg, exposure in exposures.items()}


class Construction:
    """One strategy's desired weights, one date after the other."""

    def __init__(self, sections: Sections, strategy: dict[str, Any]) -> None:
        self.sections, self.strategy = sections, strategy
        kind, crypto = strategy["asset_class"], strategy["crypto_share"]
        self.shares = {"both": {"equity": 1 - crypto, "crypto": crypto}}.get(kind, {kind: 1.0})
        self.sides = {"long": strategy["gross_long"]}
        if strategy["side"] != "long_only":
            self.sides["short"] = strategy["gross_short"]
        self._members: dict[tuple[str, str], list[str]] = {}

    def decide(self, day: pd.Timestamp, is_scheduled: bool) -> list[tuple]:
        """asset_class, leg, symbol, raw weight, desired weight of one date."""
        found = []
        for asset_class, share in self.shares.items():
            legs, raws = {}, {}
            for leg, gross in self.sides.items():
                raws[leg] = self.raw_weights(day, asset_class, leg, is_scheduled)
                if gross * share > 0:
                    legs[leg] = self.solve(day, raws[leg], gross * share)
            if self.strategy["side"] == "market_neutral" and any(legs.values()):
                betas = {name: b for (when, name), b in self.sections.betas.items() if when == day}
                scales = neutral_scales(legs, betas)
                legs = {
                    leg: {name: weight * scales[leg] for name, weight in weights.items()}
                    for leg, weights in legs.items()
                }
            for leg, weights in legs.items():
                sign = 1 if leg == "long" else -1
                found += [
                    (asset_class, leg, name, raws[leg][name], sign * weight)
                    for name, weight in weights.items()
                    if weight > 0
                ]
        return found

    def raw_weights(
        self, day: pd.Timestamp, asset_class: str, leg: str, is_scheduled: bool
    ) -> dict[str, float]:
        """What each member of a leg weighs before any cap; members of a rhythm's date may stay."""
        ranked = self.sections.ranked(self.strategy["score"], day, asset_class)
        before = self._members.get((asset_class, leg), [])
        members = chosen_names(ranked, leg, self.strategy, before)
        if is_scheduled:
            self._members[asset_class, leg] = [name for _, name in members]
        if self.strategy["weighting"] == "risk_parity":
            return self.sections.equal_risk_of(day, asset_class, [name for _, name in members])
        return {
            name: raw_weight(
                self.strategy["weighting"], leg, rank, len(ranked), self.sections.known[day, name]
            )
            for rank, name in members
        }

    def solve(self, day: pd.Timestamp, raw: dict[str, float], gross: float) -> dict[str, float]:
        """A leg's weights under its caps."""
        sector_cap = self.strategy.get("sector_cap")
        limits = Limits(
            gross,
            self.strategy["max_weight"],
            self.strategy["min_weight"],
            sector_cap if is_set(sector_cap) else math.inf,
        )
        return leg_weights(raw, limits, {name: self.sections.known[day, name][0] for name in raw})


def desired_weights(market: Market) -> pd.DataFrame:
    """desired_weight of every strategy on every one of its dates; short legs negative."""
    sections, found = Sections(market), []
    for strategy in market.table("seeds.strategies").to_dict("records"):
        construction = Construction(sections, strategy)
        for day, is_scheduled in schedule(market, strategy):
            rows = construction.decide(day, is_scheduled)
            found += [(day, strategy["strategy"], is_scheduled, *row) for row in rows]
    columns = ["as_of_date", "strategy", "is_scheduled", "asset_class", "leg", "symbol", "raw"]
    return pd.DataFrame(found, columns=[*columns, "desired_weight"])
