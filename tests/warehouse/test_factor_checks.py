"""The registry of factors is refused by name where a row cannot work."""

from __future__ import annotations

from typing import Any

import pytest

from warehouse.factor_checks import factor_problems
from warehouse.seeds import registries

GOOD = {
    "name": "momentum_6_1",
    "family": "momentum",
    "direction": 1,
    "asset_classes": ["equity", "crypto"],
    "unit": "return",
    "paper": "Jegadeesh and Titman (1993)",
    "published_year": 1993,
    "min_history_sessions": {"equity": 127, "crypto": 181},
}
SIZE = {**GOOD, "name": "size", "family": "size"}
WRONG = {
    "unknown neutralization": ({"neutralize": "sektor"}, "'sektor'; allowed are none, sector"),
    "unknown family": ({"family": "momentun"}, "'momentun' has no file momentun.sql. Did you mean"),
    "family without the column": ({"family": "value"}, "value.sql has no column momentum_6_1"),
    "direction 2": ({"direction": 2}, "direction is '2'"),
    "direction in words": ({"direction": "up"}, "direction is 'up'"),
    "direction yes": ({"direction": True}, "direction is 'True'"),
    "unknown asset class": ({"asset_classes": ["stock"]}, "asset class 'stock' is unknown"),
    "asset class twice": ({"asset_classes": ["equity", "equity", "crypto"]}, "there 2 times"),
    "misspelt setting": ({"neutralise": "sector"}, "no setting 'neutralise'. Did you mean"),
    "no asset class": ({"asset_classes": []}, "asset_classes is missing"),
    "no paper": ({"paper": None}, "paper is missing"),
    "empty unit": ({"unit": ""}, "unit is missing"),
    "no year": ({"published_year": None}, "published_year is missing"),
    "year in words": ({"published_year": "1993"}, "published_year is '1993'"),
    "history of another class": (
        {"asset_classes": ["equity"]},
        "min_history_sessions has 'crypto', which is not among asset_classes",
    ),
    "history below a session": (
        {"min_history_sessions": {"equity": 0}},
        "min_history_sessions of equity is '0'",
    ),
    "history of all classes": ({"min_history_sessions": 127}, "min_history_sessions is '127'"),
    "name of a key": ({"name": "symbol"}, "symbol: the name must be a column of its own"),
    "name with a dash": ({"name": "Mom-6"}, "Mom-6: the name must be a column of its own"),
}


def problems(*rows: dict[str, Any], chosen: tuple[str, ...] = ()) -> list[str]:
    return list(factor_problems({"factors": list(rows)}, chosen))


def test_the_registry_as_it_stands_works() -> None:
    assert list(factor_problems(registries(), [])) == []
    assert problems(GOOD) == []


def test_an_entry_that_is_no_row_is_said() -> None:
    assert problems(GOOD, None) == [  # type: ignore[arg-type]
        "vars: factors: an entry is no mapping of name, family, direction and so on."
    ]


@pytest.mark.parametrize("word", ["none", "sector", "size_and_sector"])
def test_every_neutralization_is_allowed_but_size_from_size(word: str) -> None:
    assert problems({**GOOD, "neutralize": word}) == []
    found = problems({**SIZE, "neutralize": word})
    assert len(found) == (word == "size_and_sector")
    assert all("factors: size: neutralize is 'size_and_sector'" in line for line in found)


@pytest.mark.parametrize(("changes", "words"), WRONG.values(), ids=WRONG)
def test_a_row_that_cannot_work_is_refused(changes: dict[str, Any], words: str) -> None:
    found = [line for line in problems({**GOOD, **changes}) if words in line]
    assert len(found) == 1
    assert found[0].startswith(f"vars: factors: {changes.get('name', 'momentum_6_1')}: ")


def test_a_repeated_name_is_refused() -> None:
    assert problems(GOOD, SIZE, GOOD) == [
        "vars: factors: momentum_6_1: registered 2 times; a factor has one row."
    ]


def test_a_chosen_factor_must_be_registered() -> None:
    assert problems(GOOD, chosen=("momentum_6",)) == [
        "FACTORS: there is no factor 'momentum_6'. Did you mean 'momentum_6_1'?"
    ]
