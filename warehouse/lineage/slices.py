"""Which rows of a table in long form an expression takes: those where one column has one value.

``max(case when values.factor = 'size' then values.rank_pct end)`` comes from the rows of ``size``
alone, and so from the columns that these rows are made of, not from those of every factor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sqlglot import exp

from warehouse.lineage.expressions import partition_keys


class Slice(NamedTuple):
    """The rows where ``column`` is the text ``value``."""

    column: str
    value: str


def case_slice(column: exp.Column) -> Slice | None:
    """The rows of its table from which an expression takes a column, by the ``case`` around it.

    None where no condition names a text, or where a window looks at other rows too.
    """
    child: exp.Expr = column
    while child.parent is not None and not isinstance(child.parent, exp.Select):
        parent = child.parent
        condition = None
        if isinstance(parent, exp.Window):
            return None
        if isinstance(parent, exp.If) and child.arg_key == "true":
            condition = parent.this
        elif isinstance(parent, exp.Filter) and child.arg_key == "this":
            condition = parent.expression.this
        for compared, text in texts_compared(condition):
            if compared.table == column.table and compared is not column:
                return Slice(compared.name, text)
        child = parent
    return None


def texts_compared(condition: exp.Expr | None) -> Iterator[tuple[exp.Column, str]]:
    """The columns that a condition asks to be a text."""
    for part in conjuncts(condition):
        if isinstance(part, exp.EQ) and isinstance(part.this, exp.Column):
            text = part.expression
            if isinstance(text, exp.Literal) and text.is_string:
                yield part.this, text.name


def conjuncts(condition: exp.Expr | None) -> Iterator[exp.Expr]:
    """The conditions that must all hold."""
    if isinstance(condition, exp.And):
        yield from conjuncts(condition.left)
        yield from conjuncts(condition.right)
    elif isinstance(condition, exp.Paren):
        yield from conjuncts(condition.this)
    elif condition is not None:
        yield condition


def carried_slices(select: exp.Select, rows: Slice) -> Mapping[str, Slice] | None:
    """What asking a select for a slice of its rows asks of each of its tables.

    Returns
    -------
    mapping of tables to the slices of them; empty where all their rows may count; None where no
    row of the select has the value.
    """
    projection = next(each for each in select.expressions if each.alias_or_name == rows.column)
    value = projection.unalias()
    if isinstance(value, exp.Literal) and value.is_string:
        return {} if value.name == rows.value else None
    if not isinstance(value, exp.Column):
        return {}
    equal = columns_equal_to(select, value)
    return {table: Slice(column, rows.value) for table, column in equal}


def columns_equal_to(select: exp.Select, column: exp.Column) -> set[tuple[str, str]]:
    """Table and name of the columns that joins hold equal to one, itself among them."""
    pairs = [
        ((part.left.table, part.left.name), (part.right.table, part.right.name))
        for join in select.args.get("joins") or []
        for part in conjuncts(join.args.get("on"))
        if isinstance(part, exp.EQ)
        and isinstance(part.left, exp.Column)
        and isinstance(part.right, exp.Column)
    ]
    equal = {(column.table, column.name)}
    while added := {each for pair in pairs if equal & set(pair) for each in pair} - equal:
        equal |= added
    return equal


def keeps_slices_apart(expression: exp.Expr, carried: Mapping[str, Slice]) -> bool:
    """Whether each window of an expression looks at rows of one slice alone."""
    keys = {(table, rows.column) for table, rows in carried.items()}
    return all(keys & partition_keys(window) for window in expression.find_all(exp.Window))
