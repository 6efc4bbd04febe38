"""performance.summary against empyrical, quantstats and scipy."""

from __future__ import annotations

import pandas as pd
import scipy.stats

from tests.two_roads.agreement import disagreements
from tests.two_roads.inputs import Market
from tests.two_roads.metrics import by_empyrical, by_quantstats


def books(market: Market) -> dict[str, pd.DataFrame]:
    pnl = market.table("performance.daily_pnl").sort_values(["strategy", "date"])
    return dict(list(pnl.groupby("strategy")))


def test_summary_is_empyricals(market):
    rows = [
        {"strategy": name, "n_days": len(book), **by_empyrical(book)}
        for name, book in books(market).items()
    ]
    ours, theirs = pd.DataFrame(rows), market.table("performance.summary")
    columns = list(ours.columns[1:])
    assert theirs["beta"].notna().any()
    assert not disagreements(ours, theirs, ["strategy"], columns, relative=1e-10, absolute=1e-10)


def test_summary_is_quantstats(market):
    rows = [{"strategy": name, **by_quantstats(book)} for name, book in books(market).items()]
    ours, theirs = pd.DataFrame(rows), market.table("performance.summary")
    columns = list(ours.columns[1:])
    assert not disagreements(ours, theirs, ["strategy"], columns, relative=1e-10, absolute=1e-10)


def test_shapes_are_scipys(market):
    rows = [
        {
            "strategy": name,
            "skewness": scipy.stats.skew(book["net_return"] - book["risk_free_return"]),
            "kurtosis": scipy.stats.kurtosis(
                book["net_return"] - book["risk_free_return"], fisher=False
            ),
        }
        for name, book in books(market).items()
    ]
    ours, theirs = pd.DataFrame(rows), market.table("performance.summary")
    columns = list(ours.columns[1:])
    assert not disagreements(ours, theirs, ["strategy"], columns, relative=1e-10)
