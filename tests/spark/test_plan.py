"""Which engine makes what, on graphs worked out by hand."""

from __future__ import annotations

import pytest
from dbt.contracts.graph.manifest import Manifest
from dbt.graph.selector_methods import is_selected_node

from tests.builds import Market
from warehouse.spark.plan import Node, nodes_of, planned_waves, with_ancestors


def node(name: str, *parents: str, local: bool = False, view: bool = False) -> Node:
    ancestors = frozenset(parents)
    return Node(name, name, f"p.{name}", f"s.{name}", ancestors, is_view=view, is_local=local)


def named(*nodes: Node) -> dict[str, Node]:
    return {each.unique_id: each for each in nodes}


def shown(nodes: dict[str, Node]) -> list[tuple[set[str], set[str]]]:
    return [
        ({each.name for each in wave.local}, {each.name for each in wave.spark})
        for wave in planned_waves(nodes)
    ]


def test_python_models_divide_the_waves() -> None:
    nodes = named(
        node("seed", local=True),
        node("view", view=True),
        node("prices", "view", "seed"),
        node("fits", "prices", local=True),
        node("returns", "prices"),
        node("scores", "fits", "returns"),
    )
    assert shown(nodes) == [
        ({"seed", "view"}, {"view", "prices", "returns"}),
        ({"prices", "fits", "returns"}, {"scores"}),
        ({"scores"}, set()),
    ]


def test_a_view_on_a_table_comes_with_the_table() -> None:
    nodes = named(node("table"), node("view", "table", view=True), node("last", "view"))
    assert shown(nodes) == [(set(), {"table", "view", "last"}), ({"table", "view", "last"}, set())]


def test_every_model_is_made_once_by_its_engine_and_ends_in_duckdb() -> None:
    nodes = named(
        node("a", local=True),
        *(node(f"m{i}", f"m{i - 1}" if i else "a", local=i % 3 == 0) for i in range(12)),
    )
    planned = planned_waves(nodes)
    in_duckdb = [each.name for wave in planned for each in wave.local]
    on_spark = [each.name for wave in planned for each in wave.spark]
    assert sorted(in_duckdb) == sorted(nodes)
    assert sorted(on_spark) == sorted(name for name, each in nodes.items() if not each.is_local)


def test_a_circle_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="a, b"):
        planned_waves(named(node("a", "b"), node("b", "a")))


def test_ancestors_come_along() -> None:
    nodes = named(node("a"), node("b", "a"), node("c", "b"), node("d"))
    assert set(with_ancestors(nodes, ["b"])) == {"a", "b"}


def test_dbt_selects_each_model_alone(small_raw: Market) -> None:
    (read,) = (small_raw.target / "read").rglob("partial_parse.msgpack")
    manifest = Manifest.from_msgpack(read.read_bytes())
    nodes = nodes_of(manifest)
    assert len(nodes) > 190
    for node in nodes.values():
        found = [
            key
            for key in nodes
            for fqn in [manifest.nodes[key].fqn]
            if any(is_selected_node(path, node.selector, False) for path in (fqn, fqn[1:]))
        ]
        assert found == [node.unique_id]
