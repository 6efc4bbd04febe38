"""Which columns of which relations each column of a query comes from, read from its SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope

from warehouse.lineage.errors import LineageError
from warehouse.lineage.expressions import all_columns, value_columns
from warehouse.lineage.slices import Slice, carried_slices, case_slice, keeps_slices_apart
from warehouse.lineage.unnests import DIALECT, expand_recursive_unnests

ROWS = "*"  # in the place of a column: the rows of a relation, where a number counts them
Catalogue = Mapping[str, Mapping[str, str]]


class Origin(NamedTuple):
    """A column of a relation (``schema.table``), or its rows (``column`` is ``*``).

    ``rows`` says in which rows of the relation, where not in all of them.
    """

    relation: str
    column: str
    rows: Slice | None = None


class Step(NamedTuple):
    """A column of a part of the query: of a subquery, a common table expression, an unnest."""

    scope: Scope
    column: str
    rows: Slice | None = None


class Looked(NamedTuple):
    """A column of a select: its expression, all columns that this names, those of its value.

    Of ``*`` there is no expression, and the columns are those of the clauses that decide its rows.
    """

    expression: exp.Expr | None
    columns: tuple[exp.Column, ...]
    values: tuple[exp.Column, ...]
    is_count: bool


class TracedQuery:
    """Follows the columns of a query through its parts down to the tables it reads.

    Parameters
    ----------
    sql : a select in DuckDB's dialect.
    catalogue : of each relation (``schema.table``) its columns and their DuckDB types.

    Raises
    ------
    LineageError : the SQL cannot be parsed, or names a table or column that nothing has.
    """

    def __init__(self, sql: str, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        try:
            tree = parse_one(sql, dialect=DIALECT)
            for table in tree.find_all(exp.Table):
                table.set("catalog", None)
            expand_recursive_unnests(tree, catalogue)
            schema = nested_schema(tree, catalogue)
            tree = qualify(tree, schema=schema, dialect=DIALECT, quote_identifiers=False)
        except SqlglotError as error:
            raise LineageError(str(error)) from error
        self.scopes = list(traverse_scope(tree))  # inner ones first, the query itself last
        self.root = self.scopes[-1]
        self.followed: dict[tuple[Step, bool], tuple[Origin | Step, ...]] = {}
        self.looked_up: dict[tuple[int, str], Looked] = {}
        self.scope_of: dict[int, Scope] = {}
        for scope in self.scopes:
            for column in scope.columns:
                self.scope_of.setdefault(id(column), scope)

    @property
    def columns(self) -> list[str]:
        """The columns that the query returns."""
        return list(self.root.expression.named_selects)

    def origins(
        self, column: str, rows: Slice | None = None, values_only: bool = False
    ) -> frozenset[Origin]:
        """What a column of the query is computed from; of ``*``, what decides its rows.

        Parameters
        ----------
        rows : of which rows, where not of all.
        values_only : without conditions, keys of windows, and rows that are counted.

        Returns
        -------
        columns of tables; none for a constant.
        """
        return self.below([Step(self.root, column, rows)], values_only)

    def below(self, steps: list[Origin | Step], values_only: bool = False) -> frozenset[Origin]:
        """The table columns below some steps; a recursive query ends where it began."""
        found: set[Origin] = set()
        seen: set[Step] = set()
        while steps:
            step = steps.pop()
            if isinstance(step, Origin):
                found.add(step)
            elif step not in seen:
                seen.add(step)
                key = (step, values_only)
                if key not in self.followed:  # many columns of a query come by the same parts
                    self.followed[key] = tuple(self.one_down(step, values_only))
                steps.extend(self.followed[key])
        return frozenset(found)

    def one_down(self, step: Step, values_only: bool) -> Iterator[Origin | Step]:
        """What the expression of a column names, by the kind of its part of the query."""
        query = step.scope.expression
        if isinstance(query, exp.SetOperation):
            yield from branch_steps(step)
        elif not isinstance(query, exp.Select):  # an unnest: all its columns are of one expression
            yield from filter(None, map(self.step_to, query.find_all(exp.Column)))
        else:
            yield from self.select_steps(step, query, values_only)

    def select_steps(
        self, step: Step, select: exp.Select, values_only: bool
    ) -> Iterator[Origin | Step]:
        """The columns that a column of a select names; the tables' rows where it counts them."""
        carried = carried_slices(select, step.rows) if step.rows else {}
        if carried is None:
            return
        looked = self.look_up(select, step.column)
        if step.column == ROWS:
            yield from self.rows_of(step.scope, carried)
        elif carried and not keeps_slices_apart(looked.expression, carried):
            carried = {}
        named = looked.values if values_only else looked.columns
        yield from self.steps_to(named, step.scope, carried)
        if looked.is_count and not values_only:
            yield from self.rows_of(step.scope, carried)

    def look_up(self, select: exp.Select, column: str) -> Looked:
        """What the expression of a column names; looked up once for all slices of it."""
        key = (id(select), column)
        if key not in self.looked_up:
            self.looked_up[key] = looked_through(select, column)
        return self.looked_up[key]

    def steps_to(
        self, columns: Iterable[exp.Column], scope: Scope, carried: Mapping[str, Slice]
    ) -> Iterator[Origin | Step]:
        """What columns in an expression of a scope mean, each in the rows that are taken of it."""
        for column in columns:
            is_own = self.scope_of[id(column)] is scope
            rows = case_slice(column) or (carried.get(column.table) if is_own else None)
            step = self.step_to(column, rows)
            if step is not None:
                yield step

    def step_to(self, column: exp.Column, rows: Slice | None = None) -> Origin | Step | None:
        """The table column, or the column of a part of the query, that a reference means.

        None for the rows of a function such as ``range``, which come from no table.
        """
        scope: Scope | None = self.scope_of[id(column)]
        while scope is not None:
            source = scope.sources.get(column.table)
            if isinstance(source, exp.Table):
                relation = f"{source.db}.{source.name}"
                return Origin(relation, column.name, rows) if source.db else None
            if source is not None:
                return Step(source, column.name, rows)
            scope = scope.parent  # a correlated subquery names a table of the query around it
        raise LineageError(f"{column.sql(DIALECT)} is of no table in sight")

    def rows_of(self, scope: Scope, carried: Mapping[str, Slice]) -> Iterator[Origin | Step]:
        """The rows of what a part of the query selects from."""
        for alias, (_, source) in scope.selected_sources.items():
            if isinstance(source, exp.Table):
                if source.db:
                    yield Origin(f"{source.db}.{source.name}", ROWS, carried.get(alias))
            elif isinstance(source.expression, exp.Query):
                yield Step(source, ROWS, carried.get(alias))


