"""What one run of a page reads: queries on one build, their answers kept until it is replaced."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from reports import queries
from reports.errors import ReportsError
from warehouse.files import DatasetFiles, WarehouseError
from warehouse.reader import FileIdentity, PublishedReader, Snapshot

MOST_ANSWERS = 200  # kept in memory, of all visitors together
CSV_ROWS = 1_000_000
MEMORY_LIMIT = "FACTORHOUSE_MEMORY_LIMIT"


@dataclass(frozen=True)
class Reading:
    """One build of a dataset, for one run of a page.

    Attributes
    ----------
    pages : the app's pages by name, for links from one to another.
    """

    files: DatasetFiles
    snapshot: Snapshot
    pages: dict[str, Any] = field(default_factory=dict)

    def rows(self, name: str, **parameters: Any) -> pd.DataFrame:
        """The rows of ``queries/dashboard/<name>.sql``; a copy that the caller may change.

        Raises
        ------
        ReportsError : the published file lacks a table or column that the query reads.
        """
        return kept_rows(
            self.snapshot.connection,
            str(self.files.published),
            self.snapshot.identity,
            name,
            parameters,
        )

    def first(self, name: str, **parameters: Any) -> pd.Series:
        """The one row of a query that has one."""
        return self.rows(name, **parameters).iloc[0]

    def comments(self, relation: str) -> dict[str, str]:
        """What the warehouse says of the columns of ``schema.table``."""
        schema, table = relation.split(".")
        found = self.rows("comments", schema=schema, table=table)
        return dict(zip(found["column_name"], found["comment"], strict=True))

    def open(self, page: str, **query: Any) -> None:
        """Go to another page, with what it is to show."""
        st.switch_page(self.pages[page], query_params={k: str(v) for k, v in query.items()})


@st.cache_data(
    max_entries=MOST_ANSWERS,
    show_spinner=False,
    hash_funcs={FileIdentity: lambda identity: (identity.inode, identity.modified_ns)},
)
def kept_rows(
    _connection: Any, published: str, identity: FileIdentity, name: str, parameters: dict[str, Any]
) -> pd.DataFrame:
    """The rows of a query, kept by published file, its identity, and the parameters."""
    return queries.frame(_connection, f"dashboard/{name}", parameters)


@st.cache_resource(show_spinner=False)
def reader(files: DatasetFiles) -> PublishedReader:
    """The one reader of a dataset that all visitors share.

    Raises
    ------
    WarehouseError : FACTORHOUSE_MEMORY_LIMIT is no amount of memory.
    """
    limit = os.environ.get(MEMORY_LIMIT, "").strip() or None
    try:
        return PublishedReader(files, memory_limit=limit)
    except WarehouseError as error:
        raise WarehouseError(f"{MEMORY_LIMIT}: {error}") from error


@contextmanager
def reading(files: DatasetFiles, pages: dict[str, Any]) -> Iterator[Reading]:
    """The newest build, the same until the block ends.

    Raises
    ------
    WarehouseError : nothing is published, or by an older version.
    """
    with reader(files).snapshot() as snapshot:
        yield Reading(files, snapshot, pages)


def csv_of(
    files: DatasetFiles, identity: FileIdentity, name: str, parameters: dict[str, Any]
) -> bytes:
    """The rows of a paged query as CSV, at most CSV_ROWS, read when somebody asks for the file.

    Raises
    ------
    ReportsError : another build than the page's has been published.
    """
    every = {**parameters, "n_rows": CSV_ROWS, "first_row": 0}
    with reader(files).snapshot() as snapshot:
        if snapshot.identity != identity:
            raise ReportsError("A new build was published: download again once the page shows it.")
        rows = queries.frame(snapshot.connection, f"dashboard/{name}", every)
    return (
        rows.drop(columns="n_rows", errors="ignore")
        .to_csv(index=False, date_format="%Y-%m-%d")
        .encode()
    )
