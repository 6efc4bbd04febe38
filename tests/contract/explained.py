"""Weights again, from what the questions of the published file show and from nothing else.

The raw rows that `explain_inputs` shows are put into an empty database, and the second road
(tests/two_roads) goes from there to prices, factors, ranks, scores, legs and weights.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from tests.two_roads.cleaning import clean_all, split_ratios
from tests.two_roads.cross_section import composites, standardized
from tests.two_roads.factors import all_factors
from tests.two_roads.inputs import Market, sessions, variables
from tests.two_roads.portfolios import (
    Limits,
    chosen_names,
    equal_risk,
    leg_weights,
    neutral_scales,
    raw_weight,
)
from tests.two_roads.prices import (
    Rates,
    daily_rows,
    known_assets,
    market_caps,
    money_actions,
    total_return_index,
)

RAW_TABLES = {
    "raw.prices": (
        "symbol, row_date as bar_date, open, high, low, value as close, volume, currency,"
        " price_basis, occurrence, load_id"
    ),
    "raw.corporate_actions": (
        "symbol, row_date as ex_date, item as action_type, value, currency, load_id"
    ),
    "raw.fundamentals": (
        "symbol, item as metric, row_date as period_end_date, frequency, published_at, value,"
        " currency, load_id"
    ),
    "raw.fx_rates": "currency, row_date as rate_date, value as usd_per_unit, load_id",
}
DESCRIBED = ("asset_class", "venue", "country", "currency", "sector", "asset_kind")
HAS_SLEEVES = "family_sleeves"


class Published:
    """A published file as a person opens it: attached read-only, its questions asked by name."""

    def __init__(self, path: Path | str) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("set timezone = 'UTC'")
        self.connection.execute(f"attach '{path}' as published (read_only)")
        self.connection.execute("use published")

    def ask(self, query: str, *parameters: object) -> pd.DataFrame:
        """The answer as a frame, dates as midnight timestamps."""
        frame = self.connection.execute(query, list(parameters)).df()
        for column in frame.columns:
            if str(frame[column].dtype).startswith("datetime64"):
                frame[column] = frame[column].astype("datetime64[us]")
        return frame

    def arrow(self, query: str, *parameters: object) -> Any:
        """The answer as an Arrow table, in which a missing number is not NaN."""
        return self.connection.sql(query, params=list(parameters)).to_arrow_table()

    def close(self) -> None:
        self.connection.close()


class Shown(Market):
    """A database that holds the rows of `explain_inputs` alone, as the second road reads them."""

    def __init__(self, published: Published, day: pd.Timestamp, factors: tuple[str, ...]) -> None:
        self._connection = duckdb.connect()
        self._read: dict[str, pd.DataFrame] = {}
        asked = " union ".join(["select * from explain_inputs(?, null, ?)"] * len(factors))
        given = [one for factor in factors for one in (day.date(), factor)]
        self._connection.register("shown", published.arrow(asked, *given))
        self._connection.execute("create schema raw; create schema factors; create schema prepared")
        for table, columns in RAW_TABLES.items():
            self._connection.execute(
                f"create table {table} as select {columns} from shown where relation = '{table}'"
            )
        items = ", ".join(
            f"max(value_text) filter (where item = '{item}') as {item}" for item in DESCRIBED
        )
        self._connection.execute(
            f"create table raw.universe as select symbol, {items}, row_date as member_from,"
            " cast(null as date) as member_to, load_id from shown"
            " where relation = 'raw.universe' group by symbol, row_date, load_id"
        )
        self._connection.execute(
            "create table prepared.market_returns as select row_date as as_of_date,"
            " value_text as asset_class, value as market_return from shown"
            " where relation = 'prepared.market_returns'"
        )

    def holds(self, name: str, frame: pd.DataFrame) -> None:
        """Add a table that was worked out here."""
        self._connection.register("held", frame)
        self._connection.execute(f"create or replace table {name} as from held")
        self._connection.unregister("held")


def prices_of(market: Shown, asset_class: str) -> pd.DataFrame:
    """Sessions of every name from its first shown bar on; market caps of its newest one alone."""
    assets, rates = known_assets(market), Rates(market)
    assets = {name: one for name, one in assets.items() if one["asset_class"] == asset_class}
    cleaned = {name: one for name, one in clean_all(market, assets).items() if name in assets}
    splits, (dividends, delistings) = split_ratios(market), money_actions(market)
    last: dict[str, pd.Timestamp] = {}
    for name, found in cleaned.items():
        venue = assets[name]["venue"]
        last[venue] = max([last.get(venue, pd.Timestamp.min), *found.bars])
    rows = []
    for name, found in cleaned.items():
        venue = assets[name]["venue"]
        if not found.bars:
            continue
        index = total_return_index(found, splits.get(name, []), dividends.get(name, {}), rates)
        days = list(sessions(venue, min(found.bars).date(), last[venue].date()))
        own = daily_rows(assets[name], found, index, days, delistings.get(name, []))
        rows += [row | {"venue": venue, "asset_class": asset_class} for row in own]
    frame = pd.DataFrame(rows).assign(listing_no=1, market_cap_usd=np.nan)
    newest = frame.groupby("symbol").tail(1)
    frame.loc[newest.index, "market_cap_usd"] = market_caps(market, newest, cleaned)
    return frame


@dataclass
class Section:
    """One asset class on one day, from the raw rows shown for a score: factors, ranks, scores."""

    published: Published
    day: pd.Timestamp
    asset_class: str
    score_names: tuple[str, ...]
    market: Shown = field(init=False)
    prices: pd.DataFrame = field(init=False)

    def __post_init__(self) -> None:
        self.market = Shown(self.published, self.day, (*self.score_names, "ret_1d_std"))
        self.prices = prices_of(self.market, self.asset_class)

    @cached_property
    def values(self) -> pd.DataFrame:
        """Every registered factor's raw value, winsorized, z-scored and ranked."""
        members = self.published.ask(
            "select distinct symbol, asset_class, session_date, as_of_date"
            " from explain_factor(?, null, null) where asset_class = ? and as_of_date = ?",
            self.day.date(),
            self.asset_class,
            self.day.date(),
        )
        members = members.merge(
            self.prices[["symbol", "venue"]].drop_duplicates(), on="symbol", validate="1:1"
        )
        dates = members[["as_of_date", "asset_class", "venue", "session_date"]]
        self.market.holds("factors.factor_dates", dates.drop_duplicates())
        keys = pd.MultiIndex.from_frame(members[["symbol", "session_date"]])
        rows = pd.MultiIndex.from_frame(self.prices[["symbol", "as_of_date"]])
        returns = self.market.table("prepared.market_returns")
        found = all_factors(self.market, self.prices.assign(is_tradable=rows.isin(keys)), returns)
        names = [
            one["name"]
            for one in variables()["factors"]
            if self.asset_class in one["asset_classes"] and one["name"] in found
        ]
        raw = found.melt(["as_of_date", "symbol", "asset_class"], names, "factor", "raw_value")
        raw["raw_value"] = raw["raw_value"].astype(float)
        return standardized(self.market, raw[np.isfinite(raw["raw_value"])])

    def scores(self, score_name: str) -> pd.DataFrame:
        """symbol, score and tie_break of a factor or composite."""
        registry = {one["name"]: one for one in variables()["factors"]}
        if score_name in registry:
            rows = self.values[self.values["factor"] == score_name].dropna(subset="rank_pct")
            sign = registry[score_name]["direction"]
            return pd.DataFrame(
                {
                    "symbol": rows["symbol"],
                    "score": sign * (rows["rank_pct"] - 0.5),
                    "tie_break": sign * rows["raw_value"],
                }
            )
        rows = composites(self.values)
        rows = rows[rows["composite"] == score_name]
        return pd.DataFrame(
            {"symbol": rows["symbol"], "score": rows["composite_value"], "tie_break": 0.0}
        )

    def ranked(self, score_name: str) -> list[str]:
        """The names, best first; ties by raw value, then by symbol."""
        rows = self.scores(score_name).sort_values(
            ["score", "tie_break", "symbol"], ascending=[False, False, True]
        )
        return list(rows["symbol"]) if len(rows) >= variables()["min_names"] else []

    def features(self) -> pd.DataFrame:
        """symbol, factor and direction x (rank_pct - 0.5)."""
        sign = self.values["factor"].map(
            {one["name"]: one["direction"] for one in variables()["factors"]}
        )
        return self.values.assign(feature=sign * (self.values["rank_pct"] - 0.5))

    @cached_property
    def returns(self) -> pd.DataFrame:
        """ret_1d of the days with a bar, a column per name."""
        rows = self.prices[~self.prices["is_stale"]]
        return rows.pivot(index="as_of_date", columns="symbol", values="ret_1d")

    def known(self, symbol: str) -> tuple:
        """Volatility of the last sessions and market cap of one name."""
        rows = self.prices[self.prices["symbol"] == symbol]
        recent = rows.tail(variables()["liquidity_sessions"])
        returns = recent.loc[~recent["is_stale"], "ret_1d"]
        cap = rows["market_cap_usd"].iloc[-1]
        return None, returns.std(), None if np.isnan(cap) else cap

    def equal_risk(self, names: list[str]) -> dict[str, float]:
        """Weights of equal risk over the trailing year's days."""
        n_days = variables()["sessions"][self.asset_class]["year"]
        return equal_risk_weights(self.returns.reindex(columns=sorted(names)), n_days)


