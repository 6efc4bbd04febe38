"""Maps a vendor's columns to canonical ones: their column names, or SQL over them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import duckdb
import pyarrow as pa

from ingest.config import nearest
from ingest.errors import VendorFileError
from ingest.tables import literal, quoted
from ingest.vendor_file import VendorFile

TIME_DIRECTIVES = ("%H", "%I", "%M", "%S", "%c", "%X", "%T", "%f", "%p", "%z")


def value_sql(file: VendorFile, expression: str, kind: str, *, place: str) -> str:
    """SQL over the table ``vendor`` for one canonical value.

    Parameters
    ----------
    expression : one of the file's columns, by its bare name, or an SQL expression over them.
    kind : SQL type of the canonical column. For a DOUBLE an expression sees the columns of a CSV as
        numbers; a cell that is text but no number is handed on as it is, so that landing rejects
        its row. Where numbers make no valid SQL (replace(...)), it sees the text, as it does for
        any other kind.
    place : the key of the dataset file, named in errors.

    Raises
    ------
    VendorFileError : the file lacks a column, or the expression is no valid SQL.
    """
    column = _own_column(file, expression)
    if column is not None:
        return quoted(column)
    tree = _parse(file, expression, place)
    columns = _referenced(file, tree, place)
    if kind != "DOUBLE" or not file.is_csv or not columns:
        return _checked(file, f"({expression})", place)
    numeric = _deparse(file, _replace_columns(tree, lambda name: _number_node(file, name)))
    try:
        _checked(file, numeric, place)
    except VendorFileError:
        return _checked(file, f"({expression})", place)
    bad = {name: _bad_cell(name) for name in columns}
    any_bad = f"select bool_or({' or '.join(bad.values())}) from vendor"
    if not file.connection.execute(any_bad).fetchall()[0][0]:
        return numeric
    cases = " ".join(f"when {test} then {quoted(name)}" for name, test in bad.items())
    return f"case {cases} else cast({numeric} as varchar) end"


def date_sql(file: VendorFile, value: str, date_format: str | None) -> str:
    """A date or timestamp read by a strptime format; what does not fit is handed on, marked."""
    kind = _kind(file, value)
    if date_format is None or kind.startswith(("DATE", "TIMESTAMP")):
        return value
    text = f"nullif(trim(cast({value} as varchar)), '')"
    has_time = any(directive in date_format for directive in TIME_DIRECTIVES)
    parsed = f"try_strptime({text}, {literal(date_format)})"
    parsed = parsed if has_time else f"cast({parsed} as date)"
    return f"coalesce(cast({parsed} as varchar), {text} || {literal(f' (not {date_format})')})"


def symbol_sql(value: str, symbols: Mapping[str, Any]) -> str:
    """A symbol after rename (whole symbols), replace (parts), upper, prefix and suffix."""
    symbol = f"nullif(trim(cast({value} as varchar)), '')"
    renames = symbols.get("rename") or {}
    if renames:
        cases = " ".join(f"when {literal(a)} then {literal(b)}" for a, b in renames.items())
        symbol = f"case {symbol} {cases} else {symbol} end"
    for old, new in (symbols.get("replace") or {}).items():
        symbol = f"replace({symbol}, {literal(old)}, {literal(new)})"
    if symbols.get("upper"):
        symbol = f"upper({symbol})"
    prefix, suffix = symbols.get("prefix", ""), symbols.get("suffix", "")
    return f"{literal(prefix)} || {symbol} || {literal(suffix)}" if prefix or suffix else symbol


def where_sql(file: VendorFile, predicate: str, *, place: str) -> str:
    """A predicate over the table ``vendor``; columns of a CSV that hold only numbers are numbers.

    Raises
    ------
    VendorFileError : the file lacks a column, or the predicate is no valid SQL.
    """
    tree = _parse(file, predicate, place)
    columns = _referenced(file, tree, place)
    if not file.is_csv:
        return _checked(file, f"({predicate})", place)
    only_numbers = {
        name
        for name in columns
        if not file.connection.execute(f"select bool_or({_bad_cell(name)}) from vendor").fetchall()[
            0
        ][0]
    }

    def node(name: str) -> dict[str, Any] | None:
        return _number_node(file, name) if _own_column(file, name) in only_numbers else None

    return _checked(file, _deparse(file, _replace_columns(tree, node)), place)


def select_rows(file: VendorFile, query: str, *, place: str) -> pa.Table:
    """The rows of a query over the table ``vendor``.

    Raises
    ------
    VendorFileError : the query fails on some row.
    """
    try:
        return file.connection.sql(query).to_arrow_table()
    except duckdb.Error as error:
        raise VendorFileError(
            f"{file.path}: the SQL of {place} fails: {str(error).splitlines()[0]}"
        ) from error


def _own_column(file: VendorFile, name: str) -> str | None:
    """The file's column of that name, by exact case if there is one."""
    own = [*file.columns, "file_stem"]
    if name in own:
        return name
    return next((column for column in own if column.lower() == name.lower()), None)


