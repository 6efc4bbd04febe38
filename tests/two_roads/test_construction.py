"""Legs under their limits: optimality, a convex solver, equal risks, buffers date by date."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import cvxpy
import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from models_ml.risk_parity import equal_risk_weights, sleeve_weights, trailing
from tests.builds import REPOSITORY, Market
from tests.compiled import model_sql

N_LEGS = 1000
DAY = pd.Timestamp("2024-01-31")


def random_legs() -> tuple[pd.DataFrame, pd.DataFrame]:
    """strategy_legs and leg_members of legs with every mixture of limits."""
    rng = np.random.default_rng(20240131)
    legs, members = [], []
    for leg_no in range(1, N_LEGS + 1):
        n_names = int(rng.integers(1, 41))
        gross = float(rng.choice([0.25, 0.8, 1.0, 1.5]))
        has_sectors, has_floor = rng.random() < 0.6, rng.random() < 0.4
        max_weight = gross / n_names * rng.uniform(0.9, 5)
        legs.append(
            {
                "leg_no": leg_no,
                "members_no": leg_no,
                "leg_gross": gross,
                "max_weight": max_weight,
                "min_weight": min(max_weight, gross / n_names * 0.6) if has_floor else 0.0,
                "sector_cap": gross * rng.uniform(0.15, 0.8) if has_sectors else None,
            }
        )
        raw = rng.lognormal(0, rng.uniform(0, 1.5), n_names) * 10 ** rng.uniform(-6, 11)
        if rng.random() < 0.2:
            raw[:] = raw[0]
        sectors = rng.choice(["A", "B", "C", "D", "E", None], n_names)
        members += [
            {
                "as_of_date": DAY,
                "members_no": leg_no,
                "symbol": f"N{number:02d}",
                "sector": sector,
                "score": 0.0,
                "score_rank": number,
                "n_candidates": n_names,
                "raw_weight": weight,
            }
            for number, (weight, sector) in enumerate(zip(raw, sectors, strict=True))
        ]
    return pd.DataFrame(legs).astype({"sector_cap": float}), pd.DataFrame(members)


def solved(built: Market, legs: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """leg_weights as the models' own SQL makes them, with each leg's limits beside."""
    with duckdb.connect() as connection:
        connection.execute("create schema construction")
        for name, frame in (("strategy_legs", legs), ("leg_members", members)):
            connection.register("frame", frame)
            connection.execute(f"create table construction.{name} as select * from frame")
        connection.execute(
            "update construction.strategy_legs set sector_cap = null where isnan(sector_cap)"
        )
        for name in ("leg_levels", "limited_weights", "leg_weights"):
            sql = model_sql(built, name)
            connection.execute(f"create table construction.{name} as {sql}")
        return connection.execute(
            "select w.*, l.* exclude (leg_no, members_no) from construction.leg_weights as w "
            "join construction.strategy_legs as l using (leg_no) order by leg_no, symbol"
        ).df()


@pytest.fixture(scope="module")
def legs() -> tuple[pd.DataFrame, pd.DataFrame]:
    return random_legs()


@pytest.fixture(scope="module")
def floored(small_market: Market, legs: tuple) -> pd.DataFrame:
    return solved(small_market, *legs)


@pytest.fixture(scope="module")
def free(small_market: Market, legs: tuple) -> pd.DataFrame:
    """The same legs without least weights."""
    return solved(small_market, legs[0].assign(min_weight=0.0), legs[1])


@dataclass(frozen=True)
class Leg:
    """One leg's names, and what binds them: the cap, or a sector (-1: none) at its own cap."""

    weight: np.ndarray
    level: np.ndarray
    sector: np.ndarray
    at_cap: np.ndarray
    in_full: np.ndarray
    gross: float
    is_underfilled: bool


def each_leg(weights: pd.DataFrame) -> Iterator[Leg]:
    """The legs one by one; none above its cap, no sector above its own."""
    column = {name: weights[name].to_numpy() for name in weights.columns}
    codes = pd.factorize(weights["sector"])[0]
    starts = np.flatnonzero(np.diff(column["leg_no"], prepend=-1))
    for rows in np.split(np.arange(len(weights)), starts[1:]):
        weight, sector, first = column["leg_weight"][rows], codes[rows], rows[0]
        cap, sector_cap = column["max_weight"][first], column["sector_cap"][first]
        assert weight.max() <= cap * (1 + 1e-12)
        in_full = np.zeros(len(rows), dtype=bool)
        if not math.isnan(sector_cap):
            sums = np.bincount(sector + 1, weights=weight, minlength=sector.max() + 2)
            assert (sums[1:] <= sector_cap * (1 + 1e-12)).all()
            in_full = (sector >= 0) & (sums[sector + 1] >= sector_cap * (1 - 1e-12))
        yield Leg(
            weight=weight,
            level=weight / column["raw_weight"][rows],
            sector=sector,
            at_cap=weight >= cap * (1 - 1e-12),
            in_full=in_full,
            gross=column["leg_gross"][first],
            is_underfilled=bool(column["is_leg_underfilled"][first]),
        )


