"""Reads every table, view and comment of a DuckDB file with whatever duckdb this Python imports.

Usage: python read_everything.py FILE; prints JSON: version, rows, comments, macros, how many rows
each question's example has, and what could not be read. It imports nothing of the project, which an
older client's environment has not.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import duckdb


def read(path: str) -> dict[str, Any]:
    """Rows and comments by relation and column."""
    connection = duckdb.connect(path, read_only=True)
    relations = connection.execute(
        "select table_schema, table_name from information_schema.tables "
        "where table_catalog = current_database() order by all"
    ).fetchall()
    rows, errors = {}, {}
    for schema, name in relations:
        relation = f'"{schema}"."{name}"'
        try:
            connection.execute(f"select * from {relation} limit 100").fetchall()
            rows[f"{schema}.{name}"] = connection.execute(
                f"select count(*) from {relation}"
            ).fetchall()[0][0]
        except duckdb.Error as error:
            errors[f"{schema}.{name}"] = str(error).splitlines()[0]
    comments = {}
    for kind, name in (("table", "table_name"), ("view", "view_name"), ("column", "table_name")):
        column = ", column_name" if kind == "column" else ""
        for *names, comment in connection.execute(
            f"select schema_name, {name}{column}, comment from duckdb_{kind}s() "
            "where database_name = current_database() and comment is not null"
        ).fetchall():
            comments[".".join(names)] = comment
    macros = connection.execute(
        "select distinct schema_name || '.' || function_name from duckdb_functions() "
        "where database_name = current_database() and not internal order by 1"
    ).fetchall()
    return {
        "version": duckdb.__version__,
        "rows": rows,
        "comments": comments,
        "macros": [name for (name,) in macros],
        "answers": answers(connection, errors),
        "errors": errors,
    }


def answers(connection: duckdb.DuckDBPyConnection, errors: dict[str, str]) -> dict[str, int]:
    """How many rows each question's example has; what fails is added to the errors."""
    found = {}
    asked = connection.execute("select question, example from questions").fetchall()
    for question, example in asked:
        try:
            found[question] = len(connection.execute(example).fetchall())
        except duckdb.Error as error:
            errors[question] = str(error).splitlines()[0]
    return found


if __name__ == "__main__":
    print(json.dumps(read(sys.argv[1])))