def _parse(file: VendorFile, expression: str, place: str) -> dict[str, Any]:
    tree = json.loads(
        file.connection.execute(
            "select json_serialize_sql(?)", [f"select ({expression})"]
        ).fetchall()[0][0]
    )
    if tree["error"] or len(tree["statements"]) != 1:
        reason = tree.get("error_message", "several statements")
        raise _not_there(file, expression, f"neither a column nor valid SQL ({reason})", place)
    return tree


def _not_there(file: VendorFile, name: str, problem: str, place: str) -> VendorFileError:
    return VendorFileError(
        f"{file.path}: {name!r} is {problem}.{nearest(name, file.columns)} The file has: "
        f"{', '.join(file.columns)}. Change `{place}` in the dataset file."
    )


def _column_nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        if tree.get("class") == "COLUMN_REF":
            yield tree
        for value in tree.values():
            yield from _column_nodes(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _column_nodes(value)


def _referenced(file: VendorFile, tree: dict[str, Any], place: str) -> list[str]:
    found = []
    for node in _column_nodes(tree):
        name = node["column_names"][-1]
        column = _own_column(file, name)
        if column is None:
            raise _not_there(file, name, "not a column of this file", place)
        if column not in found:
            found.append(column)
    return found


def _replace_columns(tree: Any, node: Callable[[str], dict[str, Any] | None]) -> Any:
    if isinstance(tree, dict):
        if tree.get("class") == "COLUMN_REF":
            return node(tree["column_names"][-1]) or tree
        return {key: _replace_columns(value, node) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_replace_columns(value, node) for value in tree]
    return tree


def _number_node(file: VendorFile, name: str) -> dict[str, Any]:
    column = quoted(_own_column(file, name))
    tree = _parse(file, f"try_cast({column} as double)", "")
    return tree["statements"][0]["node"]["select_list"][0]


def _deparse(file: VendorFile, tree: dict[str, Any]) -> str:
    text = file.connection.execute("select json_deserialize_sql(?::json)", [json.dumps(tree)])
    return f"({text.fetchall()[0][0].removeprefix('SELECT ')})"


def _bad_cell(name: str) -> str:
    column = quoted(name)
    return f"(trim({column}) <> '' and try_cast({column} as double) is null)"


def _kind(file: VendorFile, value: str) -> str:
    return file.connection.execute(f"describe select {value} as value from vendor").fetchall()[0][1]


def _checked(file: VendorFile, value: str, place: str) -> str:
    try:
        _kind(file, value)
    except duckdb.Error as error:
        raise VendorFileError(
            f"{file.path}: {place} is no valid SQL over its columns: {str(error).splitlines()[0]} "
            f"The file has: {', '.join(file.columns)}."
        ) from error
    return value
