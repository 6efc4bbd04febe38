"""Exposures against statsmodels, attribution against plain Python, and the sums by group."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.two_roads.agreement import disagreements
from tests.two_roads.exposures import attribution, month_ends, regressions
from tests.two_roads.inputs import Market

CALENDARS = ("equity_sessions", "calendar_days")
ROWS = ["date", "strategy", "factor"]
ESTIMATES = ["beta", "t_stat", "alpha_ann", "alpha_t_stat", "r2", "n_days"]


@pytest.fixture(scope="module")
def strategies(market: Market) -> list[dict]:
    """The strategies that have traded."""
    traded = set(market.table("performance.daily_pnl")["strategy"])
    rows = market.table("seeds.strategies").to_dict("records")
    return [row for row in rows if row["strategy"] in traded]


def test_exposures_are_those_of_statsmodels(market: Market, strategies: list[dict]) -> None:
    ours = pd.DataFrame([row for one in strategies for row in regressions(market, one, every=3)])
    theirs = market.table("analysis.rolling_exposures")
    chosen = {day for one in CALENDARS for day in sorted(month_ends(market, one))[::3]}
    theirs = theirs[theirs["date"].isin(chosen)]
    assert {"MKT", "SMB", "HML", "UMD", "CMKT", "CSMB", "CMOM"} == set(theirs["factor"])
    assert len(theirs) > 400
    assert not disagreements(ours, theirs, ROWS, ESTIMATES, relative=1e-8, absolute=1e-9)


def test_attribution_uses_the_betas_known_the_day_before(
    market: Market, strategies: list[dict]
) -> None:
    exposures, theirs = (
        market.table(f"analysis.{name}") for name in ("rolling_exposures", "attribution")
    )
    chosen = [one for one in strategies if one["asset_class"] in ("both", "crypto")][:3]
    keys = ["date", "strategy", "source"]
    for one in chosen:
        own = exposures[exposures["strategy"] == one["strategy"]]
        ours = attribution(market, one, own)
        same = theirs[theirs["strategy"] == one["strategy"]]
        assert not disagreements(ours, same, keys, ["contribution"], relative=1e-9)


@pytest.mark.parametrize("grouping", ["asset_class", "sector", "leg"])
def test_groups_add_up_what_their_names_contributed(market: Market, grouping: str) -> None:
    names = market.query(
        "select p.date, p.strategy, p.symbol, p.opening_weight, p.contribution, a.asset_class,"
        " a.sector from portfolios.positions p join prepared.assets a using (symbol)"
    )
    names["leg"] = (names["opening_weight"] < 0).map({True: "short", False: "long"})
    names["sector"] = names["sector"].fillna("no sector")
    ours = names.groupby(["date", "strategy", grouping], as_index=False)["contribution"].sum()
    ours = ours.rename(columns={grouping: "source"})
    theirs = market.table("analysis.attribution_by_group")
    theirs = theirs[theirs["grouping"] == grouping]
    beside = theirs["source"].isin(["cash", "cost", "borrow"])
    pnl = market.table("performance.daily_pnl")
    assert beside.sum() == 3 * len(pnl)
    keys = ["date", "strategy", "source"]
    assert not disagreements(ours, theirs[~beside], keys, ["contribution"], relative=1e-9)
