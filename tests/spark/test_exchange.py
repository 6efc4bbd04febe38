"""Tables pass between the engines as Parquet, through a shared folder or a copied one."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.builds import Market
from tests.spark.same import attached


@pytest.fixture(scope="module")
def raw_market(tmp_path_factory: pytest.TempPathFactory, small_raw: Market) -> Market:
    """The small market as landed, in a folder of its own."""
    return small_raw.copied(tmp_path_factory.mktemp("exchange"))


def test_raw_is_written_by_year_with_every_row(raw_market: Market, tmp_path: Path) -> None:
    raw_market.settings["FACTORHOUSE_SPARK_FOLDER"] = str(tmp_path)
    folder = tmp_path / raw_market.name / "raw"
    raw_market.run("warehouse", "export-raw", raw_market.dataset)
    (folder / "prices" / "stale.parquet").touch()
    said = raw_market.run("warehouse", "export-raw", raw_market.dataset).stdout
    assert f"Wrote {folder / 'prices'}" in said
    years = sorted(path.name for path in (folder / "prices").iterdir())
    assert years == [f"part_year={year}" for year in range(2012, 2018)]
    assert [path.name for path in (folder / "universe").iterdir()] == ["rows.parquet"]
    with duckdb.connect(str(raw_market.path), read_only=True) as connection:
        tables = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'raw'"
        ).fetchall()
        assert len(tables) > 10
        for (table,) in tables:
            parts = f"read_parquet('{folder}/{table}/**/*.parquet', hive_partitioning = false)"
            for one, other in ((f"raw.{table}", parts), (parts, f"raw.{table}")):
                query = f"select count(*) from (from {one} except all from {other})"
                assert connection.execute(query).fetchall() == [(0,)], table


def test_a_dataset_without_raw_is_refused(tmp_path: Path, raw_market: Market) -> None:
    empty = Market(tmp_path, raw_market.dataset, raw_market.name)
    done = empty.run("warehouse", "export-raw", empty.dataset, check=False)
    assert done.returncode == 2
    assert "make ingest" in done.stdout


def test_a_storage_that_only_spark_reaches_gives_the_same(
    small_market: Market, raw_market: Market, tmp_path: Path, spark_settings: dict[str, str]
) -> None:
    """A URL is written and read by Spark's driver alone; here one of the machine's own disk.

    Nor does the machine's time zone move a day.
    """
    settings = {"FACTORHOUSE_SPARK_FOLDER": f"file://{tmp_path}/storage", "TZ": "Pacific/Auckland"}
    raw_market.settings.update({**spark_settings, **settings})
    raw_market.build(
        *("--engine", "spark", "--spark-master", "local[2]", "--models-alone"),
        *("--select", "venue_sessions fx_daily"),
    )
    stored = tmp_path / "storage" / raw_market.name
    assert [path.name for path in stored.iterdir()] == ["raw"]
    assert (stored / "raw" / "prices" / "part_year=2012").is_dir()
    with attached(small_market.path, raw_market.path) as connection:
        for table in ("venue_sessions", "fx_daily"):
            for one, other in (("whole", "part"), ("part", "whole")):
                query = f"from {one}.prepared.{table} except all from {other}.prepared.{table}"
                assert connection.execute(query).fetchall() == [], table
