"""Where every column of the warehouse comes from, relation by relation down to the raw rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.lineage.errors import LineageError
from warehouse.lineage.relations import Relation
from warehouse.lineage.sql_columns import ROWS, Origin, TracedQuery


@dataclass(frozen=True)
class Lineage:
    """Columns and what each is computed from, one step up.

    Attributes
    ----------
    origins : of every column (and of the rows of every relation) those it comes from; none for
        raw columns, those of seeds, and constants.
    values : those of them whose values it is made of; the others are conditions, keys, and rows
        that it counts.
    untraced : relations whose SQL could not be followed, and why; their columns are said to come
        from the rows of all that the relation reads.
    """

    relations: Mapping[str, Relation]
    origins: Mapping[Origin, frozenset[Origin]]
    values: Mapping[Origin, frozenset[Origin]]
    untraced: Mapping[str, str]

    def sources(self, relation: str, column: str, values_only: bool = False) -> set[Origin]:
        """The columns of raw tables and seeds that a column comes from in the end.

        With ``values_only`` those whose values it is made of, without conditions and keys.
        """
        origins = self.values if values_only else self.origins
        waiting = [Origin(relation, column)]
        seen = set(waiting)
        while waiting:
            for origin in origins[waiting.pop()]:
                if origin not in seen:
                    seen.add(origin)
                    waiting.append(origin)
        return {each for each in seen if self.relations[each.relation].kind in ("raw", "seed")}

    def coverage(self) -> dict[str, int]:
        """How many columns of models are traced in SQL, declared by Python models, untraced."""
        counted: dict[str, int] = defaultdict(int)
        for relation in self.relations.values():
            if relation.kind in ("sql", "python"):
                is_lost = relation.name in self.untraced
                kind = "untraced" if is_lost else {"sql": "traced"}.get(relation.kind, "declared")
                counted[kind] += len(relation.columns)
        return {kind: counted[kind] for kind in ("traced", "declared", "untraced")}


def trace_columns(relations: Mapping[str, Relation]) -> Lineage:
    """Trace every column of every relation; slices of long tables where a column takes only these.

    A query is parsed once, and each column and slice of it is followed once.
    """
    catalogue = {
        name: {column: kind for column, (kind, _) in relation.columns.items()}
        for name, relation in relations.items()
    }
    queries: dict[str, TracedQuery] = {}
    untraced: dict[str, str] = {}
    for name, relation in relations.items():
        if relation.kind == "sql":
            try:
                queries[name] = TracedQuery(relation.sql, catalogue)
                missing = set(relation.columns) - set(queries[name].columns)
                if missing:
                    raise LineageError(f"its SQL does not name {', '.join(sorted(missing))}")
            except LineageError as error:
                untraced[name] = str(error)
    waiting = [
        Origin(name, column) for name in relations for column in (*relations[name].columns, ROWS)
    ]
    origins: dict[Origin, frozenset[Origin]] = {}
    values: dict[Origin, frozenset[Origin]] = {}
    while waiting:
        node = waiting.pop()
        if node not in origins:
            origins[node] = one_step_up(node, relations, queries, values_only=False)
            values[node] = one_step_up(node, relations, queries, values_only=True)
            waiting += origins[node]
    return Lineage(relations, origins, values, untraced)


def one_step_up(
    node: Origin,
    relations: Mapping[str, Relation],
    queries: Mapping[str, TracedQuery],
    *,
    values_only: bool,
) -> frozenset[Origin]:
    """What a column, or the rows of a relation, come from."""
    relation = relations[node.relation]
    if relation.kind == "python":
        reads = relation.reads or {}
        return frozenset(Origin(name, column) for name, own in reads.items() for column in own)
    if node.relation not in queries or (values_only and node.column == ROWS):
        return frozenset()
    return queries[node.relation].origins(node.column, node.rows, values_only)
