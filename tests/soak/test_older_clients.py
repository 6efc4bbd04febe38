"""DuckDB 1.2 and 1.5 clients, each in an environment of its own, open the published file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.qlib_features import environment_python
from tests.builds import Market
from tests.clients.asking import SCRIPT, assert_reads_the_same, read_by

LOCKS = sorted(SCRIPT.parent.glob("duckdb_*.lock"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_an_older_client_reads_every_table_view_and_comment(
    small_market: Market, lock: Path
) -> None:
    python = environment_python(f"{lock.stem}_env", lock)
    found = read_by(small_market.published, python=python)
    assert found["version"].startswith(lock.stem.removeprefix("duckdb_").replace("_", "."))
    assert_reads_the_same(found, read_by(small_market.published))
