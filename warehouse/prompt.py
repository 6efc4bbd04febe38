"""A small SQL prompt on the published file."""

from __future__ import annotations

import contextlib
import sys

import duckdb

from warehouse.files import DatasetFiles, WarehouseError, open_published

with contextlib.suppress(ImportError):
    import readline  # noqa: F401  # line editing and history, where the platform has it

HELP = "End a statement with ;  |  .tables lists what there is  |  .quit or Ctrl-D leaves"


def prompt(files: DatasetFiles, command: str | None = None) -> None:
    """Run one statement or what is piped in, or read statements until the user leaves.

    Raises
    ------
    WarehouseError : nothing has been published yet, or a statement given or piped in fails.
    """
    connection = open_published(files)
    if command is not None:
        print_rows(connection, command)
        return
    if not sys.stdin.isatty():
        print_rows(connection, sys.stdin.read())
        return
    print(f"{files.published} (read-only). {HELP}")
    buffer = ""
    while True:
        try:
            line = input("sql> " if not buffer else "...> ")
        except (EOFError, KeyboardInterrupt):
            return
        if not buffer and line.strip() in (".quit", ".exit"):
            return
        if not buffer and line.strip() == ".tables":
            line = (
                "select table_schema, table_name from information_schema.tables "
                "where table_catalog = 'published' order by all;"
            )
        buffer = f"{buffer}\n{line}" if buffer else line
        if buffer.rstrip().endswith(";"):
            try:
                print_rows(connection, buffer)
            except WarehouseError as error:
                print(f"Error: {error}", file=sys.stderr)
            buffer = ""


def print_rows(connection: duckdb.DuckDBPyConnection, statement: str) -> None:
    """Print what each statement returns as a table, at most 200 rows of it."""
    try:
        for single in connection.extract_statements(statement):
            relation = connection.sql(single.query)
            if relation is not None:
                relation.show(max_rows=200, max_width=200)
    except duckdb.Error as error:
        raise WarehouseError(str(error)) from error
