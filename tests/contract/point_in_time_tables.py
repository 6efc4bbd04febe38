"""Which tables later data must not change, which may, and why; and what changed in two builds."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb

from tests.contract.later_data import HASHES, day_column, grains, n_differing

LAYERS = ("factors", "scores", "portfolios", "signals")
ALSO = (
    "prepared.prices_daily",
    "prepared.universe_daily",
    "prepared.market_returns",
    "construction.fama_french_candidates",
)

# Tables of analysis whose rows have a date are compared as well; those without speak of the whole
# sample. These have a date and still may change when later data come, by their meaning.
LABELS = "holds what came after its date, which only later data tell"
WHOLE_SAMPLE = "its parts of the sample move with the sample's end"
CHANGE_LATER = {
    "analysis.factor_ic": LABELS,
    "analysis.quantile_forward_returns": LABELS,
    "analysis.slope_labels": LABELS,
    "analysis.slope_equations": LABELS,
    "analysis.joint_slopes": LABELS,
    "analysis.cross_sectional_slopes": LABELS,
    "analysis.tested_series": WHOLE_SAMPLE,
    "analysis.premium_parts": WHOLE_SAMPLE,
    "scores.model_ic": LABELS,
    "scores.model_diagnostics": WHOLE_SAMPLE,
    "signals.live_signals": (
        "holds the newest day of its build alone: compared with that day's orders and positions"
    ),
    "signals.live_books": "holds the newest day of its build alone, as live_signals has it",
    "signals.live_prices": "holds the newest day of its build alone",
}
# Columns that name a day to come, of rows that are compared in all else.
DAYS_TO_COME = {
    "analysis.holding_spells": ("entry_date", "exit_date"),
    "analysis.holding_worths": ("next_trade_date",),
}
# A hash of a fold's rows moves with the labels that end after the fold.
MOVING_HASHES = {"scores.model_fits": HASHES, "scores.model_runs": HASHES}
# What the project says of itself, whatever the data: compared whole.
TIMELESS = ("factors.factor_registry",)


def reads_labels(manifest: Path) -> set[str]:
    """The relations of analysis and scores that are made of labels, by way of their rooms alone.

    What was learned from labels, on dates after they had ended, is not made of them.
    """
    project = json.loads(manifest.read_text())
    models = {
        name: node for name, node in project["nodes"].items() if node["resource_type"] == "model"
    }

    rooms = {name: Path(node["original_file_path"]).parts[2] for name, node in models.items()}

    def reaches_labels(name: str) -> bool:
        if rooms.get(name) == "labels":
            return True
        if rooms.get(name) not in ("analysis", "scores") or models[name]["name"] == "model_fits":
            return False
        return any(map(reaches_labels, project["parent_map"].get(name, [])))

    return {
        f"{node['schema']}.{node['name']}"
        for name, node in models.items()
        if rooms[name] != "labels" and reaches_labels(name)
    }


def is_compared(relation: str, columns: dict[str, str], grain: list[str]) -> bool:
    """Whether rows of a relation, dated at or before a day, must be the same without later data."""
    if relation in CHANGE_LATER:
        return False
    if relation.startswith("analysis."):
        return day_column(columns, grain) is not None
    return relation.split(".")[0] in LAYERS or relation in ALSO


def compared_relations(built: Path, manifest: Path) -> list[str]:
    """The relations of a build that later data must not change."""
    by_grain = grains(manifest)
    columns: dict[str, dict[str, str]] = {}
    with duckdb.connect(str(built), read_only=True) as connection:
        for relation, name, kind in connection.execute(
            "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns()"
        ).fetchall():
            columns.setdefault(relation, {})[name] = kind
    return sorted(
        relation
        for relation, kinds in columns.items()
        if (relation.split(".")[0] in (*LAYERS, "analysis") or relation in ALSO)
        and is_compared(relation, kinds, by_grain[relation])
    )


def selection(built: Path, manifest: Path) -> str:
    """What a build needs for being compared, as dbt selects: the relations and all they read."""
    wanted = [*compared_relations(built, manifest), "signals.live_signals"]
    return " ".join("+" + relation.split(".")[1] for relation in wanted)


def differing(full: Path, other: Path, manifest: Path, day: date) -> dict[str, int]:
    """Rows dated at or before the day that two builds do not share, by relation.

    Keys and words must be equal, numbers within 1e-9 relative or 1e-12 absolute.
    """
    found: dict[str, int] = {}
    by_grain = grains(manifest)
    compared = compared_relations(full, manifest)
    assert compared, "nothing to compare"
    with duckdb.connect() as connection:
        connection.execute(f"attach '{full}' as whole (read_only)")
        connection.execute(f"attach '{other}' as part (read_only)")
        for relation in compared:
            until = None if relation in TIMELESS else day
            leave = (*DAYS_TO_COME.get(relation, ()), *MOVING_HASHES.get(relation, ()))
            n_rows = n_differing(connection, relation, by_grain[relation], until, leave)
            if n_rows:
                found[relation] = n_rows
    return found