def equal_risk_weights(returns: pd.DataFrame, n_days: int) -> dict[str, float]:
    """Weights of equal risk after Ledoit and Wolf, of the columns with enough of their days."""
    from sklearn.covariance import ledoit_wolf

    returns = returns.tail(n_days)
    is_known = returns.notna().sum() >= variables()["window_coverage"] * n_days
    returns = returns.loc[:, is_known & (returns.std() > 0)]
    if returns.empty:
        return {}
    covariance, _ = ledoit_wolf(returns.fillna(returns.mean()).to_numpy())
    return dict(zip(returns.columns, equal_risk(covariance), strict=True))


class Recomputed:
    """One strategy's decision, worked out from what is shown of it.

    ``sections`` keeps what the raw rows of a day come to, for further strategies of the day.
    ``from_scores``: the scores and traits of the names are taken as shown, as of models they are.
    """

    def __init__(
        self,
        published: Published,
        day: pd.Timestamp,
        strategy: str,
        sections: dict[tuple, Section] | None = None,
        *,
        from_scores: bool = False,
    ) -> None:
        self.published, self.day, self.strategy = published, day, strategy
        given = (day.date(), strategy)
        self.legs = published.ask("from explain_leg(?, ?)", *given)
        self.book = published.ask("from explain_book(?, ?)", *given)
        self.from_scores = from_scores
        self.is_model = from_scores or set(self.legs["score_name"]) <= set(
            published.ask("select distinct model from scores.model_scores")["model"]
        )
        self._sections = {} if sections is None else sections

    def section(self, asset_class: str) -> Section:
        """The names of a class from their raw rows, for the scores of the strategy."""
        rows = self.legs[self.legs["asset_class"] == asset_class]
        names = tuple(sorted(set(rows["score_name"])))
        if self.is_model:
            names = ("composite",)  # all factors: what it learns from
        key = (self.day, asset_class, names)
        if key not in self._sections:
            self._sections[key] = Section(self.published, self.day, asset_class, names)
        return self._sections[key]

    def factors(self, symbol: str) -> pd.DataFrame:
        """Every factor of a name from the raw rows: values, z-score, rank and feature."""
        row = self.legs[self.legs["symbol"] == symbol].iloc[0]
        features = self.section(row["asset_class"]).features()
        return features[features["symbol"] == symbol].set_index("factor")

    def ranked(self, asset_class: str, score_name: str) -> list[str]:
        """Names best first: of a model by its stored scores, else from the raw rows."""
        if not self.is_model:
            return self.section(asset_class).ranked(score_name)
        rows = self.published.ask(
            "from ranks_on(?, ?) where asset_class = ?", self.day.date(), score_name, asset_class
        )
        if self.from_scores:  # places: of equal scores the raw value decides, which is not shown
            assert rows["score"].is_monotonic_decreasing
            return list(rows["symbol"])
        rows = rows.sort_values(["score", "symbol"], ascending=[False, True])
        return list(rows["symbol"])

    def known(self, asset_class: str, row: pd.Series) -> tuple:
        """What a raw weight is made of: sector, volatility and market cap."""
        if self.from_scores:
            traits = row[["ret_1d_std", "market_cap_usd"]].astype(object)
            return (None, *traits.where(traits.notna(), None))
        return self.section(asset_class).known(row["symbol"])

    def desired(self) -> dict[str, float]:
        """Every name's desired weight."""
        budgets, found = self.budgets(), {}
        for asset_class, of_class in self.legs.groupby("asset_class"):
            solved: dict[tuple[str, str], dict[str, float]] = {}
            for (score_name, leg), rows in of_class.groupby(["score_name", "leg"]):
                solved[score_name, leg] = self.leg(asset_class, score_name, leg, rows)
            scales = self.scales(of_class, solved, budgets)
            for (score_name, leg), weights in solved.items():
                sign = 1 if leg == "long" else -1
                factor = sign * scales[leg] * budgets.get((asset_class, score_name), 1.0)
                for name, weight in weights.items():
                    found[name] = found.get(name, 0.0) + factor * weight
        return found

    def leg(
        self, asset_class: str, score_name: str, leg: str, rows: pd.DataFrame
    ) -> dict[str, float]:
        """Weights of one leg under its limits."""
        rule = rows.iloc[0]
        ranked = self.ranked(asset_class, score_name)
        stays = rows.loc[rows["was_chosen_before"].astype(bool), "symbol"]
        members = chosen_names(ranked, leg, rule.to_dict(), stays)
        names = [name for _, name in members]
        if rule["weighting"] == "risk_parity":
            raw = self.section(asset_class).equal_risk(names)
        else:
            is_by_trait = rule["weighting"] in ("inverse_volatility", "cap")
            shown = {row["symbol"]: row for _, row in rows.iterrows()}
            raw = {
                name: raw_weight(
                    rule["weighting"],
                    leg,
                    rank,
                    len(ranked),
                    self.known(asset_class, shown[name]) if is_by_trait else (None, None, None),
                )
                for rank, name in members
            }
        cap = rule["sector_cap"]
        limits = Limits(
            rule["leg_gross"],
            rule["max_weight"],
            rule["min_weight"],
            np.inf if pd.isna(cap) else cap,
        )
        sectors = rows.set_index("symbol")["sector"]
        sectors = {name: sectors[name] for name in names if isinstance(sectors[name], str)}
        return leg_weights(raw, limits, sectors)

    def scales(
        self,
        rows: pd.DataFrame,
        solved: dict[tuple[str, str], dict[str, float]],
        budgets: dict[tuple[str, str], float],
    ) -> dict[str, float]:
        """What each leg is scaled by: 1, or until the betas of both cancel."""
        if rows["side"].iloc[0] != "market_neutral":
            return {"long": 1.0, "short": 1.0}
        betas = rows.drop_duplicates("symbol").set_index("symbol")["market_beta"].dropna()
        legs = {leg: weights for (_, leg), weights in solved.items()}
        return neutral_scales(legs, dict(betas))

    def budgets(self) -> dict[tuple[str, str], float]:
        """Shares of the family sleeves at equal risk of the returns that are shown; else none."""
        if not self.legs["is_sleeve"].any():
            return {}
        shown = self.published.ask("from explain_sleeves(?, ?)", self.day.date(), self.strategy)
        found = {}
        for asset_class, rows in shown[shown["has_names"].astype(bool)].groupby("asset_class"):
            returns = rows.pivot(index="date", columns="score_name", values="long_short_return")
            n_days = variables()["sessions"][asset_class]["year"]
            weights = equal_risk_weights(returns[returns.index.notna()], n_days)
            for score_name in rows["score_name"].unique():
                found[asset_class, score_name] = weights.get(score_name, 0.0)
        return found

    def target(self, symbol: str, desired: dict[str, float]) -> float:
        """What was to stand after the trade: the whole step, or as much as the limits let pass."""
        wanted = desired.get(symbol, 0.0)
        rows = self.book
        limits = ["turnover_cap", "no_trade_band", "participation_cap"]
        if rows.empty or rows[limits].isna().all(axis=None):
            return wanted
        first = rows[rows["trade_date"] == rows["trade_date"].min()]
        scale, before = self.traded(first, desired), self.before(first)
        own = rows[(rows["symbol"] == symbol) & rows["is_executed"].astype(bool)]
        if own.empty:
            return wanted
        own = own.sort_values("trade_date").iloc[0]
        if own["trade_date"] == first["trade_date"].iloc[0]:
            weight = before[symbol]
        else:
            weight = own["weight_before"]
        band = own["no_trade_band"]
        if weight * wanted > 0 and abs(wanted - weight) < band:
            return weight
        return scale * wanted + (1 - scale) * weight

    @staticmethod
    def before(first: pd.DataFrame) -> dict[str, float]:
        """What each name had drifted to: prior weight x growth over what the book had become."""
        held = first[first["prior_weight"] != 0]
        value = 1 + (held["prior_weight"] * (held["growth"] - 1) - held["carry_fee"]).sum()
        weights = dict.fromkeys(first["symbol"], 0.0)
        worth = held["prior_weight"] * held["growth"] / value
        gone = held["is_gone"].astype(bool)
        return weights | dict(zip(held["symbol"], worth.where(~gone, 0.0), strict=True))

    def traded(self, first: pd.DataFrame, desired: dict[str, float]) -> float:
        """How much of the step the turnover cap lets pass."""
        before = self.before(first)
        there = first[~first["is_gone"].astype(bool)]
        if sum(abs(before[name]) for name in there["symbol"]) == 0:
            return 1.0
        turnover = 0.0
        for row in there.itertuples():
            weight, wanted = before[row.symbol], desired.get(row.symbol, 0.0)
            is_left = weight * wanted > 0 and abs(wanted - weight) < row.no_trade_band
            turnover += 0.0 if is_left else abs(wanted - weight) / 2
        cap = first["turnover_cap"].iloc[0]
        return min(1.0, cap / turnover) if turnover and not pd.isna(cap) else 1.0


def random_weights(
    published: Published, n: int, seed: int, n_days: int | None = None
) -> list[tuple]:
    """(as_of_date, strategy, symbol, target_weight), of one strategy after the other.

    With ``n_days`` all of them are of the decisions that come after so many random days.
    """
    rows = published.ask(
        "select as_of_date, strategy, symbol, target_weight from portfolios.target_weights"
        " order by all"
    )
    draw = np.random.default_rng(seed)
    by_strategy = dict(list(rows.groupby("strategy")))
    names = list(draw.permutation(sorted(by_strategy)))
    days = draw.choice(rows["as_of_date"].unique(), n_days or 1)
    found = []
    for number in range(n):
        own = by_strategy[names[number % len(names)]]
        if n_days:
            later = own[own["as_of_date"] >= days[number % n_days]]
            newest = own["as_of_date"].max() if later.empty else later["as_of_date"].min()
            own = own[own["as_of_date"] == newest]
        found.append(tuple(own.iloc[draw.integers(len(own))]))
    return found
