"""Puts the document together from one snapshot of the published file and the figures drawn."""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd

from reports import queries
from reports.document import sections as chapters
from reports.document.content import MISSING, Document, Section, Terms
from reports.drawing import Report
from reports.glossary import TERMS
from reports.pictures import Pictures
from reports.plots import report_context

FINGERPRINTS = {"build": "build", "data": "data", "settings": "settings", "code": "SQL and code"}


def document_of(connection: duckdb.DuckDBPyConnection, dataset: str, drawn: Pictures) -> Document:
    """The document of a dataset.

    Parameters
    ----------
    drawn : the figures by name, drawn from the same file.
    """
    report = report_context(connection, dataset)
    sections = (
        chapters.strategies(connection, drawn),
        chapters.sources_of_return(drawn),
        chapters.costs(connection, drawn),
        chapters.factors(connection, drawn),
        chapters.models(connection, drawn),
        chapters.signals(drawn),
        chapters.data(connection, drawn),
        chapters.rules(connection),
        Section("words", "Words", (Terms(TERMS),)),
    )
    return Document(
        title=f"Factorhouse: dataset {dataset}",
        subtitle=f"{span(report)}; strategies, factors, models, costs and data in one place",
        facts=facts(connection, report),
        sections=sections,
    )


def span(report: Report) -> str:
    """From when to when the prices reach."""
    if report.first_date is None:
        return "no prices yet"
    return f"prices from {report.first_date} to {report.last_date}"


def facts(connection: duckdb.DuckDBPyConnection, report: Report) -> tuple[tuple[str, str], ...]:
    """What the report is about, and the fingerprints of what it was made from."""
    row = only_row(connection, "facts")
    lines = [
        ("Dataset", report.dataset),
        ("Prices", span(report).removeprefix("prices ")),
        ("Assets", row.get("assets") or "none"),
        ("Base currency", row.get("base_currency") or MISSING),
        ("Strategies", f"{row.get('n_strategies', 0)} of {row.get('n_registered', 0)} have traded"),
    ]
    info = only_row(connection, "build_info")
    known_at = info.get("known_at")
    lines.append(("Known at", f"{known_at:%Y-%m-%d %H:%M} UTC" if known_at else MISSING))
    for key, name in FINGERPRINTS.items():
        lines.append((f"Fingerprint of the {name}", info.get(f"{key}_fingerprint") or MISSING))
    return tuple(lines)


def only_row(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, Any]:
    """The values of a query of one row that are there."""
    rows = queries.frame(connection, f"document/{name}").to_dict("records")
    return {key: value for row in rows[:1] for key, value in row.items() if pd.notna(value)}
