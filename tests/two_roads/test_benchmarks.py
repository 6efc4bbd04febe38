"""Each benchmark on each calendar, compounded day by day in plain Python."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest

from tests.two_roads.agreement import disagreements
from tests.two_roads.inputs import Market
from tests.two_roads.pnl import book_days

COLUMNS = {
    "market": "market_return",
    "equal_weight": "equal_weight_return",
    "cap_weight": "cap_weight_return",
    "sixty_forty": "market_return",
}


def compounded(returns: dict[pd.Timestamp, float], days: list[pd.Timestamp]) -> dict:
    """Returns of the days after each day of a calendar up to the next, where there is any."""
    found = {}
    for before, day in pairwise(days):
        passed = [returns[one] for one in pd.date_range(before, day)[1:] if one in returns]
        worth = 1.0
        for one in passed:
            worth *= 1 + one
        if passed:
            found[day] = worth - 1
    return found


@pytest.mark.parametrize("calendar", ["equity_sessions", "calendar_days"])
def test_benchmarks_compound_to_the_days_of_the_book(market: Market, calendar: str) -> None:
    days = book_days(market, calendar)
    rows = []
    for asset_class, own in market.table("prepared.market_returns").groupby("asset_class"):
        for benchmark, column in COLUMNS.items():
            known = own.dropna(subset=column)
            returns = dict(zip(known["as_of_date"], known[column], strict=True))
            rows += [
                (day, benchmark, asset_class, one) for day, one in compounded(returns, days).items()
            ]
    keys = ["calendar_date", "benchmark", "asset_class"]
    ours = pd.DataFrame(rows, columns=[*keys, "benchmark_return"])
    ours["calendar_date"] = ours["calendar_date"].astype("datetime64[us]")
    theirs = market.table("construction.benchmark_series").dropna(subset="benchmark_return")
    theirs = theirs[theirs["calendar"].eq(calendar) & theirs["benchmark"].isin(list(COLUMNS))]
    theirs = theirs[theirs["calendar_date"] > days[0]]
    assert len(theirs) > 5000
    assert not disagreements(ours, theirs, keys, ["benchmark_return"], relative=1e-10)
