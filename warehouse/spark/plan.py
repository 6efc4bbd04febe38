"""Which engine makes which model, and in which order: read from the manifest, never named here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

# Tags of models that DuckDB makes: what the work file is the home of (hashes of its rows, its
# ledger), and what goes step by step, so that more machines make it no faster.
LOCAL = frozenset({"record", "sequential"})


@dataclass(frozen=True)
class Node:
    """A seed or model.

    Attributes
    ----------
    selector : finds it alone in dbt's selections; a bare name finds all in a folder of that name.
    relation : schema and table.
    parents : unique ids of the seeds and models that it reads.
    is_view : made by both engines, each over its own tables.
    is_local : made by DuckDB, and handed to Spark where that reads it: seeds, Python models and
        those with a tag of ``LOCAL``.
    """

    unique_id: str
    name: str
    selector: str
    relation: str
    parents: frozenset[str]
    is_view: bool
    is_local: bool


@dataclass
class Wave:
    """What one engine can make now, as names that dbt selects."""

    local: list[Node] = field(default_factory=list)
    spark: list[Node] = field(default_factory=list)


def nodes_of(manifest: Any) -> dict[str, Node]:
    """The seeds and models of dbt's manifest by unique id."""
    found = {
        key: node
        for key, node in manifest.nodes.items()
        if node.resource_type in ("model", "seed") and node.config.enabled
    }
    return {
        key: Node(
            unique_id=key,
            name=node.name,
            selector=".".join(node.fqn),
            relation=f"{node.schema}.{node.alias or node.name}",
            parents=frozenset(set(node.depends_on_nodes) & found.keys()),
            is_view=node.config.materialized == "view",
            is_local=node.resource_type == "seed"
            or node.language == "python"
            or not LOCAL.isdisjoint(node.tags),
        )
        for key, node in found.items()
    }


def with_ancestors(nodes: Mapping[str, Node], chosen: Iterable[str]) -> dict[str, Node]:
    """The chosen nodes and all that they are made of."""
    kept: set[str] = set()
    waiting = list(chosen)
    while waiting:
        key = waiting.pop()
        if key not in kept:
            kept.add(key)
            waiting += nodes[key].parents
    return {key: node for key, node in nodes.items() if key in kept}


def planned_waves(nodes: Mapping[str, Node]) -> list[Wave]:
    """Waves in which DuckDB makes or takes over what it can, then Spark what it can.

    DuckDB takes over a table of Spark's in the wave after the one that made it.
    """
    in_duckdb: set[str] = set()
    on_spark: set[str] = set()
    found: list[Wave] = []
    while len(in_duckdb) < len(nodes):
        made = {key for key in on_spark if not nodes[key].is_view}
        local = grown(
            nodes, in_duckdb, [k for k, n in nodes.items() if n.is_local or n.is_view or k in made]
        )
        handed = {node.unique_id for node in local if node.is_local}
        on_spark |= handed
        spark = grown(nodes, on_spark, [k for k, n in nodes.items() if not n.is_local])
        if not local and not spark:
            left = sorted(nodes[key].name for key in nodes.keys() - in_duckdb)
            raise ValueError(f"No engine can make these models: {', '.join(left)}")
        found.append(Wave(local, spark))
    return found


def grown(nodes: Mapping[str, Node], done: set[str], candidates: Collection[str]) -> list[Node]:
    """The candidates whose parents are done, or are among these; all are then done too."""
    new: list[Node] = []
    waiting = [key for key in candidates if key not in done]
    is_growing = True
    while is_growing:
        ready = [key for key in waiting if nodes[key].parents <= done]
        done.update(ready)
        new += [nodes[key] for key in ready]
        waiting = [key for key in waiting if key not in done]
        is_growing = bool(ready)
    return new
