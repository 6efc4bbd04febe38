"""The order in which dbt takes what is ready: first that which the longest chain waits for."""

from __future__ import annotations

import threading
from graphlib import TopologicalSorter
from typing import Any

from dbt.adapters.factory import FACTORY
from dbt.graph import selector
from dbt.graph.queue import GraphQueue

from models_ml.processes import ALL_CORES

# Of a test, a table and a Python model, about in the proportion of their seconds.
TEST, TABLE, PYTHON = 1, 4, 40
LOOK_AGAIN = 0.1  # seconds until it is seen that fits have ended
SEQUENTIAL = "sequential"  # tag of a model that keeps one core busy, however many there are

# Set while a market is built of which two models at a time would go beyond memory.
ONE_AT_A_TIME = threading.Event()


class LongestChainFirst(GraphQueue):
    """dbt's queue in another order: its own takes what became ready first.

    The fits of the models stand at the end of a long chain and have another after them: so they
    begin as soon as they can. While they keep every core busy nothing new begins beside them: what
    does not wait for them fills the core that the chain after them leaves idle. Where models are
    built one at a time, another runs beside a sequential one alone.
    """

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
            while not self.has_room():
                self.some_task_done.wait(LOOK_AGAIN)
        return super().get(block, timeout)

    def has_room(self) -> bool:
        """Whether one more node may run beside those that do."""
        if not self.in_progress:
            return True
        if ALL_CORES.is_set() or len(self.in_progress) >= n_threads():
            return False
        return not ONE_AT_A_TIME.is_set() or any(
            SEQUENTIAL in self.manifest.expect(name).tags for name in self.in_progress
        )


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
