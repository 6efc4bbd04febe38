"""What people see, as dbt exposures: each with the tables that its queries read."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from warehouse.files import REPOSITORY
from warehouse.project_text import MODELS, Table
from warehouse.query_files import composed

QUERIES = REPOSITORY / "reports" / "queries"
QUESTIONS = REPOSITORY / "dbt_project" / "macros" / "questions" / "questions.sql"
PAGE = MODELS / "exposures.yml"
LAYERS = sorted(path.name for path in MODELS.iterdir() if path.is_dir())
HEAD = """\
# What people see and the tables that its queries read, so that lineage ends there.
# `make reference` writes this file from the queries: do not edit it.
exposures:
"""
# Of each exposure: its label, its kind as dbt names them, what it is.
KNOWN = {
    "figures_and_summary": (
        *("Figures and summary", "analysis"),
        "What `make report` draws and says.",
    ),
    "tables": ("CSV tables", "analysis", "The files of `outputs/<dataset>/tables/`."),
    "todays_trades": ("Today's trades", "application", "What `make signals` writes."),
    "sweeps": ("Sweeps", "analysis", "What `make sweep` says of its strategies."),
    "dashboard": ("Dashboard", "dashboard", "What `make dashboard` shows."),
    "api": ("API", "application", "What `make api` answers."),
    "exports": ("Exports", "application", "Files for pyfolio, alphalens and other engines."),
    "questions": (
        *("Questions", "application"),
        "What `from positions_on(...)` and the other questions in SQL answer.",
    ),
}


def exposures_text(tables: Iterable[Table]) -> str:
    """The exposures as YAML."""
    models = {table.name for table in tables if table.schema != "raw"}
    read: dict[str, set[str]] = defaultdict(set)
    for path in sorted(QUERIES.rglob("*.sql")):
        read[exposure_of(path)] |= tables_in(composed(path, QUERIES), models)
    read["questions"] = {"questions", "signals_today"}
    return HEAD + "\n".join(entry(name, read[name]) for name in sorted(read) if read[name])


def exposure_of(query: Path) -> str:
    """What shows the answer of a query: the query's folder, or the beginning of its name."""
    folder = query.relative_to(QUERIES).parts[0]
    if folder != query.name:
        return folder
    beginnings = {"signals": "todays_trades", "table": "tables", "sweep": "sweeps"}
    return beginnings.get(query.stem.split("_")[0], "figures_and_summary")


def tables_in(text: str, models: set[str]) -> set[str]:
    """The models that a query names as ``schema.model``, and ``questions`` where it asks one.

    A query of the books of a build or of a sweep has the schema as its parameter ``$books``.
    """
    schemas = "|".join([*LAYERS, "construction", "seeds"])
    named = set(re.findall(rf"\b(?:{schemas})\.([a-z_]+)\b", text))
    named |= set(re.findall(r"\$books, '\.([a-z_]+)'", text))
    if re.search(rf"\b(?:{'|'.join(question_names())})\(", text):
        named.add("questions")
    return (named | set(re.findall(r"\bsignals_today\b", text))) & models


def question_names() -> list[str]:
    """The table macros that people ask by name."""
    return re.findall(r"'name': '(\w+)'", QUESTIONS.read_text())


def entry(name: str, models: set[str]) -> str:
    """One exposure as YAML."""
    title = name.replace("_", " ").capitalize()
    label, kind, description = KNOWN.get(name, (title, "application", f"{title}."))
    reads = "".join(f"      - ref('{model}')\n" for model in sorted(models))
    return (
        f'  - name: {name}\n    label: "{label}"\n    type: {kind}\n'
        f'    description: "{description}"\n    owner: {{name: Factorhouse}}\n'
        f"    depends_on:\n{reads}"
    )
