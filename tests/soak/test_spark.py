"""Markets on one and on two Spark workers: DuckDB's tables, and what each took."""

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


def seconds_of(market: Market, *arguments: str) -> tuple[float, str]:
    """Seconds of a build of a market emptied but for `KEPT`, tests included, and what it says."""
    emptied(market)
    started = time.monotonic()
    said = market.build(*arguments).stdout
    return time.monotonic() - started, said


@pytest.mark.parametrize("n_workers", [1, 2])
@pytest.mark.parametrize("size", ["small", "demo"])
def test_one_worker_and_two_give_the_same_market(
    size: str,
    n_workers: int,
    tmp_path: Path,
    spark_python: Path,
    spark_settings: dict[str, str],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tests.builds.LONGEST_RUN", 3600)
    known: Market = request.getfixturevalue(f"{size}_market")
    market = known.copied(tmp_path)
    seconds, _ = seconds_of(market)
    print(f"{size}: DuckDB {seconds:.0f} s")
    market.settings.update(spark_settings)
    # Java may compile all it likes: what runs here runs long enough.
    del market.settings["FACTORHOUSE_SPARK_SETTINGS"]
    with running(spark_python, tmp_path / "cluster", n_workers) as cluster:
        seconds, said = seconds_of(market, "--engine", "spark", "--spark-master", cluster.url)
    print(f"{size}: {n_workers} workers {seconds:.0f} s\n{said}")
    market.publish()
    with attached(known.published, market.published) as connection:
        assert catalogue_differences(connection) == {}
        found, n_compared = row_differences(connection, known.target / "manifest.json")
    assert n_compared > 150
    assert found == {}
