"""Writes docs/reference.md: factors, models, strategies, costs, variables, tables and columns."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from warehouse.exposures import PAGE as EXPOSURES
from warehouse.exposures import exposures_text
from warehouse.files import REPOSITORY
from warehouse.project_text import Table, tables, variables
from warehouse.seeds import registries

PAGE = REPOSITORY / "docs" / "reference.md"
SEEDS = REPOSITORY / "dbt_project" / "seeds"
SCHEMAS = (
    *("main", "signals", "performance", "portfolios", "analysis", "scores", "factors"),
    *("prepared", "seeds", "raw"),
)
HEAD = """\
# Reference

What is registered, what can be set, and what the tables hold. `make reference` writes this page
from `dbt_project.yml`, the seeds and the descriptions of the models: do not edit it.

"""


def write_reference() -> list[Path]:
    """Write the page and the exposures, from the project's files alone; no build is needed."""
    PAGE.write_text(reference_text(), encoding="utf-8")
    EXPOSURES.write_text(exposures_text(tables()), encoding="utf-8")
    return [PAGE, EXPOSURES]


def reference_text() -> str:
    """The page as Markdown."""
    registry = registries()
    public = [each for each in tables() if each.is_public and each.schema in SCHEMAS]
    sections = {
        "Factors": factor_rows(registry["factors"]),
        "Scoring models": model_rows(registry["ml_models"]),
        "Strategies": seed_rows(SEEDS / "strategies.csv"),
        "Costs of trading": seed_rows(SEEDS / "cost_models.csv"),
        "Variables": variable_rows(),
        "Tables": table_rows(public),
        "Columns": column_rows(public),
    }
    contents = "\n".join(f"- [{title}](#{anchor(title)})" for title in sections)
    parts = [f"## {title}\n\n{INTRODUCTIONS[title]}{rows}" for title, rows in sections.items()]
    return HEAD + contents + "\n\n" + "\n".join(parts)


INTRODUCTIONS = {
    "Factors": (
        "`vars: factors` in `dbt_project.yml`. Expected: whether high or low values are expected "
        "to earn more. History: sessions before which a name without gaps has no value.\n\n"
    ),
    "Scoring models": (
        "`vars: ml_models`. Tried: the settings among which each fit chooses. `ensemble`, the mean "
        "of all but the pooled, and the untrained `composite` stand beside them.\n\n"
    ),
    "Strategies": (
        "`dbt_project/seeds/strategies.csv`; [what each column can say]"
        "(backtests.md#what-a-row-of-strategiescsv-can-say).\n\n"
    ),
    "Costs of trading": "`dbt_project/seeds/cost_models.csv`, by asset class and daily volume.\n\n",
    "Variables": (
        "`vars` in `dbt_project.yml`; a dataset YAML may set each under its own `vars:`.\n\n"
    ),
    "Tables": "What users, figures and the API rely on: columns may be added, none goes.\n\n",
    "Columns": "Where a name has two meanings, the tables are named.\n\n",
}


def anchor(title: str) -> str:
    """What a heading is linked by."""
    return title.lower().replace(" ", "-")


def markdown(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(escaped(cell) for cell in line)} |\n" for line in lines)


def escaped(cell: object) -> str:
    """A cell's text on one line, its bars kept from ending the cell."""
    return " ".join(str(cell).split()).replace("|", "\\|")


def factor_rows(factors: Iterable[Mapping[str, Any]]) -> str:
    """The registry of factors."""
    heads = (
        "factor",
        "family",
        "value",
        "expected",
        "classes",
        "unit",
        "needs",
        "history",
        "paper",
    )
    rows = [
        (
            f"`{row['name']}`",
            row["family"],
            row.get("formula", ""),
            "high" if row["direction"] > 0 else "low",
            ", ".join(row["asset_classes"]),
            row["unit"],
            ", ".join(row["needs"]),
            ", ".join(f"{n} ({kind})" for kind, n in row.get("min_history_sessions", {}).items()),
            row["paper"],
        )
        for row in factors
    ]
    return markdown([*heads, "paper"], rows)


def model_rows(models: Iterable[Mapping[str, Any]]) -> str:
    """The registry of scoring models."""
    rows = [
        (
            f"`{row['name']}`",
            f"`{row['estimator']}`",
            ", ".join(row["asset_classes"]) + (" (pooled)" if row.get("pooled") else ""),
            settings(row.get("parameters", {})),
            settings(row.get("grid", {})),
        )
        for row in models
    ]
    return markdown(("model", "estimator", "classes", "fixed", "tried"), rows)


def settings(values: Mapping[str, Any]) -> str:
    """Settings with their values."""
    return "; ".join(f"{name}: {value}" for name, value in values.items())


def seed_rows(path: Path) -> str:
    """A seed as it is."""
    with path.open(newline="") as seed:
        heads, *rows = csv.reader(seed)
    return markdown(heads, rows)


def variable_rows() -> str:
    """The variables with their defaults and comments."""
    rows = []
    for each in variables():
        default = f"`{each.default}`" if each.default else ""
        rows.append((f"`{each.name}`", default, each.comment, each.group))
    return markdown(("variable", "default", "what it says", "part"), rows)


def table_rows(public: Iterable[Table]) -> str:
    """The public tables with their grain and columns, from what is looked at back to raw."""
    ordered = sorted(public, key=lambda each: (SCHEMAS.index(each.schema), each.name))
    rows = [
        (f"`{each.schema}.{each.name}`", each.description, ", ".join(each.columns))
        for each in ordered
    ]
    return markdown(("table", "what it holds", "columns"), rows)


def column_rows(public: Iterable[Table]) -> str:
    """Every column of the public tables, alphabetically."""
    meanings: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for each in public:
        for column, meaning in each.columns.items():
            meanings[column][meaning].append(f"`{each.schema}.{each.name}`")
    rows = []
    for column, found in sorted(meanings.items()):
        for meaning, where in found.items():
            rows.append(
                (f"`{column}`", meaning, ", ".join(sorted(where)) if len(found) > 1 else "")
            )
    return markdown(("column", "what it holds", "in"), rows)
