"""What a published file says of itself: its names, columns and comments, read once per file."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb

from reports import queries
from reports.api.endpoints import Endpoint
from warehouse.reader import FileIdentity, Snapshot

# Types of DuckDB as JSON has them; others are served as texts.
JSON_TYPES: dict[str, dict[str, str]] = {
    "DATE": {"type": "string", "format": "date"},
    "TIMESTAMP": {"type": "string", "format": "date-time"},
    "DOUBLE": {"type": "number"},
    "FLOAT": {"type": "number"},
    "BOOLEAN": {"type": "boolean"},
    "INTEGER": {"type": "integer"},
    "BIGINT": {"type": "integer"},
    "HUGEINT": {"type": "integer"},
}


@dataclass(frozen=True)
class Column:
    """A column of an answer, as the warehouse describes it."""

    name: str
    kind: str
    comment: str | None

    @property
    def schema(self) -> dict[str, Any]:
        """The column as OpenAPI has it; any value may be missing."""
        found: dict[str, Any] = dict(JSON_TYPES.get(self.kind, {"type": "string"}))
        found["type"] = [found["type"], "null"]
        return found | ({"description": self.comment} if self.comment else {})


class Catalogue:
    """What one published file says of itself."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.names: dict[str, set[str]] = {}
        for kind, name in queries.execute(snapshot.connection, "api/known_names").fetchall():
            self.names.setdefault(kind, set()).add(name)
        self._comments = queries.execute(snapshot.connection, "api/column_comments").fetchall()
        self.relations: dict[str, str] = dict(
            queries.execute(snapshot.connection, "api/relation_comments").fetchall()
        )

    @cached_property
    def of_relations(self) -> dict[tuple[str, str], str]:
        """Comments by relation and column."""
        return {(relation, column): comment for relation, column, comment in self._comments}

    @cached_property
    def shared(self) -> dict[str, str]:
        """The comment that most relations have on a column of a name."""
        counted: dict[str, Counter[str]] = {}
        for _, column, comment in self._comments:
            counted.setdefault(column, Counter())[comment] += 1
        return {column: found.most_common(1)[0][0] for column, found in counted.items()}

    def comment(self, endpoint: Endpoint, column: str) -> str | None:
        """What the first of an endpoint's relations that has the column says of it."""
        for relation in endpoint.relations:
            if (relation, column) in self.of_relations:
                return self.of_relations[relation, column]
        return self.shared.get(column)

    def columns(self, endpoint: Endpoint, snapshot: Snapshot) -> list[Column]:
        """The columns of an endpoint's rows; none where the file lacks what the query reads."""
        nothing = dict.fromkeys(endpoint.asked.model_fields)
        text, given = queries.prepared(endpoint.query, nothing)
        try:
            described = snapshot.connection.execute(
                f"select * from ({text}) limit 0", given
            ).description
        except (duckdb.CatalogException, duckdb.BinderException):
            return []
        return [
            Column(name, str(kind), self.comment(endpoint, name)) for name, kind, *_ in described
        ]


class Catalogues:
    """The catalogue of the newest file; an older file's is made anew while it is still in use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[FileIdentity, Catalogue] = {}

    def of(self, snapshot: Snapshot) -> Catalogue:
        """The catalogue of a snapshot's file."""
        with self._lock:
            found = self._kept.get(snapshot.identity)
            if found is None:
                found = Catalogue(snapshot)
                self._kept = {snapshot.identity: found}
            return found
