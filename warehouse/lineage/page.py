"""Writes the page of column lineage: one file, no network, searchable."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from warehouse.collecting import uncollected
from warehouse.files import DatasetFiles, connect_work
from warehouse.lineage.graph import Lineage, trace_columns
from warehouse.lineage.relations import Relation, read_relations
from warehouse.lineage.sql_columns import ROWS, Origin

FOLDER = Path(__file__).resolve().parent
FIRST_SCHEMAS = (
    *("main", "signals", "performance", "portfolios", "analysis", "scores", "factors", "labels"),
    *("prepared", "staging", "raw", "seeds"),
)
EXAMPLES = (
    "signals.live_signals.trade_weight",
    "portfolios.target_weights.target_weight",
    "factors.factor_matrix.momentum_12_1",
    "factors.factor_matrix.book_to_market",
    "performance.daily_pnl.net_return",
    "raw.prices.close",
)


def write_lineage(files: DatasetFiles, manifest: Path) -> Path:
    """Write ``lineage.html`` into a dataset's outputs.

    Parameters
    ----------
    manifest : what dbt compiled of the project for this dataset.
    """
    connection = connect_work(files)
    try:
        relations = read_relations(json.loads(manifest.read_text()), connection)
    finally:
        connection.close()
    page = files.outputs / "lineage.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    with uncollected():
        page.write_text(lineage_page(trace_columns(relations), files.name), encoding="utf-8")
    return page


def lineage_page(lineage: Lineage, dataset: str) -> str:
    """The page as HTML."""
    document = json.dumps(page_data(lineage, dataset), separators=(",", ":"), ensure_ascii=False)
    parts = {
        "/*STYLE*/": (FOLDER / "page.css").read_text(),
        "/*SCRIPT*/": (FOLDER / "page.js").read_text(),
        "/*LINEAGE*/": document.replace("<", "\\u003c"),
    }
    page = (FOLDER / "page.html").read_text()
    for mark, text in parts.items():
        page = page.replace(mark, text)
    return page


def page_data(lineage: Lineage, dataset: str) -> dict[str, Any]:
    """What the script of the page reads: relations, nodes, and what each node comes from."""
    names = list(lineage.relations)
    places = {name: place for place, name in enumerate(names)}
    nodes = sorted(lineage.origins, key=lambda node: (places[node.relation], str(node.rows or "")))
    numbers = {node: number for number, node in enumerate(nodes)}
    schemas = {name.split(".")[0] for name in names}
    return {
        "dataset": dataset,
        "coverage": lineage.coverage(),
        "untraced": dict(lineage.untraced),
        "examples": [each for each in EXAMPLES if is_known(each, lineage.relations)],
        "schemas": [*FIRST_SCHEMAS, *sorted(schemas - set(FIRST_SCHEMAS))],
        "relations": [relation_data(relation) for relation in lineage.relations.values()],
        "nodes": [node_data(node, places, lineage.relations) for node in nodes],
        "values": [sorted(numbers[each] for each in lineage.values[node]) for node in nodes],
        "conditions": [
            sorted(numbers[each] for each in lineage.origins[node] - lineage.values[node])
            for node in nodes
        ],
    }


def is_known(example: str, relations: Mapping[str, Relation]) -> bool:
    """Whether there is such a column."""
    relation, _, column = example.rpartition(".")
    return relation in relations and column in relations[relation].columns


def relation_data(relation: Relation) -> dict[str, Any]:
    """A relation with its columns: name, type, comment."""
    columns = [[name, kind, comment] for name, (kind, comment) in relation.columns.items()]
    return {
        "name": relation.name,
        "kind": relation.kind,
        "about": relation.description,
        "path": relation.path,
        "columns": columns,
    }


def node_data(
    node: Origin, places: Mapping[str, int], relations: Mapping[str, Relation]
) -> list[int | str]:
    """A node: place of its relation, place of its column (-1: the rows), in which rows."""
    columns = list(relations[node.relation].columns)
    column = -1 if node.column == ROWS else columns.index(node.column)
    rows = f"{node.rows.column} = '{node.rows.value}'" if node.rows else ""
    return [places[node.relation], column, rows]