def looked_through(select: exp.Select, column: str) -> Looked:
    """The columns that a column of a select names, or the clauses that decide its rows."""
    if column == ROWS:
        named = tuple(each for one in row_clauses(select) for each in one.find_all(exp.Column))
        return Looked(None, named, named, is_count=False)
    expression = next(each for each in select.expressions if each.alias_or_name == column)
    values = tuple(value_columns(expression))
    return Looked(
        expression,
        tuple(all_columns(expression)),
        values,
        is_count=not values and expression.find(exp.AggFunc, exp.Window) is not None,
    )


def nested_schema(tree: exp.Expr, catalogue: Catalogue) -> dict[str, dict[str, dict[str, str]]]:
    """The columns of the tables that a query names, as sqlglot takes them."""
    schema: dict[str, dict[str, dict[str, str]]] = {}
    for table in tree.find_all(exp.Table):
        columns = catalogue.get(f"{table.db}.{table.name}")
        if columns is not None:
            schema.setdefault(table.db, {})[table.name] = dict.fromkeys(columns, "varchar")
        elif table.db:
            raise LineageError(f"there is no relation {table.db}.{table.name}")
    return schema


def branch_steps(step: Step) -> Iterator[Step]:
    """The same column of both sides of a union: by position, unless it is by name."""
    names = list(step.scope.expression.named_selects)
    by_name = bool(step.scope.expression.args.get("by_name"))
    for branch in step.scope.set_operation_scopes:
        own = list(branch.expression.named_selects)
        in_branch = (
            dict(zip(own, own, strict=True)) if by_name else dict(zip(names, own, strict=True))
        )
        rows = step.rows and Slice(in_branch.get(step.rows.column, ""), step.rows.value)
        if rows is not None and not rows.column:
            continue
        if step.column == ROWS:
            yield Step(branch, ROWS, rows)
        elif step.column in in_branch:
            yield Step(branch, in_branch[step.column], rows)


def row_clauses(select: exp.Select) -> Iterator[exp.Expr]:
    """The parts of a select that decide which rows it has: conditions, joins and groups."""
    for name in ("where", "joins", "group", "having", "qualify"):
        clause = select.args.get(name) or []
        yield from clause if isinstance(clause, list) else [clause]