@pytest.mark.parametrize("which", ["free", "floored"])
def test_a_thousand_legs_meet_the_conditions_of_the_optimum(
    request: pytest.FixtureRequest, which: str
) -> None:
    seen = dict.fromkeys(("short", "capped", "full", "free"), 0)
    for leg in each_leg(request.getfixturevalue(which)):
        bound = leg.at_cap | leg.in_full
        if leg.is_underfilled:
            assert leg.weight.sum() < leg.gross
            assert bound.all()
            seen["short"] += 1
            continue
        assert abs(leg.weight.sum() - leg.gross) <= 1e-12
        # Free names share one level; what binds a name keeps it at or below that.
        highest = leg.level[~bound].max() if not bound.all() else np.inf
        assert (leg.level[~bound] >= highest * (1 - 1e-12)).all()
        assert (leg.level[bound] <= highest * (1 + 1e-12)).all()
        for sector in np.unique(leg.sector[leg.in_full]):
            filled = leg.level[(leg.sector == sector) & ~leg.at_cap]
            if len(filled):
                assert filled.min() >= filled.max() * (1 - 1e-12)
                capped = leg.level[(leg.sector == sector) & leg.at_cap]
                assert (capped <= filled.max() * (1 + 1e-12)).all()
        seen["capped"] += leg.at_cap.any()
        seen["full"] += leg.in_full.any()
        seen["free"] += not bound.any()
    assert min(seen.values()) > 50, seen


def test_names_below_the_least_weight_are_dropped_together(
    legs: tuple, floored: pd.DataFrame, free: pd.DataFrame
) -> None:
    both = free.drop(columns="min_weight").merge(legs[0][["leg_no", "min_weight"]], on="leg_no")
    both = both.merge(
        floored[["leg_no", "symbol", "leg_weight"]],
        on=["leg_no", "symbol"],
        how="left",
        suffixes=("", "_kept"),
    )
    kept = both["leg_weight_kept"].notna()
    assert (kept == (both["leg_weight"] >= both["min_weight"] * (1 - 1e-12))).all()
    assert (~kept).sum() > 1000
    assert (both["leg_weight_kept"] >= both["leg_weight"] * (1 - 1e-12))[kept].all()


@pytest.mark.parametrize("which", ["free", "floored"])
def test_a_convex_solver_finds_the_same_weights(request: pytest.FixtureRequest, which: str) -> None:
    """All legs as one program: the sum of (w - raw)^2 / raw under the limits."""
    weights = request.getfixturevalue(which)
    rows = weights[~weights["is_leg_underfilled"].astype(bool)].reset_index(drop=True)
    raw = rows["raw_weight"] / rows.groupby("leg_no")["raw_weight"].transform("sum")
    raw = (raw * rows["leg_gross"]).to_numpy()
    capped = rows.dropna(subset=["sector", "sector_cap"])

    def sums_by(keys: pd.Series, index: pd.Index) -> sparse.csr_matrix:
        codes, _ = pd.factorize(keys)
        shape = (codes.max() + 1, len(rows))
        return sparse.csr_matrix((np.ones(len(index)), (codes, index)), shape)

    sector = capped["leg_no"].astype(str) + capped["sector"]
    variable = cvxpy.Variable(len(rows))
    distance = cvxpy.sum(cvxpy.multiply(cvxpy.square(variable - raw), 1 / raw))
    rules = [
        variable <= rows["max_weight"].to_numpy(),
        variable >= 0,
        sums_by(rows["leg_no"], rows.index) @ variable
        == rows.groupby("leg_no", sort=False)["leg_gross"].first().to_numpy(),
        sums_by(sector, capped.index) @ variable
        <= capped.groupby(sector, sort=False)["sector_cap"].first().to_numpy(),
    ]
    cvxpy.Problem(cvxpy.Minimize(distance), rules).solve(
        solver="CLARABEL", tol_gap_abs=1e-10, tol_gap_rel=1e-10, tol_feas=1e-10
    )
    assert np.abs(variable.value - rows["leg_weight"]).max() < 1e-5
    assert rows["leg_no"].nunique() > 700


