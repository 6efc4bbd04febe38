"""The demo market on one and on two Spark workers: DuckDB's tables, and what each took."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
import pytest

from tests.builds import Market
from tests.spark import conftest
from tests.spark.cluster import running
from tests.spark.same import attached, catalogue_differences, row_differences

# Kept by any build: fits whose inputs are the same, and the ledger.
KEPT = ("scores.model_fits", "performance.trials")

spark_python = conftest.spark_python
spark_settings = conftest.spark_settings


def emptied(market: Market) -> None:
    """Drop what was built, but for what every build keeps."""
    with duckdb.connect(str(market.path)) as connection:
        for kind in ("view", "table"):
            for (name,) in connection.execute(
                f"select schema_name || '.' || {kind}_name from duckdb_{kind}s() "
                "where not internal and schema_name <> 'raw'"
            ).fetchall():
                if name not in KEPT:
                    connection.execute(f"drop {kind} {name}")


@pytest.mark.parametrize("n_workers", [1, 2])
def test_the_demo_market_is_the_same(
    demo_market: Market,
    tmp_path: Path,
    spark_python: Path,
    spark_settings: dict[str, str],
    n_workers: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tests.builds.LONGEST_RUN", 3600)
    market = demo_market.copied(tmp_path)
    market.settings.update(spark_settings)
    # Java may compile all it likes: what runs here runs long enough.
    del market.settings["FACTORHOUSE_SPARK_SETTINGS"]
    emptied(market)
    with running(spark_python, tmp_path / "cluster", n_workers) as cluster:
        started = time.monotonic()
        said = market.build("--engine", "spark", "--spark-master", cluster.url).stdout
        print(f"{n_workers} workers, known fits kept: {time.monotonic() - started:.0f} s\n{said}")
    market.publish()
    with attached(demo_market.published, market.published) as connection:
        assert catalogue_differences(connection) == {}
        found, n_compared = row_differences(connection, demo_market.target / "manifest.json")
    assert n_compared > 150
    assert found == {}
