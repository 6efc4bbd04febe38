"""Whether two builds of one dataset hold the same relations (METHODS, section 13)."""

from __future__ import annotations

import math
from collections.abc import Collection
from pathlib import Path

import duckdb

# When, by what and how fast a build was made. Of model_fits other tables hold what counts.
OF_THE_BUILD = ("build_info", "build_clock", "model_fits", "model_runs")
# What tells loads and builds apart, where one came in two.
OF_THE_LOADS = ("load_id", "observed_at", "trials")
BUCKETS = 1024


Fingerprints = dict[str, tuple[list[tuple[str, str]], list[tuple]]]


def fingerprints(path: Path, leave: Collection[str] = ()) -> Fingerprints:
    """Of every table of a work file: its columns with their types, and what tells its rows.

    Columns and tables named in ``leave`` are left out.

    Rows fall into 1,024 buckets by all that is no number with a fraction. Kept of each are the
    number of rows, a hash of all of that, and the sum of the sizes of each number.
    """
    with duckdb.connect() as connection:
        connection.execute("set memory_limit = '4GB'; set enable_progress_bar = false")
        connection.execute(f"set temp_directory = '{path.with_name('compared.tmp')}'")
        connection.execute(f"attach '{path}' as built (read_only)")
        return {
            table: (
                columns,
                connection.execute(fingerprint(f"built.{table}", columns)).fetchall(),
            )
            for table, columns in tables_of(connection, "built", leave).items()
        }


def differences(one: Fingerprints, other: Fingerprints) -> list[str]:
    """Relations that differ between two work files, in words; empty where none does.

    What is exact must be equal to the bit, sums of numbers with a fraction to 1e-9.
    """
    found = [f"{table} is in one of them alone" for table in sorted(one.keys() ^ other.keys())]
    for table in sorted(one.keys() & other.keys()):
        (columns, rows), (other_columns, other_rows) = one[table], other[table]
        if columns != other_columns or not same(rows, other_rows):
            found.append(table)
    return found


def tables_of(
    connection: duckdb.DuckDBPyConnection, name: str, leave: Collection[str] = ()
) -> dict[str, list[tuple[str, str]]]:
    """The tables that a build made, each with its columns and their types."""
    rows = connection.execute(
        "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns() "
        "where database_name = ? and schema_name <> 'raw' and table_name not in "
        "(select view_name from duckdb_views() where database_name = ?) order by column_index",
        [name, name],
    ).fetchall()
    tables: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in rows:
        if not {table.split(".")[1], column} & {*OF_THE_BUILD, *leave}:
            tables.setdefault(table, []).append((column, kind))
    return tables


def fingerprint(table: str, columns: list[tuple[str, str]]) -> str:
    """A query of one row per bucket: its rows, a hash of what is exact, sums of what is not."""
    exact = [
        f'"{name}"' for name, kind in columns if "DOUBLE" not in kind and "TIMESTAMP" not in kind
    ]
    numbers = [f'"{name}"' for name, kind in columns if kind == "DOUBLE"]
    key = f"hash({', '.join(exact) or '1'})"
    sums = [
        f"count({number}), sum(case when isfinite({number}) then abs({number}) end)"
        for number in numbers
    ]
    return (
        f"select {key} % {BUCKETS} as bucket, count(*), bit_xor(hash({key}, 1)), "
        f"sum({key} % 1000003) {''.join(f', {each}' for each in sums)} "
        f"from {table} group by bucket order by bucket"
    )


def same(ours: list[tuple], theirs: list[tuple]) -> bool:
    """Whether two fingerprints agree: exactly, and to 1e-9 (or 1e-12 absolute) where fractions."""
    if len(ours) != len(theirs):
        return False
    return all(
        math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)
        if isinstance(a, float) and isinstance(b, float)
        else a == b
        for our_row, their_row in zip(ours, theirs, strict=True)
        for a, b in zip(our_row, their_row, strict=True)
    )
