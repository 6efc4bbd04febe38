"""What Spark gives must be of the kinds that DuckDB's own build has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import duckdb

from warehouse.files import DatasetFiles, WarehouseError, connect_work, quoted

# The engines count with integers of their own widths; each that came is exact, or refused as it is
# written.
INTEGERS = re.compile(r"\bU?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?\b")
MOST_NAMED = 10


def check_types(files: DatasetFiles, brought: Mapping[str, str]) -> None:
    """Compare the columns of tables in the work file with those of the Parquet they came from.

    Raises
    ------
    WarehouseError : a column is missing, or a number came as another kind of number.
    """
    connection = connect_work(files)
    try:
        problems = [
            problem
            for relation, parts in brought.items()
            for problem in differences(connection, relation, parts)
        ]
    finally:
        connection.close()
    if problems:
        raise WarehouseError(
            "Spark's tables are not of the types that the models have on DuckDB: "
            + "; ".join(problems[:MOST_NAMED])
        )


def differences(connection: duckdb.DuckDBPyConnection, relation: str, parts: str) -> Iterator[str]:
    """Columns of a relation that its Parquet files lack or hold as another kind."""
    meant = kinds(connection, relation)
    made = kinds(connection, f"read_parquet('{quoted(parts)}')")
    for name in meant.keys() | made.keys():
        if meant.get(name) != made.get(name):
            yield f"{relation}.{name} is {made.get(name, 'missing')}, not {meant.get(name)}"


def kinds(connection: duckdb.DuckDBPyConnection, source: str) -> dict[str, str]:
    """The types of the columns, integers of every width as one."""
    columns = connection.execute(f"describe from {source}").fetchall()
    return {name: INTEGERS.sub("INTEGER", kind) for name, kind, *_ in columns}
