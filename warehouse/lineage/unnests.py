"""Names the columns that ``unnest(list_of_structs, recursive := true)`` makes of one column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlglot import exp

DIALECT = "duckdb"


def expand_recursive_unnests(tree: exp.Expr, catalogue: Mapping[str, Mapping[str, str]]) -> None:
    """Put one named projection per field in the place of each such unnest.

    Parameters
    ----------
    catalogue : of each relation (``schema.table``) its columns and their DuckDB types.
    """
    for select in list(tree.find_all(exp.Select)):
        tables = {table.alias_or_name: table for table in named_tables(select)}
        projections: list[exp.Expr] = []
        for projection in select.expressions:
            column = unnested_column(projection)
            table = tables.get(column.table) if column else None
            if column is None or table is None:
                projections.append(projection)
                continue
            kind = catalogue[f"{table.db}.{table.name}"][column.name]
            projections += [
                exp.alias_(exp.Explode(this=column.copy()), field) for field in field_names(kind)
            ]
        select.set("expressions", projections)


def named_tables(select: exp.Select) -> Iterable[exp.Table]:
    """The tables that a select names itself."""
    for clause in (select.args.get("from_"), *(select.args.get("joins") or [])):
        if clause is not None and isinstance(clause.this, exp.Table):
            yield clause.this


def unnested_column(projection: exp.Expr) -> exp.Column | None:
    """The column that a projection unnests with all its fields, if that is what it does."""
    if not isinstance(projection, (exp.Explode, exp.Unnest)):
        return None
    options = projection.find_all(exp.PropertyEQ, exp.EQ)
    is_recursive = any(option.this.name == "recursive" for option in options)
    return projection.find(exp.Column) if is_recursive else None


def field_names(kind: str) -> list[str]:
    """The field names of a list of structs, as DuckDB writes its type; none of another type."""
    data_type = exp.DataType.build(kind, dialect=DIALECT)
    while data_type.this == exp.DataType.Type.ARRAY:
        data_type = data_type.expressions[0]
    if data_type.this != exp.DataType.Type.STRUCT:
        return []
    return [field.name for field in data_type.expressions]
