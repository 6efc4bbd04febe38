"""An update lands what is new, and ends with the tables of a full run."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.builds import Market, market
from tests.contract.later_data import n_differing_everywhere

LAST_DAY_BEFORE = "2017-11-14"


def n_bars(path: Path) -> tuple[int, int]:
    """Bars, and bars of them that stand there in more than one version."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(
            "select count(*), count(*) - count(distinct (symbol, bar_date, occurrence)) "
            "from raw.prices"
        ).fetchall()[0]


def test_an_update_equals_a_full_run(small_market: Market, tmp_path: Path) -> None:
    own = market(tmp_path, small_market.dataset)
    own.ingest("--end", LAST_DAY_BEFORE)
    own.remembers(small_market)
    own.models_alone("--select", "+prices_daily")
    before, _ = n_bars(own.path)

    own.run("warehouse", "update", own.dataset)
    after, n_twice = n_bars(own.path)
    assert 0 < before < after
    assert n_twice == 0
    assert own.published.exists()
    differing = n_differing_everywhere(
        small_market.path, own.path, small_market.target, leave=("load_id",)
    )
    assert differing.pop("prepared.build_clock") == 1  # says which load it read
    # The demo's unusable rows stand at the end of the dates it is asked for: others each time.
    assert differing.pop("prepared.data_quality") > 0
    assert differing == {}
