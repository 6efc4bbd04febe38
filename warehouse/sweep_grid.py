"""Expands strategy_grid.yml, lists per column, into rows of strategies."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from warehouse.files import REPOSITORY
from warehouse.seeds import SettingsError, nearest, read_rows, seeds_folder
from warehouse.strategy_checks import CHOICES, Known

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
KEYS = ("name", "base", "grid", "blocks")
MOST_ROWS = 20_000
FORM = (
    "Write `name: my_sweep`, `base: <a strategy of strategies.csv>` and "
    "`grid: {top_fraction: [0.1, 0.2]}`, or a list of such bases and grids under `blocks`."
)


@dataclass(frozen=True)
class Sweep:
    """What a grid file asks for.

    Attributes
    ----------
    rows : one per strategy, a cell of text per column of strategies.csv, as that file has them.
    """

    name: str
    path: Path
    rows: tuple[dict[str, str], ...]


def read_sweep(path: Path) -> Sweep:
    """Read a grid file and expand it: blocks in their order, the last column changing fastest.

    Rows are named ``<sweep>_0001`` and so on, in that order.

    Raises
    ------
    SettingsError : the file is missing or no such mapping; a column, value, list or base is not
        allowed; two rows are the same; there are too many. Each with its key and the remedy.
    """
    document = read_document(path)
    kinds = column_kinds()
    problems = list(document_problems(document))
    blocks = blocks_of(document) if not problems else []
    for where, block in blocks:
        problems += [f"{where}{problem}" for problem in block_problems(block, kinds)]
    if problems:
        raise refused(path, problems)
    n_rows = sum(math.prod(map(len, block["grid"].values())) for _, block in blocks)
    if n_rows > MOST_ROWS:
        raise refused(path, [f"grid: it has {n_rows:,} rows; at most {MOST_ROWS:,} are run."])
    name = document["name"]
    rows = [
        {"strategy": f"{name}_{number:0{max(4, len(str(n_rows)))}d}", **settings}
        for number, settings in enumerate(
            (row for _, block in blocks for row in expanded(block, kinds)), start=1
        )
    ]
    problems = list(twin_problems(rows, blocks, kinds))
    if problems:
        raise refused(path, problems)
    return Sweep(name=name, path=path, rows=tuple(rows))


def refused(path: Path, problems: Sequence[str]) -> SettingsError:
    """An error that lists the problems of a grid file."""
    lines = [f"  {path}: {line}" for line in problems[:20]]
    if len(problems) > 20:
        lines.append(f"  and {len(problems) - 20} more")
    return SettingsError("Nothing was run:\n" + "\n".join(lines))


def read_document(path: Path) -> dict[str, Any]:
    """The mapping that the file holds."""
    if not path.is_file():
        raise SettingsError(f"There is no grid file {path}. Copy strategy_grid.yml, or name yours.")
    try:
        document = yaml.safe_load(path.read_text())
    except yaml.YAMLError as error:
        raise SettingsError(f"{path} is no YAML: {error}") from error
    if not isinstance(document, dict):
        raise SettingsError(f"{path} holds no mapping. {FORM}")
    return document


def column_kinds() -> dict[str, type]:
    """The columns of strategies.csv but its name: float where they hold numbers, else str."""
    seeds = yaml.safe_load((REPOSITORY / "dbt_project" / "models" / "_seeds.yml").read_text())
    (types,) = [
        seed["config"]["column_types"] for seed in seeds["seeds"] if seed["name"] == "strategies"
    ]
    return {
        column: float if kind == "double" else str
        for column, kind in types.items()
        if column != "strategy"
    }


def document_problems(document: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the keys of the file."""
    for key in document:
        if key not in KEYS:
            yield f"'{key}' is no key of a grid file. {nearest(str(key), KEYS)}"
    name = document.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        yield (
            f"name is '{name}'; it must be at most 40 lowercase letters, digits and underscores, "
            "a letter first."
        )
    if ("blocks" in document) == ("grid" in document):
        yield f"it needs either grid or blocks. {FORM}"
    elif "blocks" in document and "base" in document:
        yield "base stands beside blocks. Give each block its own base."
    elif "blocks" in document:
        blocks = document["blocks"]
        if not isinstance(blocks, list) or not blocks:
            yield f"blocks must be a list of mappings with base and grid. {FORM}"


