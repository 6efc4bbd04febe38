"""The report of a dataset as one document: its content once, written as HTML and as PDF."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from reports.document.assembly import document_of
from reports.document.html import html_of
from reports.document.pdf import pdf_of
from reports.pictures import Pictures
from reports.processes import side_by_side


def write_document(
    connection: duckdb.DuckDBPyConnection, dataset: str, drawn: Pictures, folder: Path
) -> list[Path]:
    """Write ``report.html`` and ``report.pdf`` with the figures that were drawn, by name.

    Each is written to a temporary name first; equal data give equal bytes.

    Raises
    ------
    ReportsError : the published file lacks what a table reads.
    """
    document = document_of(connection, dataset, drawn)
    with side_by_side() as start:
        paper = start(pdf_of, document)
        data_of = {"report.html": html_of(document).encode(), "report.pdf": paper.result()}
    written = []
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in data_of.items():
        path, partial = folder / name, folder / f".{name}.{os.getpid()}"
        partial.write_bytes(data)
        partial.replace(path)
        written.append(path)
    return written
