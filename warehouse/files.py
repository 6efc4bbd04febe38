"""Where a dataset's files are, and how each is opened."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

REPOSITORY = Path(__file__).resolve().parent.parent
# DuckDB clients from 1.2 on open files of this version.
STORAGE_VERSION = "v1.2.0"
MEMORY_LIMIT = "FACTORHOUSE_MEMORY_LIMIT"
WRITERS_MEMORY = "6GB"  # as in profiles.yml, where an update's models have less
# DuckDB itself takes -1 as no limit and "10 cats" as ten letters c: a thousand bytes.
MEMORY = re.compile(r"\d+(\.\d+)?\s*[KMGT]i?B", re.IGNORECASE)


class WarehouseError(RuntimeError):
    """A file that cannot be opened or published, with the remedy in its message."""


@dataclass(frozen=True)
class DatasetFiles:
    """The paths of one dataset.

    Attributes
    ----------
    work : the writer's file: schema ``raw`` and everything dbt builds.
    published : the readers' file, replaced whole by each good build.
    truth : the planted truth of a synthetic market, beside the work file.
    outputs : folder of figures, tables, models and docs.
    given : the dataset as the user named it, by its name or the path of its file.
    """

    name: str
    work: Path
    published: Path
    truth: Path
    outputs: Path
    given: str = ""

    @property
    def dataset(self) -> str:
        """What names the dataset in a command that a message shows."""
        return self.given or self.name


def dataset_files(name: str, given: str = "") -> DatasetFiles:
    """Paths of a dataset below FACTORHOUSE_WAREHOUSE_DIR and FACTORHOUSE_OUTPUT_DIR."""
    directory = Path(
        os.environ.get("FACTORHOUSE_WAREHOUSE_DIR", REPOSITORY / "warehouse")
    ).resolve()
    outputs = Path(os.environ.get("FACTORHOUSE_OUTPUT_DIR", REPOSITORY / "outputs")).resolve()
    return DatasetFiles(
        name=name,
        work=directory / f"{name}.work.duckdb",
        published=directory / f"{name}.duckdb",
        truth=directory / f"{name}_truth.json",
        outputs=outputs / name,
        given=given,
    )


def connect_memory() -> duckdb.DuckDBPyConnection:
    """An in-memory connection on UTC, for reading vendor files."""
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    return connection


def connect_work(files: DatasetFiles) -> duckdb.DuckDBPyConnection:
    """The writer's connection to the work file, made with its folder if it is new.

    It takes as much memory as dbt's whole builds do: FACTORHOUSE_MEMORY_LIMIT, else 6 GB.

    Raises
    ------
    WarehouseError : another process holds the file, or the limit is no amount of memory.
    """
    limit = writers_memory()
    files.work.parent.mkdir(parents=True, exist_ok=True)
    try:
        if not files.work.exists():
            create_database(files.work)
        connection = duckdb.connect(str(files.work))
    except duckdb.IOException as error:
        raise WarehouseError(
            f"{files.work} is in use by another process (a build, or an SQL prompt on the work "
            f"file). Wait for it or stop it, then try again. DuckDB says: {error}"
        ) from error
    connection.execute("set timezone = 'UTC'")
    connection.execute("set memory_limit = ?", [limit])
    return connection


def writers_memory() -> str:
    """What DuckDB may take while it writes: FACTORHOUSE_MEMORY_LIMIT, else 6 GB.

    Raises
    ------
    WarehouseError : it is no amount of memory.
    """
    limit = os.environ.get(MEMORY_LIMIT, "").strip() or WRITERS_MEMORY
    try:
        check_settings({"memory_limit": limit})
    except WarehouseError as error:
        raise WarehouseError(f"{MEMORY_LIMIT}: {error}") from error
    return limit


def create_database(path: Path) -> None:
    """An empty database file of the version that is published, so that publishing can copy it."""
    connection = connect_memory()
    connection.execute(f"attach '{quoted(path)}' as created (storage_version '{STORAGE_VERSION}')")
    connection.close()


def quoted(path: Path) -> str:
    """A path for use inside single quotes in SQL."""
    return str(path).replace("'", "''")


def check_settings(settings: Mapping[str, str | int]) -> None:
    """Refuse settings of DuckDB that make no sense, before a file is blamed for them.

    Raises
    ------
    WarehouseError : the setting, what was given, and what is allowed.
    """
    memory, threads = settings.get("memory_limit"), settings.get("threads")
    if memory is not None and not MEMORY.fullmatch(str(memory)):
        raise WarehouseError(
            f"memory_limit is '{memory}'; give a number and its unit, of KB, MB, GB, TB, KiB, MiB, "
            "GiB and TiB, such as 2GB."
        )
    if threads is not None and int(threads) < 1:
        raise WarehouseError(f"threads is {threads}; give 1 or more.")


def open_published(
    files: DatasetFiles,
    settings: Mapping[str, str | int] | None = None,
    *,
    export_folder: Path | None = None,
) -> duckdb.DuckDBPyConnection:
    """A read-only view of the published file that later builds neither block nor change.

    The file is attached to an in-memory connection, since DuckDB keeps one instance per path in a
    process and would go on showing the old file after a new one took its name. It is called
    ``published``; cursors need ``use published`` of their own.

    Parameters
    ----------
    settings : of DuckDB (``threads``, ``memory_limit``); they can no more be changed afterwards.
    export_folder : where ``copy ... to`` may write; nothing else of the machine can be read or
        written by SQL, and without it nothing at all.

    Raises
    ------
    WarehouseError : nothing has been published yet, or the memory is too little to open it.
    """
    if not files.published.exists():
        raise WarehouseError(
            f"{files.published} does not exist yet: run `make all DATASET={files.dataset}` first."
        )
    connection = connect_memory()
    try:
        connection.execute("set global timezone = 'UTC'")
        for name, value in (settings or {}).items():
            connection.execute(f"set {name} = '{value}'")
        connection.execute(f"attach '{quoted(files.published)}' as published (read_only)")
        connection.execute("use published")
        if export_folder is not None:
            allowed = quoted(export_folder.resolve())
            connection.execute(f"set allowed_directories = ['{allowed}/']")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
    except duckdb.OutOfMemoryException as error:
        connection.close()
        given = (settings or {}).get("memory_limit", "left to DuckDB")
        raise WarehouseError(
            f"memory_limit is '{given}', too little to open {files.published}; give more, such as "
            f"1GB. DuckDB says: {str(error).splitlines()[0]}"
        ) from error
    except BaseException:
        connection.close()
        raise
    return connection
