"""Twenty kills at random moments of ingest, build and publish change nothing in the end."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import duckdb

from tests.builds import Market, market
from tests.contract.later_data import n_differing_everywhere
from warehouse import DatasetFiles, open_published

N_KILLS = 20
LONGEST = {"ingest": 3.0, "build": 18.0, "publish": 1.5}


def raw_rows(path: Path) -> dict[str, list[tuple]]:
    """Every raw row but its load and its time, by table, as text: NaN equals NaN there."""
    kept = "* exclude (load_id, observed_at)"
    with duckdb.connect(str(path), read_only=True) as connection:
        return {
            table: connection.execute(
                f"select cast(kept as varchar) from (select {kept} from raw.{table}) as kept "
                "order by all"
            ).fetchall()
            for table in ("prices", "corporate_actions", "fundamentals", "universe", "fx_rates")
        }


def test_twenty_kills_change_nothing(small_market: Market, tmp_path: Path) -> None:
    own = market(tmp_path, small_market.dataset)
    files = DatasetFiles(own.name, own.path, own.published, own.path, own.outputs)
    own.published.parent.mkdir(parents=True)
    shutil.copyfile(small_market.published, own.published)
    chance = random.Random(20120101)
    for _ in range(N_KILLS):
        stage = chance.choice(list(LONGEST))
        room = "ingest" if stage == "ingest" else "warehouse"
        arguments = [own.dataset] if stage == "ingest" else [stage, own.dataset]
        own.killed(chance.uniform(0.3, LONGEST[stage]), room, *arguments)
        connection = open_published(files)
        n_rows = connection.execute("select count(*) from performance.summary").fetchall()[0][0]
        connection.close()
        assert n_rows > 0
    own.ingest()
    own.build()
    own.publish()
    assert raw_rows(own.path) == raw_rows(small_market.path)
    found = n_differing_everywhere(
        small_market.published,
        own.published,
        own.target,
        leave=("newest_load_id", "newest_observed_at"),
    )
    assert found == {}
