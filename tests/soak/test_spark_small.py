"""A standalone cluster gives the tables that DuckDB gives, even if it loses a worker meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.builds import Market
from tests.spark import conftest
from tests.spark.cluster import Cluster, running
from tests.spark.same import attached, catalogue_differences, n_rows, row_differences

spark_python = conftest.spark_python
spark_settings = conftest.spark_settings

LONGEST_BUILD = 1800  # seconds
MADE_BEFORE_KILL = 40  # tables of Spark's


def tables_made(market: Market) -> int:
    """How many tables Spark has finished in the build that runs."""
    folder = market.target / "spark" / "files"
    return len(list(folder.glob("build-*/tables/*/*/_SUCCESS")))


def build_and_kill(market: Market, cluster: Cluster) -> tuple[str, int]:
    """Build on the cluster and kill a worker on the way; what it printed, tables made before."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "warehouse", "build", market.dataset),
            *("--engine", "spark", "--spark-master", cluster.url),
        ],
        cwd=market.project,
        env=market.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        until = time.monotonic() + LONGEST_BUILD
        while process.poll() is None and tables_made(market) < MADE_BEFORE_KILL:
            assert time.monotonic() < until
            time.sleep(0.2)
        n_made = tables_made(market)
        cluster.kill_worker()
        said, _ = process.communicate(timeout=until - time.monotonic())
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 0, said[-6000:]
    return said, n_made


@pytest.fixture(scope="module")
def spark_market(
    tmp_path_factory: pytest.TempPathFactory,
    small_raw: Market,
    spark_python: Path,
    spark_settings: dict[str, str],
) -> Market:
    """The small demo market, built on two workers of which one is killed, and published."""
    folder = tmp_path_factory.mktemp("spark_market")
    market = small_raw.copied(folder)
    market.settings.update(spark_settings)
    with running(spark_python, folder / "cluster") as cluster:
        said, n_made = build_and_kill(market, cluster)
        assert "Removing worker" in cluster.master_said()
        assert len(cluster.workers) == 1
    print(said)
    assert n_made >= MADE_BEFORE_KILL
    assert cluster.url in said
    market.publish()
    return market


def test_every_relation_has_the_same_types_and_words(
    small_market: Market, spark_market: Market
) -> None:
    with attached(small_market.published, spark_market.published) as connection:
        assert catalogue_differences(connection) == {}
        assert n_rows(connection, "whole") == n_rows(connection, "part")


def test_every_table_has_the_same_rows(small_market: Market, spark_market: Market) -> None:
    with attached(small_market.published, spark_market.published) as connection:
        found, n_compared = row_differences(connection, small_market.target / "manifest.json")
    assert n_compared > 150
    assert found == {}


def test_nothing_of_the_build_is_left_behind(spark_market: Market) -> None:
    left = spark_market.target / "spark" / "files"
    assert [path.name for path in left.iterdir()] == ["raw"]


def test_report_reads_it_as_any_other(spark_market: Market) -> None:
    said = spark_market.run("reports", "summary", spark_market.dataset).stdout
    assert "none failed" in said
