"""Where two published files differ: relations, types, words and rows."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.contract.later_data import grains, n_differing

# Hashes of what models learn from, in which the last bits of sums may differ.
OF_BITS = ("fingerprint", "fit_fingerprint")
# Sums over names of what has a mean of 0 leave next to nothing: by the column that counts names.
SUMS = {"analysis.slope_equations": {"product": "n_names"}}
CATALOGUE = {
    "columns": "select schema_name, table_name, column_name, data_type, comment "
    "from duckdb_columns() where database_name = '{file}'",
    "tables": "select schema_name, table_name, comment "
    "from duckdb_tables() where database_name = '{file}'",
    "views": "select schema_name, view_name, comment "
    "from duckdb_views() where database_name = '{file}' and not internal",
    "questions": "select function_name, parameters, comment from duckdb_functions() "
    "where database_name = '{file}' and function_type = 'table_macro' and not internal",
}


def attached(whole: Path, part: Path) -> duckdb.DuckDBPyConnection:
    """Both files, as ``whole`` and ``part``."""
    connection = duckdb.connect()
    connection.execute(f"attach '{whole}' as whole (read_only)")
    connection.execute(f"attach '{part}' as part (read_only)")
    return connection


def catalogue_differences(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple]]:
    """What one file alone says of its relations, columns and questions, by kind."""
    found = {}
    for kind, query in CATALOGUE.items():
        said = [
            set(map(repr, connection.execute(query.format(file=file)).fetchall()))
            for file in ("whole", "part")
        ]
        assert said[0], kind
        if said[0] != said[1]:
            found[kind] = sorted(said[0] ^ said[1])
    return found


def row_differences(
    connection: duckdb.DuckDBPyConnection, manifest: Path
) -> tuple[dict[str, int], int]:
    """Rows that differ by relation, row by row on its grain; and how many relations were compared.

    Keys, choices and counts must be the same, numbers within 1e-9 relative or 1e-12 absolute (in
    a sum that cancels: for each of its terms).
    """
    named = grains(manifest)
    found = {}
    for relation, grain in named.items():
        sums = SUMS.get(relation, {})
        n_rows = n_differing(connection, relation, grain, None, OF_BITS, sums)
        if n_rows:
            found[relation] = n_rows
    return found, len(named)


def n_rows(connection: duckdb.DuckDBPyConnection, file: str) -> dict[str, int]:
    """Rows of every table of a file."""
    names = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where database_name = ?",
        [file],
    ).fetchall()
    return {
        name: connection.execute(f"select count(*) from {file}.{name}").fetchall()[0][0]
        for (name,) in names
    }
