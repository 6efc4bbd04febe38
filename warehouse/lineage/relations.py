"""The relations of a warehouse: what each is made of, and its columns with their comments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
from sqlglot import parse_one

from warehouse.lineage.errors import LineageError
from warehouse.lineage.unnests import DIALECT

COLUMNS = """
    select schema_name, table_name, column_name, data_type, coalesce(comment, '')
    from duckdb_columns()
    where not internal and database_name = current_database()
    order by schema_name, table_name, column_index
"""
VIEWS = """
    select view_name, sql, coalesce(comment, '')
    from duckdb_views()
    where not internal and database_name = current_database() and schema_name = 'main'
"""


@dataclass(frozen=True)
class Relation:
    """A table or view.

    Attributes
    ----------
    kind : raw (landed), seed (a file that users edit), sql, or python.
    columns : of each column its DuckDB type and its comment.
    sql : the select that makes it, where one does.
    reads : of a Python model, the columns it reads of each relation.
    """

    name: str
    kind: str
    description: str
    path: str
    columns: Mapping[str, tuple[str, str]]
    sql: str = ""
    reads: Mapping[str, tuple[str, ...]] | None = None


def read_relations(
    manifest: Mapping[str, Any], connection: duckdb.DuckDBPyConnection
) -> dict[str, Relation]:
    """Every source, seed and model of the project that the file holds, and the views of ``main``.

    Parameters
    ----------
    manifest : what dbt compiled, with the SQL of each model.
    connection : to the file that these models were built in.
    """
    columns: dict[str, dict[str, tuple[str, str]]] = {}
    for schema, table, column, kind, comment in connection.execute(COLUMNS).fetchall():
        columns.setdefault(f"{schema}.{table}", {})[column] = (kind, comment)
    nodes = {**manifest["sources"], **manifest["nodes"]}
    names = {key: relation_name(node) for key, node in nodes.items()}
    found = {}
    for key, node in nodes.items():
        if node["resource_type"] in ("source", "seed", "model") and names[key] in columns:
            found[names[key]] = Relation(
                name=names[key],
                kind=kind_of(node),
                description=node["description"],
                path=node["original_file_path"],
                columns=columns[names[key]],
                sql=node.get("compiled_code") or "" if node.get("language") == "sql" else "",
                reads=declared_reads(node, nodes, names, columns),
            )
    for view, sql, comment in connection.execute(VIEWS).fetchall():
        name = f"main.{view}"
        if name not in found:
            select = parse_one(sql, dialect=DIALECT).expression.sql(DIALECT)
            found[name] = Relation(name, "sql", comment, "", columns[name], select)
    return found


def relation_name(node: Mapping[str, Any]) -> str:
    """Schema and table of a node of the manifest."""
    return f"{node['schema']}.{node.get('alias') or node['name']}"


def kind_of(node: Mapping[str, Any]) -> str:
    """What makes a relation."""
    if node["resource_type"] == "model":
        return node["language"]
    return "raw" if node["resource_type"] == "source" else "seed"


def declared_reads(
    node: Mapping[str, Any],
    nodes: Mapping[str, Any],
    names: Mapping[str, str],
    columns: Mapping[str, Mapping[str, Any]],
) -> dict[str, tuple[str, ...]] | None:
    """What a Python model says it reads (``meta: reads``), all columns of what it does not name.

    Raises
    ------
    LineageError : it names a column that is not there.
    """
    if node.get("language") != "python":
        return None
    said = node["config"]["meta"].get("reads", {})
    reads = {}
    for key in node["depends_on"]["nodes"]:
        known = columns.get(names[key], {})
        reads[names[key]] = tuple(said.get(nodes[key]["name"], known))
        for column in set(reads[names[key]]) - set(known):
            raise LineageError(
                f"{node['name']} says under meta: reads that it reads {names[key]}.{column}, which "
                f"is not there. It has: {', '.join(known)}."
            )
    return reads
