"""A grid of lists becomes rows; what cannot be meant is refused with its key and the remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from warehouse.files import REPOSITORY
from warehouse.seeds import SettingsError
from warehouse.strategy_checks import COLUMNS, Known
from warehouse.sweep_grid import Sweep, read_sweep, unknown_words

Reader = Callable[[str], Sweep]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """Reads a grid file of the given text."""

    def reader(text: str) -> Sweep:
        path = tmp_path / "grid.yml"
        path.write_text(text)
        return read_sweep(path)

    return reader


def test_lists_become_rows_the_last_column_changing_fastest(read: Reader) -> None:
    sweep = read(
        "name: tried\nbase: equity_momentum_long\n"
        "grid: {top_fraction: [0.1, 0.25], turnover_cap: [null, 0.2, 1]}\n"
    )
    assert [(row["strategy"], row["top_fraction"], row["turnover_cap"]) for row in sweep.rows] == [
        ("tried_0001", "0.1", ""),
        ("tried_0002", "0.1", "0.2"),
        ("tried_0003", "0.1", "1"),
        ("tried_0004", "0.25", ""),
        ("tried_0005", "0.25", "0.2"),
        ("tried_0006", "0.25", "1"),
    ]
    for row in sweep.rows:
        assert set(row) == set(COLUMNS)
        assert (row["score"], row["rebalance"], row["max_weight"]) == (
            "momentum_12_1",
            "monthly",
            "0.2",
        )


def test_blocks_are_numbered_on_and_a_base_may_change_a_strategy(read: Reader) -> None:
    sweep = read(
        "name: two\nblocks:\n"
        "  - {base: equity_momentum_long, grid: {score: [size]}}\n"
        "  - base: {strategy: crypto_momentum_long, aum_usd: 1e7, hold_fraction: 0.50}\n"
        "    grid: {top_fraction: [0.2, 0.4]}\n"
    )
    found = [
        (r["strategy"], r["asset_class"], r["score"], r["aum_usd"], r["hold_fraction"])
        for r in sweep.rows
    ]
    assert found == [
        ("two_0001", "equity", "size", "10000000", ""),
        ("two_0002", "crypto", "momentum_3w", "10000000", "0.5"),
        ("two_0003", "crypto", "momentum_3w", "10000000", "0.5"),
    ]


def test_the_example_is_a_grid() -> None:
    sweep = read_sweep(REPOSITORY / "strategy_grid.yml")
    assert 48 <= len(sweep.rows) <= 96


BASE = "name: x\nbase: equity_momentum_long\n"
REFUSED = {
    "unknown column": (BASE + "grid: {top_fractoin: [0.1]}", ["top_fractoin", "top_fraction"]),
    "empty list": (BASE + "grid: {top_fraction: []}", ["top_fraction is '[]'", "one value"]),
    "no list": (BASE + "grid: {top_fraction: 0.1}", ["top_fraction is '0.1'", "list"]),
    "a word for a number": (BASE + "grid: {max_weight: [0.1, big]}", ["'big'", "a number"]),
    "yes for a number": (BASE + "grid: {max_weight: [yes]}", ["'True'", "a number"]),
    "not a finite number": (BASE + "grid: {max_weight: [.inf]}", ["'inf'", "a number"]),
    "a number for a word": (BASE + "grid: {score: [7]}", ["score has '7'", "a word"]),
    "a value twice": (BASE + "grid: {max_weight: [0.1, 0.10]}", ["'0.1' twice", "Remove"]),
    "unknown base": (
        "name: x\nbase: equity_momentun_long\ngrid: {score: [size]}",
        ["equity_momentun_long", "equity_momentum_long"],
    ),
    "unknown column of a base": (
        "name: x\nbase: {strategy: equity_momentum_long, lag: 2}\ngrid: {score: [size]}",
        ["base: 'lag'"],
    ),
    "no base": ("name: x\ngrid: {score: [size]}", ["base and grid"]),
    "no grid": ("name: x\nbase: equity_momentum_long", ["either grid or blocks"]),
    "unknown key": (BASE + "grids: {score: [size]}", ["'grids'", "grid"]),
    "bad name": ("name: My Sweep\nbase: a\ngrid: {score: [size]}", ["My Sweep", "lowercase"]),
    "no mapping": ("- 1\n", ["no mapping"]),
    "no YAML": ("name: [\n", ["no YAML"]),
    "blocks that overlap": (
        "name: x\nblocks:\n"
        "  - {base: equity_momentum_long, grid: {top_fraction: [0.2, 0.3]}}\n"
        "  - {base: equity_momentum_long, grid: {top_fraction: [0.30, 0.4]}}\n",
        ["x_0003 is the same as x_0002", "top_fraction 0.3"],
    ),
    "too many": (
        BASE + f"grid: {{max_weight: {list(range(1, 201))}, sector_cap: {list(range(1, 201))}}}",
        ["40,000", "20,000"],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_mistakes_are_named_with_their_remedy(read: Reader, case: str) -> None:
    text, words = REFUSED[case]
    with pytest.raises(SettingsError) as error:
        read(text)
    for word in ["grid.yml", *words]:
        assert word in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no grid file .*absent\.yml"):
        read_sweep(tmp_path / "absent.yml")


def test_words_that_no_row_could_have_are_mistakes(read: Reader) -> None:
    known = Known(
        scores={"size": ["equity"], "momentum_12_1": ["equity", "crypto"]},
        cost_models={"standard": {"equity", "crypto"}},
        universe={},
        factor_dates=("month_ends",),
    )
    sweep = read(BASE + "grid: {score: [size, sise], weighting: [equal, equla]}")
    assert list(unknown_words(sweep, known)) == [
        "weighting is 'equla'. Did you mean 'equal'?",
        "score is 'sise'. Did you mean 'size'?",
    ]
