"""performance.summary against empyrical."""

from __future__ import annotations

import pandas as pd

from tests.two_roads.agreement import disagreements
from tests.two_roads.inputs import Market
from tests.two_roads.metrics import by_empyrical


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
