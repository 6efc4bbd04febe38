"""The order in which dbt takes what is ready: first that which the longest chain waits for."""

from __future__ import annotations

import heapq
import math
import threading
from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Any

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.adapters.factory import FACTORY
from dbt.graph import selector
from dbt.graph.queue import GraphQueue

from models_ml.processes import ALL_CORES

# Of a test, a table and a Python model, about in the proportion of their seconds.
TEST, TABLE, PYTHON = 1, 4, 40
LOOK_AGAIN = 0.1  # seconds until it is seen that fits have ended
SEQUENTIAL = "sequential"  # tag of a model that keeps one core busy, however many there are
ROWS_BY_TABLE = """
select format('"{}"."{}"."{}"', database_name, schema_name, table_name), estimated_size
from duckdb_tables()
"""
SMALL = 2_000_000  # rows that a model reads at the most to run beside any other

# Set while a market is built of which any two models at a time would go beyond memory.
MINDS_MEMORY = threading.Event()


class LongestChainFirst(GraphQueue):
    """dbt's queue in another order: its own takes what became ready first.

    The fits of the models stand at the end of a long chain and have another after them: so they
    begin as soon as they can. While they keep every core busy nothing new begins beside them: what
    does not wait for them fills the core that the chain after them leaves idle. Where memory is to
    be minded, another runs beside one where one of both reads few rows, or the one is sequential.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.rows_read: dict[str, float] = {}  # by node, once it was asked
        super().__init__(*arguments, **named)

    def _get_scores(self, graph: Any) -> dict[str, int]:
        """Of every node, less the length of the longest chain that begins with it."""
        lengths: dict[str, int] = {}
        needs = {name: graph.predecessors(name) for name in graph}
        for name in reversed(list(TopologicalSorter(needs).static_order())):
            after = max((lengths[each] for each in graph.successors(name)), default=0)
            lengths[name] = after + length_of(self.manifest.expect(name))
        return {name: -length for name, length in lengths.items()}

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """The next node, once a thread is free for it: what is given out stands in no order."""
        with self.lock:
            while not (self.has_room() and self.puts_first_what_fits()):
                self.some_task_done.wait(LOOK_AGAIN)
        return super().get(block, timeout)

    def has_room(self) -> bool:
        """Whether one more node may run beside those that do."""
        if not self.in_progress:
            return True
        return not ALL_CORES.is_set() and len(self.in_progress) < n_threads()

    def puts_first_what_fits(self) -> bool:
        """Whether a node that is ready fits into memory beside those that run: it is then next."""
        if not self.in_progress or not MINDS_MEMORY.is_set():
            return True
        with self.inner.mutex:
            ready = self.inner.queue
            if any(SEQUENTIAL in self.manifest.expect(name).tags for name in self.in_progress):
                return bool(ready)
            self.learn_rows_read([*self.in_progress, *(name for _, name in ready)])
            n_most = max(self.rows_read[name] for name in self.in_progress)
            for score, name in sorted(ready):
                fewest, most = sorted((self.rows_read[name], n_most))
                if most == math.inf:  # a Python model waits for all cores, and nothing overtakes it
                    return False
                if fewest <= SMALL:
                    ready[ready.index((score, name))] = (-math.inf, name)
                    heapq.heapify(ready)
                    return True
        return False

    def learn_rows_read(self, names: Sequence[str]) -> None:
        """Of nodes that are ready, whose tables are there."""
        unknown = [name for name in names if name not in self.rows_read]
        if unknown:
            rows = rows_by_table()
            self.rows_read |= {name: rows_read(self.manifest, name, rows) for name in unknown}


def rows_read(manifest: Any, name: str, rows: Mapping[str, int]) -> float:
    """Rows of the tables that a node reads; endless of a Python model, which has all cores.

    Parameters
    ----------
    rows : of each table, by its name as dbt writes it.
    """
    node = manifest.expect(name)
    if length_of(node) == PYTHON:
        return math.inf
    return sum(rows_of(manifest, parent, rows) for parent in set(node.depends_on_nodes))


def rows_of(manifest: Any, name: str, rows: Mapping[str, int]) -> int:
    """Rows of a table, none where its model failed; of a view, those of the tables it reads."""
    node = manifest.expect(name)
    if str(node.resource_type) == "model" and node.config.materialized == "view":
        return sum(rows_of(manifest, parent, rows) for parent in set(node.depends_on_nodes))
    return rows.get(node.relation_name, 0)


def rows_by_table() -> dict[str, int]:
    """Rows of each table that there is, by its name as dbt writes it."""
    handle = DuckDBConnectionManager.env().handle()
    try:
        return dict(handle.cursor().execute(ROWS_BY_TABLE).fetchall())
    finally:
        handle.close()


def length_of(node: Any) -> int:
    """About how long a node takes."""
    if str(node.resource_type) != "model":
        return TEST
    return PYTHON if node.language == "python" else TABLE


def n_threads() -> int:
    """How many nodes dbt runs at a time in this invocation."""
    return max(adapter.config.threads for adapter in FACTORY.adapters.values())


def take_longest_chains_first() -> None:
    """Have dbt use this order in this process."""
    selector.GraphQueue = LongestChainFirst
