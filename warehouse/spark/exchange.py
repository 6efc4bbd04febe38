"""Tables as Parquet between DuckDB and Spark, in a folder that the cluster reaches."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import duckdb

from ingest.landing import open_raw
from warehouse.dbt_runs import target_folder
from warehouse.files import DatasetFiles, WarehouseError, connect_work, quoted
from warehouse.spark.session import SparkProcess

YEAR = "part_year"


class Exchange:
    """The folders of one build: what is handed to Spark, and what Spark makes.

    Attributes
    ----------
    shared : the folder as Spark names it: a path that driver and workers share, or a URL.
    local : the same on this machine; where ``shared`` is a URL, a folder that is copied from and
        to, since DuckDB reads and writes local files alone.
    """

    def __init__(self, files: DatasetFiles) -> None:
        self.shared = spark_folder(files.name)
        self.is_remote = "://" in self.shared
        self.local = (
            target_folder(files.name) / "spark" / "exchange"
            if self.is_remote
            else Path(self.shared)
        )
        self.build = f"build-{uuid.uuid4().hex[:8]}"

    @property
    def tables(self) -> str:
        """Where Spark keeps its tables: a folder per schema, a folder in it per table."""
        return f"{self.shared}/{self.build}/tables"

    def handed(self, relation: str) -> Path:
        """The local file of a table that is handed to Spark."""
        schema, table = relation.split(".")
        return self.local / self.build / "handed" / schema / f"{table}.parquet"

    def hand_over(self, spark: SparkProcess, relation: str, path: Path) -> None:
        """Make a local file or folder known to Spark as a table."""
        location = f"{self.shared}/{path.relative_to(self.local)}"
        if self.is_remote:
            spark.ask("remove", remote=location)
            spark.ask("put", local=str(path), remote=location)
        spark.ask("register", relation=relation, location=location)

    def bring(self, spark: SparkProcess, relation: str) -> str:
        """The Parquet files of a table that Spark made, as DuckDB reads them."""
        schema, table = relation.split(".")
        # The schema that is Spark's own default stands at the root.
        part = f"{table}" if schema == "default" else f"{schema}.db/{table}"
        local = self.local / self.build / "tables" / part
        if self.is_remote:
            local.parent.mkdir(parents=True, exist_ok=True)
            spark.ask("get", remote=f"{self.tables}/{part}", local=str(local))
        return f"{local}/*.parquet"

    def clear(self, spark: SparkProcess | None = None) -> None:
        """Delete what this build and interrupted ones left, here or where Spark alone gets."""
        if self.is_remote and spark is not None:
            with suppress(WarehouseError):  # what stopped the build has been said
                spark.ask("remove", remote=f"{self.shared}/build-*")
        for left in self.local.glob("build-*"):
            shutil.rmtree(left, ignore_errors=True)


def spark_folder(name: str) -> str:
    """A dataset's folder for Spark: below FACTORHOUSE_SPARK_FOLDER, else below target/."""
    given = os.environ.get("FACTORHOUSE_SPARK_FOLDER", "").rstrip("/")
    if not given:
        return str(target_folder(name) / "spark" / "files")
    return f"{given}/{name}" if "://" in given else str(Path(given).resolve() / name)


def local_raw(files: DatasetFiles) -> Path:
    """Where raw is written as Parquet."""
    return Exchange(files).local / "raw"


def export_raw(files: DatasetFiles) -> dict[str, Path]:
    """Write raw as Parquet, by year of the table's day; the folder of each table by relation.

    Raises
    ------
    WarehouseError : nothing was ingested, or the folder cannot be written.
    """
    if not files.work.exists():
        raise WarehouseError(
            f"{files.work} does not exist: run `make ingest DATASET={files.dataset}` first."
        )
    folder = local_raw(files)
    partial = folder.with_name("raw.partial")
    shutil.rmtree(partial, ignore_errors=True)
    with open_raw(files) as connection:
        tables = [
            name
            for (name,) in connection.execute("""
            select table_name from duckdb_tables() where schema_name = 'raw' order by all
        """).fetchall()
        ]
        try:
            partial.mkdir(parents=True)
            for table in tables:
                write_by_year(connection, table, partial / table)
        except (OSError, duckdb.IOException) as error:
            raise WarehouseError(f"{folder} cannot be written (SPARK_FOLDER): {error}") from error
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    return {f"raw.{table}": folder / table for table in tables}


def write_by_year(connection: duckdb.DuckDBPyConnection, table: str, folder: Path) -> None:
    """One raw table: a folder per year where a day is in every row, else one file."""
    days = connection.execute(
        "select column_name from duckdb_columns() where schema_name = 'raw' and table_name = ? "
        "and data_type = 'DATE' and not is_nullable order by column_index",
        [table],
    ).fetchall()
    rows = connection.execute(f"select count(*) from raw.{table}").fetchall()[0][0]
    if days and rows:
        connection.execute(
            f"copy (select *, year({days[0][0]}) as {YEAR} from raw.{table}) "
            f"to '{quoted(folder)}' (format parquet, partition_by ({YEAR}))"
        )
    else:
        folder.mkdir()
        connection.execute(
            f"copy raw.{table} to '{quoted(folder / 'rows.parquet')}' (format parquet)"
        )


def export_tables(
    files: DatasetFiles, exchange: Exchange, relations: Iterable[str]
) -> dict[str, Path]:
    """Write tables of the work file as Parquet, to be handed over; the file of each."""
    written = {relation: exchange.handed(relation) for relation in relations}
    connection = connect_work(files)
    try:
        for relation, path in written.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            connection.execute(f"copy {relation} to '{quoted(path)}' (format parquet)")
    finally:
        connection.close()
    return written
