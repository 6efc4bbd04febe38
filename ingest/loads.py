"""What a load did, counted for the user."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class TableSummary:
    """What became of the input rows of one raw table: landed + unchanged + rejected of them.

    Attributes
    ----------
    taken_over : keys that landed anew and were last given by another source.
    """

    table: str
    landed: int
    unchanged: int
    rejected: int
    taken_over: int = 0


@dataclass(frozen=True)
class LoadSummary:
    """What one load did, or several loads of one source.

    Attributes
    ----------
    load_id : of the last of them.
    symbols : the symbols of the load, after the symbols asked for were picked.
    unlisted : symbols with prices and no universe row.
    """

    load_id: int
    source: str
    tables: tuple[TableSummary, ...]
    symbols: frozenset[str]
    unlisted: frozenset[str] = frozenset()

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences for the user."""
        return (*map(_taken_over_warning, self.taken_over), *self._unlisted_warnings())

    @property
    def taken_over(self) -> tuple[TableSummary, ...]:
        """The tables in which another source is contradicted."""
        return tuple(table for table in self.tables if table.taken_over)

    def _unlisted_warnings(self) -> tuple[str, ...]:
        if not self.unlisted:
            return ()
        names = sorted(self.unlisted)
        some = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
        return (
            f"{len(names)} symbols have prices and no universe row ({some}): "
            "nothing is computed for them until the universe lists them.",
        )


def _taken_over_warning(table: TableSummary) -> str:
    return (
        f"{table.taken_over} keys of {table.table} were last given by another source and differ: "
        "the later source wins, and both land again on every run."
    )


def added_up(summaries: Iterable[LoadSummary]) -> LoadSummary:
    """Several loads of one source, at least one, as one."""
    summaries = list(summaries)
    tables: dict[str, list[TableSummary]] = {}
    for summary in summaries:
        for table in summary.tables:
            tables.setdefault(table.table, []).append(table)
    return LoadSummary(
        load_id=summaries[-1].load_id,
        source=summaries[-1].source,
        tables=tuple(_table_sum(name, lines) for name, lines in tables.items()),
        symbols=frozenset().union(*(summary.symbols for summary in summaries)),
        unlisted=frozenset().union(*(summary.unlisted for summary in summaries)),
    )


def _table_sum(name: str, lines: Iterable[TableSummary]) -> TableSummary:
    lines = list(lines)
    counts = ("landed", "unchanged", "rejected", "taken_over")
    return TableSummary(name, *(sum(getattr(line, count) for line in lines) for count in counts))
