"""Statements as they are typed: where they end, how they are stopped, what their errors say."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

import duckdb

from warehouse.files import WarehouseError

HINTS = {
    "Catalog Error": "`.tables` and `.questions` list what there is.",
    "Binder Error": "`.describe table` lists a table's columns.",
    "read-only": (
        "What is published is for reading. Change seeds, variables or models and build again."
    ),
}
Answer = TypeVar("Answer")


def tokens(text: str) -> list[tuple[int, str]]:
    """Where each token begins, in bytes, and the token; of comments only what leaves one open."""
    raw = text.encode()
    found = duckdb.tokenize(text)
    ends = [start for start, _ in found[1:]] + [len(raw)]
    kept = []
    for (start, kind), end in zip(found, ends, strict=False):
        token = raw[start:end].decode().strip()
        if kind != duckdb.token_type.comment:
            kept.append((start, token))
        elif token.startswith("/*") and not token.endswith("*/"):
            kept.append((start, "/*"))
    return kept


def is_whole(text: str) -> bool:
    """Whether a command or statement has come to its end; comments may follow."""
    if text.lstrip().startswith("."):
        return True
    found = tokens(text)
    return not found or found[-1][1] == ";"


def without_end(statement: str) -> str:
    """One statement up to its semicolon: DuckDB takes no comment after it in a relation."""
    found = tokens(statement)
    if found and found[-1][1] == ";":
        return statement.encode()[: found[-1][0]].decode()
    return statement


def interruptible(connection: duckdb.DuckDBPyConnection, work: Callable[[], Answer]) -> Answer:
    """Do work on a connection; Ctrl-C ends what it is running.

    DuckDB looks for Ctrl-C in some calls only, and not in those that print. So another thread
    works, and this one waits for either.

    Raises
    ------
    KeyboardInterrupt : it was interrupted; the connection can be used again.
    """
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        try:
            return working.result()
        except KeyboardInterrupt:
            # What had not begun yet is interrupted once it has.
            while not working.done():
                connection.interrupt()
                wait([working], timeout=0.05)
            with contextlib.suppress(duckdb.Error):
                working.result()
            raise


@contextlib.contextmanager
def said_errors() -> Iterator[None]:
    """DuckDB's errors as ours, with what may help."""
    try:
        yield
    except duckdb.Error as error:
        hints = [hint for words, hint in HINTS.items() if words in str(error)]
        raise WarehouseError("\n".join([str(error).strip(), *hints])) from error
