"""What the meta of growing models says of their days holds together."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

from warehouse.files import REPOSITORY
from warehouse.seeds import registries

MODELS = REPOSITORY / "dbt_project" / "models"
KEYS = {
    "by",
    "settles_days",
    "looks_back_years",
    "reads",
    "step",
    "key",
    "symbols_of",
}
REF = re.compile(r"""(?:ref|source)\((?:'raw', )?'(\w+)'\)""")


@cache
def described() -> dict[str, dict]:
    """Every model's entry in the YAML files, by its name."""
    files = [yaml.safe_load(path.read_text()) or {} for path in MODELS.rglob("*.yml")]
    return {model["name"]: model for file in files for model in file.get("models") or []}


@cache
def growing() -> dict[str, dict]:
    """What each growing model says of itself."""
    metas = {
        name: (model.get("config") or {}).get("meta") or {} for name, model in described().items()
    }
    return {name: meta["grows"] for name, meta in metas.items() if "grows" in meta}


def sql(name: str) -> str:
    """A model's SQL."""
    paths: list[Path] = list(MODELS.rglob(f"{name}.sql"))
    assert len(paths) == 1, f"{name} grows and is no SQL model"
    return paths[0].read_text()


@cache
def longest_horizon() -> int:
    """Sessions of the longest label."""
    return max(max(horizons) for horizons in registries()["horizons"].values())


def settling_days(grows: dict) -> int:
    """The days in which its rows settle, as the macro renewed_from counts them."""
    days = grows.get("settles_days", 31)
    return 100 + longest_horizon() * 3 // 2 if days == "labels" else days


def test_it_says_no_more_than_is_read_and_names_its_own_columns() -> None:
    assert len(growing()) > 60
    for name, grows in growing().items():
        assert set(grows) <= KEYS, name
        assert ("by" in grows) != ("symbols_of" in grows), name
        columns = {column["name"] for column in described()[name].get("columns") or []}
        # A table whose columns the settings choose names them in its SQL alone.
        assert grows.get("by", "symbol") in columns or not columns, name


def test_limited_inputs_are_read() -> None:
    for name, grows in growing().items():
        read = set(REF.findall(sql(name)))
        assert set(grows.get("reads", {})) <= read, name


def test_no_table_settles_before_one_that_it_reads_by_the_day() -> None:
    by_day = {
        name: grows for name, grows in growing().items() if grows.get("by") not in (None, "load_id")
    }
    for name, grows in by_day.items():
        for read in set(REF.findall(sql(name))) & by_day.keys():
            if grows.get("reads", {}).get(read) != "whole":
                assert settling_days(grows) >= settling_days(by_day[read]), (name, read)


def test_what_reads_further_back_says_how_far() -> None:
    """A window over days before, or a running total, needs rows before those made anew."""
    for name, grows in growing().items():
        text = sql(name)
        if re.search(r"\d\) preceding|\}\} preceding|lag\(|unbounded preceding", text):
            within_a_key = "symbols_of" in grows or grows["by"] == "load_id"
            assert within_a_key or grows.get("looks_back_years") or name in OF_NEW_ROWS, name


# Their windows run over what belongs to one date, or to a spell, of which all rows are read; what
# chosen_names and adjusted_bars go on from, they kept.
OF_NEW_ROWS = {
    *("fama_french_size_cuts", "joint_slopes", "exposure_variances", "limited_weights"),
    *("book_values", "chosen_names", "adjusted_bars"),
}


def test_what_is_held_until_the_next_trade_is_read_on_purpose() -> None:
    """A row of book_paths counts on later days than its own: none of them may be cut off."""
    for name, grows in growing().items():
        if "book_paths" in REF.findall(sql(name)):
            assert "book_paths" in grows.get("reads", {}), name


def test_python_models_have_the_line_that_says_from_which_day() -> None:
    """A tail build puts a day in its place; were it gone, all rows would be made anew."""
    macro = (MODELS.parent / "macros" / "tail" / "made_from.sql").read_text()
    (line,) = re.findall(r"'(RENEWED_FROM = \w+)'", macro)
    texts = [path.read_text() for path in MODELS.rglob("*.py")]
    told = [text for text in texts if "RENEWED_FROM" in text]
    assert told
    assert all(f"\n{line}\n" in text for text in told)
