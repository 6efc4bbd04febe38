"""Which of the nodes that are ready dbt runs first."""

from __future__ import annotations

import json
import threading
import time
from types import SimpleNamespace
from typing import Any

import duckdb
import networkx as nx
import pytest

from models_ml.processes import ALL_CORES
from tests.builds import Market
from warehouse import build_order
from warehouse.build_order import LongestChainFirst

# b is ready first by its name and its depth; the chain to the Python model begins with z.
EDGES = [("a", "b"), ("a", "z"), ("z", "python_fits"), ("python_fits", "last"), ("b", "test_b")]


class Manifest:
    """What the queue asks of dbt's."""

    def expect(self, name: str) -> SimpleNamespace:
        kind = "test" if name.startswith("test") else "model"
        language = "python" if name.startswith("python") else "sql"
        tags = ["sequential"] if name == "z" else []
        return SimpleNamespace(
            resource_type=kind,
            language=language,
            tags=tags,
            relation_name=name,
            depends_on_nodes=[before for before, after in EDGES if after == name],
            config=SimpleNamespace(materialized="view" if name.startswith("view") else "table"),
        )


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> LongestChainFirst:
    """A queue for one thread."""
    monkeypatch.setattr(build_order, "n_threads", lambda: 1)
    graph = nx.DiGraph(EDGES)
    return LongestChainFirst(graph, Manifest(), set(graph))


def test_the_longest_chain_comes_first_and_all_comes(queue: LongestChainFirst) -> None:
    order = []
    while not queue.empty():
        queue.get()
        (name,) = queue.in_progress
        order.append(name)
        queue.mark_done(name)
    assert order == ["a", "z", "python_fits", "b", "last", "test_b"]


def test_a_node_is_given_out_when_a_thread_is_free_for_it(queue: LongestChainFirst) -> None:
    queue.get()
    queue.mark_done("a")
    queue.get()
    given = threading.Event()
    waiting = threading.Thread(target=lambda: (queue.get(), given.set()))
    waiting.start()
    assert not given.wait(0.2)
    queue.mark_done("z")
    assert given.wait(5)
    waiting.join()
    assert queue.in_progress == {"python_fits"}


def test_nothing_begins_beside_fits_that_keep_every_core_busy(
    queue: LongestChainFirst, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_order, "n_threads", lambda: 2)
    for name in ("a", "z"):
        queue.get()
        queue.mark_done(name)
    queue.get()
    given = threading.Event()
    waiting = threading.Thread(target=lambda: (queue.get(), given.set()))
    ALL_CORES.set()
    try:
        waiting.start()
        assert not given.wait(0.3)
    finally:
        ALL_CORES.clear()
    assert given.wait(5)
    waiting.join()
    assert queue.in_progress == {"python_fits", "b"}


@pytest.fixture
def minded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two threads, of a market in which memory is minded: `a` has many rows, and `b` has few."""
    monkeypatch.setattr(build_order, "n_threads", lambda: 2)
    monkeypatch.setattr(build_order, "MINDS_MEMORY", threading.Event())
    monkeypatch.setattr(
        build_order, "rows_by_table", lambda: {"a": 30_000_000, "b": 1_000, "z": 30_000_000}
    )
    build_order.MINDS_MEMORY.set()


def given_at_a_time(edges: Any) -> list[set[str]]:
    """What runs at a time, where all that may begins before anything ends."""
    graph = nx.DiGraph(edges)
    queue = LongestChainFirst(graph, Manifest(), set(graph))

    def ask() -> None:
        while not queue.empty():
            queue.get()

    asking = threading.Thread(target=ask)
    asking.start()
    times = []
    while asking.is_alive() or queue.in_progress:
        time.sleep(0.3)
        times.append(set(queue.in_progress))
        for name in times[-1]:
            queue.mark_done(name)
    return times


@pytest.mark.usefixtures("minded")
def test_where_memory_is_minded_another_runs_beside_a_sequential_one_and_none_beside_fits() -> None:
    assert given_at_a_time(EDGES) == [{"a"}, {"z", "b"}, {"python_fits"}, {"last", "test_b"}]


@pytest.mark.usefixtures("minded")
def test_where_memory_is_minded_nothing_overtakes_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.EDGES", [("a", "many"), ("b", "few")])
    ready = nx.DiGraph([("many", "python_fits_of_many")])
    ready.add_nodes_from(["python_fits", "few"])
    assert given_at_a_time(ready)[0] == {"many"}
    ready.remove_node("python_fits")
    assert given_at_a_time(ready)[0] == {"many", "few"}


@pytest.mark.usefixtures("minded")
def test_where_memory_is_minded_two_run_at_a_time_if_one_reads_few_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    edges = [("a", "long"), ("long", "longer"), ("a", "many"), ("b", "few"), ("b", "fewer")]
    monkeypatch.setattr(f"{__name__}.EDGES", edges)
    ready = nx.DiGraph([("long", "longer")])
    ready.add_nodes_from(["few", "fewer", "many"])
    assert given_at_a_time(ready) == [{"long", "few"}, {"longer", "fewer"}, {"many"}]


@pytest.mark.usefixtures("minded")
def test_a_view_reads_what_its_tables_have_and_a_failed_table_has_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    layers = [
        (f"{before}{no}", f"{after}{no + 1}")
        for no in range(30)
        for before in "xy"
        for after in "xy"
    ]
    views = [("a", "view_1"), ("b", "view_1"), ("view_1", "view_2"), ("view_2", "reader")]
    monkeypatch.setattr(f"{__name__}.EDGES", [*views, *layers])
    rows = build_order.rows_by_table()
    assert build_order.rows_read(Manifest(), "reader", rows) == 30_001_000
    assert build_order.rows_read(Manifest(), "x30", rows) == 0, (
        "of 2^30 ways to what failed, none is walked"
    )


def test_as_many_run_at_a_time_as_dbt_has_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(build_order, "n_threads", lambda: 2)
    assert max(len(each) for each in given_at_a_time(EDGES)) == 2
    monkeypatch.setattr(build_order, "n_threads", lambda: 1)
    assert [len(each) for each in given_at_a_time(EDGES)] == [1] * 6


def test_tables_are_named_as_dbt_names_them(small_market: Market) -> None:
    manifest = json.loads((small_market.target / "manifest.json").read_text())
    named = {
        node["relation_name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"]["materialized"] == "table"
    }
    with duckdb.connect(str(small_market.path), read_only=True) as connection:
        rows = dict(connection.execute(build_order.ROWS_BY_TABLE).fetchall())
    assert len(named) > 100
    assert named <= rows.keys()