def test_buffers_walked_date_by_date(small_market: Market) -> None:
    rng = np.random.default_rng(7)
    days = pd.date_range("2020-01-31", periods=40, freq="ME")
    names = [f"N{number:02d}" for number in range(30)]
    candidates = []
    momentum = rng.normal(size=30)
    for day in days:
        momentum = 0.8 * momentum + rng.normal(size=30)
        here = rng.random(30) < 0.9
        order = [names[number] for number in np.argsort(-momentum) if here[number]]
        candidates += [
            (day, "s", "equity", name, 0.0, place, len(order))
            for place, name in enumerate(order, start=1)
        ]
    rules = [("long", 0.3, 0.5), ("short", 0.3, 0.5), ("long", 0.29, 0.29), ("long", 0.1, 1.0)]
    legs = [
        ("a", number, "s", "equity", leg, "monthly", "equity", top, hold)
        for number, (leg, top, hold) in enumerate([*rules, ("short", 0.2, None)], start=1)
    ]
    with duckdb.connect() as connection:
        connection.execute("create schema construction")
        frames = {
            "strategy_legs": (
                "strategy selection_no score_name asset_class leg rebalance dates_class "
                "top_fraction hold_fraction",
                legs,
            ),
            "rebalances": ("strategy as_of_date", [("a", day) for day in days]),
            "candidates": (
                "as_of_date score_name asset_class symbol score score_rank n_candidates",
                candidates,
            ),
        }
        for table, (columns, rows) in frames.items():
            connection.register("frame", pd.DataFrame(rows, columns=columns.split()))
            connection.execute(f"create table construction.{table} as select * from frame")
        connection.execute(
            "update construction.strategy_legs set hold_fraction = null where isnan(hold_fraction)"
        )
        sql = model_sql(small_market, "chosen_names")
        theirs = connection.execute(
            f"select selection_no, as_of_date, symbol from ({sql})"
        ).fetchall()
    sections = pd.DataFrame(candidates, columns=frames["candidates"][0].split())
    ours = []
    for _, number, _, _, leg, _, _, top, hold in legs:
        held: set[str] = set()
        for day, section in sections.groupby("as_of_date"):
            ranked = list(section.sort_values("score_rank")["symbol"])
            ranked = ranked if leg == "long" else ranked[::-1]
            entering = ranked[: math.floor(len(ranked) * top + 1e-9)]
            reach = ranked[: math.floor(len(ranked) * (hold or top) + 1e-9)]
            held = set(entering) | (held & set(reach))
            ours += [(number, day, name) for name in held]
    assert sorted(ours) == sorted((a, pd.Timestamp(b), c) for a, b, c in theirs)
    assert len(ours) > 1500


