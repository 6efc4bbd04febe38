"""Runs the query of an endpoint on one snapshot and writes a page of its rows."""

from __future__ import annotations

import csv
import io
import math
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb
import orjson

from reports import queries
from reports.api.endpoints import Endpoint
from reports.api.problems import ProblemError

AS_JSON = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z


@dataclass(frozen=True)
class Page:
    """Some rows of a result, and how many it has in all."""

    columns: list[str]
    rows: list[tuple[Any, ...]]
    total: int


@contextmanager
def limited(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Stop what runs on the connection after some time.

    Raises
    ------
    ProblemError : it took too long, or more memory than it may have.
    """

    def stop() -> None:
        with suppress(duckdb.Error):
            connection.interrupt()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    narrower = "Narrow it by filters or days."
    try:
        yield
    except duckdb.InterruptException as error:
        raise ProblemError(
            503, f"The query took longer than the {seconds:g} s it may take. {narrower}"
        ) from error
    except duckdb.OutOfMemoryException as error:
        raise ProblemError(
            503, f"The query needs more memory than it may have. {narrower}"
        ) from error
    finally:
        timer.cancel()


def page_of(
    connection: duckdb.DuckDBPyConnection,
    endpoint: Endpoint,
    given: Mapping[str, Any],
    *,
    limit: int,
    offset: int,
) -> Page:
    """A page of an endpoint's rows, in the order of its query.

    Raises
    ------
    ReportsError : the file lacks what the query reads.
    """
    text, bound = queries.prepared(endpoint.query, given)
    with queries.explained(endpoint.query):
        if endpoint.is_short:  # cheaper to read whole than to run twice
            cursor = connection.execute(text, bound)
            rows = cursor.fetchall()
            columns = [column[0] for column in cursor.description]
            return Page(columns, rows[offset : offset + limit], len(rows))
        cursor = connection.execute(
            f"select * from ({text}) limit $limit offset $offset",
            {**bound, "limit": limit, "offset": offset},
        )
        columns = [column[0] for column in cursor.description]
        rows = cursor.fetchall()
        is_end = len(rows) < limit and (rows or not offset)
        if is_end:
            return Page(columns, rows, offset + len(rows))
        total = connection.execute(f"select count(*) from ({text})", bound).fetchall()[0][0]
    return Page(columns, rows, total)


def as_json(page: Page, envelope: Mapping[str, Any]) -> bytes:
    """The rows as objects below ``data``, after what the envelope says of them."""
    data = [dict(zip(page.columns, row, strict=True)) for row in page.rows]
    return orjson.dumps({**envelope, "data": data}, default=str, option=AS_JSON)


def as_csv(page: Page) -> bytes:
    """The rows under their header; what is missing is empty."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(page.columns)
    writer.writerows([said(value) for value in row] for row in page.rows)
    return written.getvalue().encode()


def said(value: Any) -> Any:
    """A value as CSV has it, the same text as in JSON."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat() + "Z"
    if isinstance(value, date):
        return value.isoformat()
    return value


def unknown_names(
    asked: Mapping[str, Any], known: Mapping[str, set[str]]
) -> list[tuple[str, str, Sequence[str]]]:
    """The names asked for that the file does not have: parameter, name, those there are."""
    found = []
    for parameter, value in asked.items():
        if parameter in known and value is not None:
            names = value if isinstance(value, list) else [value]
            found += [
                (parameter, name, sorted(known[parameter]))
                for name in names
                if name not in known[parameter]
            ]
    return found
