"""Combinations of the multiverse by a second road, and the default beside the factor's returns."""

from __future__ import annotations

import random

import pandas as pd
import pytest

from tests.two_roads.agreement import disagreements
from tests.two_roads.inputs import Market, variables
from tests.two_roads.multiverse import estimate

KEYS = ["result", "combination_no"]
ESTIMATES = ["n_periods", "mean_ann", "gross_mean_ann", "t_stat", "sharpe", "ann_turnover"]


def test_the_multiverse_is_the_cross_join_of_its_lists(market: Market) -> None:
    rows = market.table("analysis.multiverse")
    for result in variables()["multiverse"]:
        own = rows[rows["result"] == result["result"]]
        lists = ("formations", "universe_floors_usd", "winsorize", "weightings")
        n_choices = 1
        for name in (*lists, "fractions", "lags", "costs_bps"):
            n_choices *= len(result[name])
        keys = ["formation_start", "formation_stop", "universe_floor_usd", "winsorize_share"]
        keys += ["weighting", "fraction", "lag_sessions", "cost_bps"]
        assert len(own) == n_choices == len(own.drop_duplicates(keys)) >= 300
        default = own[own["is_default"]].to_dict("records")
        assert [row["weighting"] for row in default] == [result["weightings"][0]]
        assert [row["cost_bps"] for row in default] == [result["costs_bps"][0]]


@pytest.mark.parametrize(("result", "n_drawn"), [("crypto_momentum", 2), ("equity_momentum", 3)])
def test_random_combinations_are_those_of_plain_python(
    market: Market, result: str, n_drawn: int
) -> None:
    rows = market.table("analysis.multiverse")
    directions = {one["result"]: one["direction"] for one in variables()["multiverse"]}
    of_result = rows[(rows["result"] == result) & rows["mean_ann"].notna()]
    of_result = of_result.sort_values("combination_no")
    assert len(of_result) > 300
    drawn = random.Random(7).sample(of_result.to_dict("records"), n_drawn)
    ours = pd.DataFrame(
        [
            {
                **{key: one[key] for key in KEYS},
                **estimate(market, {**one, "direction": directions[result]}),
            }
            for one in drawn
        ]
    )
    theirs = rows.merge(ours[KEYS], on=KEYS)
    assert theirs["n_periods"].min() > 50
    assert not disagreements(ours, theirs, KEYS, ESTIMATES, relative=1e-10, absolute=1e-10)