def contributions(weights: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Each name's share of the variance."""
    return weights * (covariance @ weights) / (weights @ covariance @ weights)


def shrunk(returns: np.ndarray) -> np.ndarray:
    from sklearn.covariance import ledoit_wolf

    return ledoit_wolf(returns)[0]


@pytest.mark.parametrize("n_names", [2, 3, 17, 60])
def test_risk_contributions_are_equal(n_names: int) -> None:
    rng = np.random.default_rng(n_names)
    common = rng.normal(0, 0.01, (45, 1)) * rng.uniform(-1, 2, n_names)
    returns = common + rng.normal(0, 1, (45, n_names)) * rng.uniform(0.001, 0.1, n_names)
    weights = equal_risk_weights(returns)
    assert abs(weights.sum() - 1) < 1e-12
    assert (weights > 0).all()
    assert np.abs(contributions(weights, shrunk(returns)) - 1 / n_names).max() < 1e-9


def test_names_without_a_history_have_no_weight() -> None:
    returns = np.random.default_rng(1).normal(0, 0.01, (100, 4))
    returns[:21, 1] = np.nan
    returns[:20, 2] = np.nan
    returns[:, 3] = 0
    kept, filled = trailing(returns, least_days=80)
    assert kept.tolist() == [True, False, True, False]
    assert np.isfinite(filled).all()
    assert math.isclose(filled[0, 1], np.nanmean(returns[:, 2]))
    assert trailing(returns[:0], least_days=80)[1].shape[1] == 0


def test_risk_parity_legs_share_their_risk(small_market: Market) -> None:
    """From prices, by pandas and scikit-learn, for every date of the strategies that ask."""
    with duckdb.connect(str(small_market.path), read_only=True) as connection:
        weights = connection.execute("from construction.risk_parity_weights").df()
        chosen = connection.execute(
            "select distinct c.as_of_date, c.selection_no, c.symbol, l.asset_class "
            "from construction.chosen_names as c "
            "join construction.strategy_legs as l using (selection_no) "
            "where l.weighting = 'risk_parity'"
        ).df()
        prices = connection.execute(
            "select as_of_date, asset_class, symbol, ret_1d from prepared.prices_daily "
            "where not is_stale"
        ).df()
    year = {"equity": 252, "crypto": 365}
    tables = {
        asset_class: rows.pivot(index="as_of_date", columns="symbol", values="ret_1d")
        for asset_class, rows in prices.groupby("asset_class")
    }
    n_solved = 0
    for (day, number), names in chosen.groupby(["as_of_date", "selection_no"]):
        rows = weights[(weights["as_of_date"] == day) & (weights["selection_no"] == number)]
        asset_class = names["asset_class"].iloc[0]
        window = tables[asset_class].loc[:day].tail(year[asset_class])
        window = window.reindex(columns=sorted(names["symbol"]))
        window = window.loc[:, window.notna().sum() >= 0.8 * year[asset_class]]
        assert set(rows["symbol"]) == set(window.columns)
        if len(rows) < 2:
            continue
        window = window.fillna(window.mean())
        held = rows.set_index("symbol")["risk_parity_weight"].reindex(window.columns).to_numpy()
        shares = contributions(held, shrunk(window.to_numpy()))
        assert np.abs(shares - 1 / len(shares)).max() < 1e-6
        n_solved += 1
    assert n_solved > 30


def family_returns(connection: duckdb.DuckDBPyConnection, asset_class: str) -> pd.DataFrame:
    """Long-short returns of every family, day by day: by date and composite."""
    values = connection.execute(
        "select c.as_of_date, c.composite, c.symbol, c.composite_value "
        "from factors.composite_values as c "
        "join (select distinct as_of_date, asset_class from factors.factor_dates "
        "where is_month_end) using (as_of_date, asset_class) "
        "where asset_class = ? and composite <> 'composite'",
        [asset_class],
    ).df()
    prices = connection.execute(
        "select as_of_date, symbol, ret_1d from prepared.prices_daily "
        "where asset_class = ? order by as_of_date",
        [asset_class],
    ).df()
    legs: dict[tuple, tuple[list[str], list[str]]] = {}
    for key, section in values.groupby(["as_of_date", "composite"]):
        ordered = section.sort_values(["composite_value", "symbol"], ascending=[False, True])
        n_leg = math.floor(len(ordered) * 0.3 + 1e-9)
        if len(ordered) >= 10:
            names = list(ordered["symbol"])
            legs[key] = (names[:n_leg], names[len(names) - n_leg :])
    ends = sorted({day for day, _ in legs})
    # What each name follows on each of its sessions: the last month end before the session before,
    # on which it was traded.
    found = []
    for symbol, own in prices.groupby("symbol"):
        days = own["as_of_date"].to_numpy()
        following = np.searchsorted(np.array(ends, dtype=days.dtype), days[1:-1], side="left")
        found += [
            (day, symbol, ends[number - 1], ret)
            for day, number, ret in zip(days[2:], following, own["ret_1d"].iloc[2:], strict=True)
            if number
        ]
    earned = pd.DataFrame(found, columns=["date", "symbol", "end", "ret"])
    chosen = [
        (end, composite, sign, symbol)
        for (end, composite), (top, bottom) in legs.items()
        for sign, names in ((1, top), (-1, bottom))
        for symbol in names
    ]
    held = earned.merge(pd.DataFrame(chosen, columns=["end", "composite", "sign", "symbol"]))
    means = held.groupby(["date", "composite", "sign"])["ret"].mean().unstack("sign")
    return (means[1] - means[-1]).dropna().unstack("composite")


def test_sleeves_share_the_risk_of_the_families(small_market: Market) -> None:
    with duckdb.connect(str(small_market.path), read_only=True) as connection:
        ours = family_returns(connection, "equity")
        theirs = connection.execute(
            "select date, score_name, long_short_return from construction.family_returns "
            "where asset_class = 'equity'"
        ).df()
        budgets = connection.execute(
            "select * from construction.sleeve_budgets where asset_class = 'equity'"
        ).df()
    wide = theirs.pivot(index="date", columns="score_name", values="long_short_return")
    assert set(wide.columns) == set(ours.columns)
    shared = wide.index.intersection(ours.index)
    assert len(shared) > 0.98 * len(wide)
    gap = (wide.loc[shared] - ours.loc[shared, wide.columns]).abs()
    assert gap.max().max() < 1e-10
    n_solved = 0
    for day, rows in budgets.groupby("as_of_date"):
        window = wide.loc[:day].tail(252)
        enough = window.columns[window.notna().sum() >= 0.8 * 252]
        funded = rows[rows["has_history"].astype(bool)]
        assert set(funded["score_name"]) == set(enough) & set(
            rows.loc[rows["has_names"].astype(bool), "score_name"]
        )
        assert (rows.loc[~rows["has_history"].astype(bool), "budget"] == 0).all()
        if funded.empty:
            continue
        held = funded.set_index("score_name")["budget"].sort_index()
        assert abs(held.sum() - 1) < 1e-12
        window = window[held.index]
        shares = contributions(held.to_numpy(), shrunk(window.fillna(window.mean()).to_numpy()))
        assert np.abs(shares - 1 / len(shares)).max() < 1e-6
        n_solved += 1
    assert n_solved > 10


def test_a_class_without_family_returns_has_no_budget() -> None:
    wanted = pd.DataFrame(
        [(DAY, "crypto", "composite_size", True)],
        columns=["as_of_date", "asset_class", "score_name", "has_names"],
    )
    none = pd.DataFrame(columns=["date", "asset_class", "score_name", "long_short_return"])
    found = sleeve_weights(wanted, none, days={"crypto": 365}, least_share=0.8)
    assert found[["has_history", "budget"]].to_numpy().tolist() == [[False, 0.0]]


def test_market_neutral_books_have_no_beta(small_market: Market) -> None:
    with duckdb.connect(str(small_market.path), read_only=True) as connection:
        books = connection.execute(
            "select w.as_of_date, w.strategy, w.asset_class, w.is_beta_unhedged, "
            "sum(w.desired_weight * coalesce(f.raw_value, 1)) as beta, "
            "sum(abs(w.desired_weight)) as gross, sum(w.desired_weight) as net, "
            "max(s.gross_long) as gross_long, "
            "max(abs(w.leg_gross)) as full_leg "
            "from construction.desired_weights as w "
            "join seeds.strategies as s on w.strategy = s.strategy and s.side = 'market_neutral' "
            "left join factors.factor_values as f on f.as_of_date = w.as_of_date "
            "and f.symbol = w.symbol and f.factor = 'beta_1y' group by all"
        ).df()
    assert len(books) >= 20
    hedged = books[~books["is_beta_unhedged"].astype(bool)]
    assert hedged["beta"].abs().max() < 1e-6
    assert hedged["net"].abs().max() > 0.01
    assert np.allclose(hedged["full_leg"], hedged["gross_long"], rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", ["risk_parity_weights", "sleeve_budgets"])
def test_nothing_is_solved_where_no_strategy_asks(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    source = (REPOSITORY / f"dbt_project/models/portfolios/{name}.py").read_text()
    module: dict = {}
    exec(compile(source, name, "exec"), module)
    for slow in ("sklearn.covariance", "models_ml.risk_parity"):
        monkeypatch.setitem(sys.modules, slow, None)

    class Dbt:
        def config(self, **settings: object) -> None:
            pass

        def ref(self, table: str) -> duckdb.DuckDBPyRelation:
            return connection.table(table)

    with duckdb.connect() as connection:
        connection.execute(
            "create table strategy_legs as select 'a' as strategy, 1 as selection_no, "
            "'equity' as asset_class, 's' as score_name, false as is_sleeve, 'equal' as weighting;"
            "create table chosen_names as select date '2024-01-31' as as_of_date, "
            "1 as selection_no, 'N1' as symbol;"
            "create table rebalances as select 'a' as strategy, date '2024-01-31' as as_of_date;"
            "create table candidates as select date '2024-01-31' as as_of_date, 's' as score_name, "
            "'equity' as asset_class, 'N1' as symbol, 1 as score_rank;"
            "create table prices_daily as select 1 as x;"
            "create table family_returns as select 1 as x"
        )
        assert len(module["model"](Dbt(), connection)) == 0
