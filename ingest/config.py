"""Reads a dataset file: what to load, from where, and which dates."""

from __future__ import annotations

import difflib
import json
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, ValidationError

from ingest.errors import DatasetError
from ingest.sources import source_names

DATASETS = Path(__file__).resolve().parent / "datasets"
RESERVED_NAMES = frozenset(
    {
        *("raw", "staging", "prepared", "factors", "labels", "scores"),
        *("construction", "portfolios", "performance", "analysis", "signals", "seeds"),
        *("sweep_seeds", "sweep_construction", "sweep_portfolios", "sweep_performance"),
        *("main", "temp", "system", "information_schema"),
    }
)


@dataclass(frozen=True)
class SourceSpec:
    """A source to load: the name of its module in `ingest.sources`, and its options."""

    source: str
    options: dict[str, Any]


@dataclass(frozen=True)
class Dataset:
    """A dataset file, checked.

    Attributes
    ----------
    start, end : first and last bar date wanted; None is unbounded.
    vars : dbt variables that this dataset overrides.
    path : the file itself; the paths in it are relative to its folder.
    given : the name or path that the user gave.
    """

    name: str
    description: str
    base_currency: str
    start: date | None
    end: date | None
    sources: tuple[SourceSpec, ...]
    vars: dict[str, Any]
    path: Path
    given: str = ""


def load_dataset(name_or_path: str) -> Dataset:
    """Read and check a dataset file.

    Parameters
    ----------
    name_or_path : a name looked up as ``ingest/datasets/<name>.yml``, or a path (anything that
        ends in .yml or .yaml, or has a slash).

    Raises
    ------
    DatasetError : no such file, not YAML, an unknown key, or a value that is not allowed.
    """
    path = _dataset_path(name_or_path)
    document = _read_yaml(path)
    schema = json.loads((DATASETS / "schema.json").read_text(encoding="utf-8"))
    _validate(document, schema, schema, path, "")
    for index, entry in enumerate(document["sources"]):
        _validate_source(entry, schema, path, f"sources[{index}]")
    if document["name"] in RESERVED_NAMES:
        raise DatasetError(
            f"{path}: name {document['name']!r} is taken by a schema of the warehouse. "
            f"Not allowed are: {', '.join(sorted(RESERVED_NAMES))}."
        )
    start, end = (_date(document.get(key), key, path) for key in ("start", "end"))
    if start and end and start > end:
        raise DatasetError(f"{path}: start {start} is after end {end}.")
    return Dataset(
        name=document["name"],
        description=document.get("description", ""),
        base_currency=document["base_currency"],
        start=start,
        end=end,
        sources=tuple(
            SourceSpec(entry["source"], {k: v for k, v in entry.items() if k != "source"})
            for entry in document["sources"]
        ),
        vars=document.get("vars") or {},
        path=path,
        given=name_or_path,
    )


def nearest(given: str, allowed: Iterable[str]) -> str:
    """`` Did you mean x?`` for the closest allowed word, or an empty string."""
    choices = {str(word).lower(): str(word) for word in allowed}
    match = difflib.get_close_matches(str(given).lower(), choices, n=1, cutoff=0.5)
    return f" Did you mean {choices[match[0]]!r}?" if match else ""


def _dataset_path(name_or_path: str) -> Path:
    if name_or_path.endswith((".yml", ".yaml")) or "/" in name_or_path:
        path = Path(name_or_path).expanduser()
        if not path.is_file():
            raise DatasetError(f"There is no dataset file {path}.")
        return path.resolve()
    path = DATASETS / f"{name_or_path}.yml"
    if not path.is_file():
        there = sorted(file.stem for file in DATASETS.glob("*.yml"))
        raise DatasetError(
            f"There is no dataset {name_or_path!r}.{nearest(name_or_path, there)} There are: "
            f"{', '.join(there)}. Your own is a path that ends in .yml, or a file in {DATASETS}."
        )
    return path


class _StrictLoader(yaml.SafeLoader):
    """Safe YAML in which a key that stands twice in one mapping is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
        if twice:
            raise yaml.constructor.ConstructorError(
                problem=f"the key {twice[0]!r} stands twice", problem_mark=node.start_mark
            )
        return super().construct_mapping(node, deep)


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date like 2012-13-01, or bytes
        raise DatasetError(f"{path} is not valid YAML: {error}") from error
    if not isinstance(document, dict):
        raise DatasetError(f"{path} holds no mapping: it must start with `name: ...`.")
    return _dates_as_text(document)


def _dates_as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _dates_as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_dates_as_text(item) for item in value]
    return value.isoformat() if isinstance(value, date | datetime) else value


def _validate_source(entry: Mapping[str, Any], schema: dict, path: Path, place: str) -> None:
    name = entry["source"]
    if name not in source_names():
        raise DatasetError(
            f"{path}: {place} names the source {name!r}.{nearest(name, source_names())} "
            f"There are: {', '.join(source_names())}."
        )
    options = schema["$defs"]["source_options"].get(name)
    if options is not None:
        _validate(entry, options, schema, path, place)


def _validate(instance: Any, schema: dict, root: dict, path: Path, place: str) -> None:
    validator = Draft202012Validator({**schema, "$defs": root["$defs"]})
    errors = sorted(validator.iter_errors(instance), key=lambda error: list(map(str, error.path)))
    if errors:
        raise DatasetError(f"{path}: {_explain(errors[0], place)}")


def _explain(error: ValidationError, place: str) -> str:
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path]
    where = (place + "".join(steps)).lstrip(".")
    prefix = f"{where}: " if where else ""
    if error.validator == "additionalProperties":
        allowed = sorted(error.schema.get("properties", {}))
        unknown = sorted(str(key) for key in error.instance if key not in allowed)[0]
        return (
            f"{prefix}unknown key {unknown!r}.{nearest(unknown, allowed)} "
            f"Allowed are: {', '.join(allowed)}."
        )
    hint = ""
    if isinstance(error.instance, bool) and error.validator == "type":
        hint = " YAML reads a bare on, off, yes or no as true or false: write it in quotes."
    return f"{prefix}{error.message}.{hint}"


def _date(value: str | None, key: str, path: Path) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise DatasetError(f"{path}: {key} is {value!r}, not a date like 2012-01-31.") from error
