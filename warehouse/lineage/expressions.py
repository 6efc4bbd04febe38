"""What the columns in an expression are for: its value, or a condition or key beside it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp


def value_columns(expression: exp.Expr) -> Iterator[exp.Column]:
    """The columns whose values make an expression's value.

    A column that only stands in the condition of a ``case`` or ``filter``, or says over which rows
    and in which order a window goes, is none; but ranks are of what they are ordered by.
    """
    for column in expression.find_all(exp.Column):
        if not is_condition_or_key(column, expression):
            yield column
    for window in expression.find_all(exp.Window):
        if window.this.find(exp.Column) is None:
            for own in (window, *named_windows(window)):
                order = own.args.get("order")
                yield from order.find_all(exp.Column) if order else ()


def all_columns(expression: exp.Expr) -> Iterator[exp.Column]:
    """Every column in an expression and in the named windows that it stands on."""
    yield from expression.find_all(exp.Column)
    for window in expression.find_all(exp.Window):
        for named in named_windows(window):
            yield from named.find_all(exp.Column)


def is_condition_or_key(column: exp.Column, expression: exp.Expr) -> bool:
    """Whether a column stands in a condition, or in the partition or order of a window."""
    child: exp.Expr = column
    while child is not expression and child.parent is not None:
        place = (type(child.parent), child.arg_key)
        if place in ((exp.If, "this"), (exp.Case, "this"), (exp.Filter, "expression")):
            return True
        if isinstance(child.parent, exp.Window) and child.arg_key != "this":
            return True
        child = child.parent
    return False


def named_windows(window: exp.Window) -> Iterator[exp.Window]:
    """The windows of the ``window`` clause that ``over name`` means, by way of others too."""
    select = window.find_ancestor(exp.Select)
    clause = {named.name: named for named in select.args.get("windows") or []} if select else {}
    reference = window.args.get("alias")
    while reference is not None and reference.name in clause:
        named = clause.pop(reference.name)
        yield named
        reference = named.args.get("alias")


def partition_keys(window: exp.Window) -> set[tuple[str, str]]:
    """Table and name of the columns whose values a window keeps apart."""
    return {
        (key.table, key.name)
        for own in (window, *named_windows(window))
        for key in own.args.get("partition_by") or []
        if isinstance(key, exp.Column)
    }