def blocks_of(document: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The blocks of a file, each with the words that say where it stands."""
    if "grid" in document:
        return [("", {key: document[key] for key in ("base", "grid") if key in document})]
    return [(f"blocks[{at}]: ", block) for at, block in enumerate(document["blocks"])]


def block_problems(block: Any, kinds: Mapping[str, type]) -> Iterator[str]:
    """What is wrong with a block's base and grid."""
    if not isinstance(block, dict) or set(block) - {"base", "grid"} or "base" not in block:
        yield f"it must be a mapping with the keys base and grid. {FORM}"
        return
    yield from base_problems(block["base"], kinds)
    grid = block.get("grid")
    if not isinstance(grid, dict) or not grid:
        yield f"grid is '{grid}'; it must be a mapping of columns to lists of values."
        return
    for column, values in grid.items():
        if column not in kinds:
            yield f"grid: '{column}' is no column of strategies.csv. {nearest(str(column), kinds)}"
        elif not isinstance(values, list) or not values:
            yield f"grid: {column} is '{values}'; it must be a list with at least one value."
        else:
            yield from list_problems(f"grid: {column}", values, kinds[column])


def base_problems(base: Any, kinds: Mapping[str, type]) -> Iterator[str]:
    """What is wrong with what a block begins with."""
    settings = {"strategy": base} if isinstance(base, str) else base
    if not isinstance(settings, dict):
        yield f"base is '{base}'; it must be a strategy of strategies.csv or columns with values."
        return
    known = named_strategies()
    for column, value in settings.items():
        if column == "strategy":
            if value not in known:
                yield f"base: there is no strategy '{value}'. {nearest(str(value), known)}"
        elif column not in kinds:
            yield f"base: '{column}' is no column of strategies.csv. {nearest(str(column), kinds)}"
        else:
            yield from value_problems(f"base: {column}", [value], kinds[column])


def unknown_words(sweep: Sweep, known: Known) -> Iterator[str]:
    """Words of the rows that no row of any kind could have: typing errors, most often.

    Parameters
    ----------
    known : of `warehouse.strategy_checks.known_settings`.
    """
    allowed: dict[str, Collection[str]] = {
        **CHOICES,
        "score": known.scores,
        "cost_model": known.cost_models,
    }
    for column, words in allowed.items():
        for word in dict.fromkeys(row[column] for row in sweep.rows):
            if word not in words:
                yield f"{column} is '{word}'. {nearest(word, words)}"


def named_strategies() -> dict[str, dict[str, str]]:
    """The rows of strategies.csv by their names."""
    rows = read_rows(seeds_folder() / "strategies.csv")
    return {row["strategy"]: row for _, row in rows if row.get("strategy")}


def value_problems(where: str, values: Iterable[Any], kind: type) -> Iterator[str]:
    """Values of the wrong type."""
    for value in values:
        if value is None:
            continue
        if kind is str and not isinstance(value, str):
            yield f"{where} has '{value}'; it must be a word."
        elif kind is float and as_number(value) is None:
            yield f"{where} has '{value}'; it must be a number, or null for no limit."


def list_problems(where: str, values: Sequence[Any], kind: type) -> Iterator[str]:
    """Values of a list that are of the wrong type, or the same."""
    wrong = list(value_problems(where, values, kind))
    yield from wrong
    counts = Counter(cell(value, kind) for value in values) if not wrong else Counter()
    for value, count in counts.items():
        if count > 1:
            yield f"{where} has '{value}' twice. Remove one of them."


def as_number(value: Any) -> float | None:
    """A finite number, also one that YAML reads as text (1e7); None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def cell(value: Any, kind: type) -> str:
    """A value as a cell of a seed; the same number always gives the same text."""
    if value is None or value == "":
        return ""
    if kind is str:
        return str(value)
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def expanded(block: Mapping[str, Any], kinds: Mapping[str, type]) -> Iterator[dict[str, str]]:
    """The rows of a block, without their names."""
    base = block["base"]
    settings = {"strategy": base} if isinstance(base, str) else dict(base)
    begin = named_strategies()[settings["strategy"]] if "strategy" in settings else {}
    given = {column: settings.get(column, begin.get(column)) for column in kinds}
    fixed = {column: cell(value, kinds[column]) for column, value in given.items()}
    columns = list(block["grid"])
    for values in itertools.product(*block["grid"].values()):
        chosen = zip(columns, values, strict=True)
        yield fixed | {column: cell(value, kinds[column]) for column, value in chosen}


def twin_problems(
    rows: Sequence[Mapping[str, str]],
    blocks: Sequence[tuple[str, Mapping[str, Any]]],
    kinds: Mapping[str, type],
) -> Iterator[str]:
    """Rows that are the same but for their names: of two blocks that overlap."""
    seen: dict[tuple[str, ...], str] = {}
    columns = {column for _, block in blocks for column in block["grid"]}
    for row in rows:
        settings = tuple(row[column] for column in kinds)
        if settings in seen:
            said = ", ".join(f"{column} {row[column]}" for column in kinds if column in columns)
            yield (
                f"blocks: {row['strategy']} is the same as {seen[settings]} ({said}). "
                "Remove the values that both blocks hold from one of them."
            )
        seen.setdefault(settings, row["strategy"])
