"""What is wrong with the registry of factors, row by row, and with the factors chosen from it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from warehouse.files import REPOSITORY
from warehouse.seeds import chosen_problems, nearest

FAMILIES = REPOSITORY / "dbt_project" / "models" / "factors" / "raw"
NEEDED = ("family", "direction", "asset_classes", "unit", "paper", "published_year")
ASSET_CLASSES = ("equity", "crypto")
ALLOWED = ("name", *NEEDED, "formula", "needs", "min_history_sessions", "neutralize")
NEUTRALIZED = ("none", "sector", "size_and_sector")
KEYS = ("as_of_date", "symbol", "asset_class")


def factor_problems(variables: Mapping[str, Any], chosen: Sequence[str]) -> Iterable[str]:
    """Rows of the registry that cannot work, and chosen factors that it does not hold.

    Parameters
    ----------
    variables : those of dbt_project.yml with the dataset's; ``factors`` is the registry.
    chosen : names given on the command line; ``selected_factors`` are those of the dataset.
    """
    rows = [row for row in variables["factors"] if isinstance(row, Mapping)]
    if len(rows) < len(variables["factors"]):
        yield "vars: factors: an entry is no mapping of name, family, direction and so on."
    names = [str(row.get("name")) for row in rows]
    for name, count in Counter(names).items():
        if count > 1:
            yield f"vars: factors: {name}: registered {count} times; a factor has one row."
    for row in rows:
        for problem in row_problems(row):
            yield f"vars: factors: {row.get('name')}: {problem}"
    yield from chosen_problems("factor", names, chosen, variables)


def row_problems(row: Mapping[str, Any]) -> Iterable[str]:
    """What is wrong with one row of the registry."""
    name = str(row.get("name"))
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name in KEYS:
        yield "the name must be a column of its own: small letters, digits and _."
    for key in NEEDED:
        if row.get(key) in (None, "", []):
            yield f"{key} is missing."
    for key in row:
        if key not in ALLOWED:
            yield f"there is no setting '{key}'. {nearest(str(key), ALLOWED)}"
    yield from family_problems(name, row.get("family"))
    direction = row.get("direction")
    if direction is not None and (type(direction) is not int or direction not in (1, -1)):
        yield f"direction is '{direction}'; it must be 1 (high earns more) or -1."
    for asset_class, count in Counter(row.get("asset_classes") or ()).items():
        if count > 1:
            yield f"asset class '{asset_class}' stands there {count} times."
        if asset_class not in ASSET_CLASSES:
            yield f"asset class '{asset_class}' is unknown. {nearest(asset_class, ASSET_CLASSES)}"
    year = row.get("published_year")
    if year is not None and type(year) is not int:
        yield f"published_year is '{year}'; it must be a year."
    neutralize = row.get("neutralize", "none")
    if neutralize not in NEUTRALIZED:
        yield f"neutralize is '{neutralize}'; allowed are {', '.join(NEUTRALIZED)}."
    if neutralize == "size_and_sector" and name == "size":
        yield "neutralize is 'size_and_sector'; size less size is nothing. Use sector or none."
    yield from history_problems(row)


def family_problems(name: str, family: str | None) -> Iterable[str]:
    """A family without a file, or whose file does not name the factor."""
    if not family:
        return
    path = FAMILIES / f"{family}.sql"
    if not path.exists():
        known = [found.stem for found in FAMILIES.glob("*.sql")]
        yield f"family '{family}' has no file {path.name}. {nearest(family, known)}"
    elif not re.search(rf"\b{re.escape(name)}\b", path.read_text()):
        yield f"{path.relative_to(REPOSITORY)} has no column {name}."


def history_problems(row: Mapping[str, Any]) -> Iterable[str]:
    """Minimum histories that are no counts of sessions of the factor's own asset classes."""
    history = row.get("min_history_sessions", {})
    if not isinstance(history, dict):
        yield f"min_history_sessions is '{history}'; it must be a number for each asset class."
        return
    for asset_class, sessions in history.items():
        if asset_class not in (row.get("asset_classes") or ()):
            yield f"min_history_sessions has '{asset_class}', which is not among asset_classes."
        if type(sessions) is not int or sessions < 1:
            yield f"min_history_sessions of {asset_class} is '{sessions}'; it must be 1 or more."
