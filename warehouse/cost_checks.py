"""Refuses cost models and cost variables that can never hold, by name, file and row."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from warehouse.seeds import number_problems, read_rows, seeds_folder

CHOICES = {
    "asset_class": ("equity", "crypto"),
    "impact_law": ("none", "square_root", "almgren"),
}
NUMBERS = (
    "min_dollar_volume_usd",
    "commission_bps",
    "half_spread_bps",
    "impact_coefficient",
    "borrow_bps_ann",
    "funding_bps_ann",
)
CARRY = ("borrow_bps_ann", "funding_bps_ann")


def cost_problems() -> Iterable[str]:
    """What is wrong with the rows of cost_models.csv."""
    path = seeds_folder() / "cost_models.csv"
    rows = read_rows(path)
    missing = [
        column for column in ("cost_model", *CHOICES, *NUMBERS) if rows and column not in rows[0][1]
    ]
    if missing:
        yield (
            f"{path.name}, row 1: it has no column {', '.join(missing)}. Add it "
            "(dbt_project/seeds/cost_models.csv shows all of them)."
        )
        return
    problems = [
        f"{where(path.name, line, row)} {problem}"
        for line, row in rows
        for problem in row_problems(row)
    ]
    yield from problems or tier_problems(path.name, rows)


def where(file: str, line: int, row: Mapping[str, str]) -> str:
    """File, row and cost model, as a message begins."""
    return f"{file}, row {line} ({row.get('cost_model') or 'without a name'}):"


def row_problems(row: dict[str, str]) -> Iterable[str]:
    """A missing name, words that are none of the allowed ones, cells that are no number."""
    if not row["cost_model"]:
        yield "it has no name. Write one into the column cost_model."
    for column, allowed in CHOICES.items():
        if row[column] not in allowed:
            yield f"{column} is '{row[column]}'; allowed are {', '.join(allowed)}."
    yield from number_problems(row, NUMBERS)


def tier_problems(file: str, rows: list[tuple[int, dict[str, str]]]) -> Iterable[str]:
    """Tiers of liquidity that stand twice, leave some names out, or differ in their carry."""
    groups: dict[tuple[str, str], list[tuple[int, dict[str, str]]]] = {}
    for line, row in rows:
        groups.setdefault((row["cost_model"], row["asset_class"]), []).append((line, row))
    for (_, asset_class), tiers in groups.items():
        first_line, first = tiers[0]
        seen: dict[float, int] = {}
        for line, row in tiers:
            floor = float(row["min_dollar_volume_usd"])
            if floor in seen:
                yield (
                    f"{where(file, line, row)} the {asset_class} tier from "
                    f"{row['min_dollar_volume_usd']} stands in row {seen[floor]} too. "
                    "Delete one of them or change its min_dollar_volume_usd."
                )
            seen.setdefault(floor, line)
            for column in CARRY:
                if float(row[column]) != float(first[column]):
                    yield (
                        f"{where(file, line, row)} {column} is {row[column]}, and "
                        f"{first[column]} in row {first_line}: it must be the same in all tiers "
                        f"of {asset_class}. Make them equal, or use another cost_model."
                    )
        if 0.0 not in seen:
            yield (
                f"{where(file, first_line, first)} no {asset_class} tier begins at 0, so names "
                f"that trade less than {min(seen):g} USD a day have no cost. Set "
                "min_dollar_volume_usd of the least liquid tier to 0."
            )


def cost_variable_problems(variables: Mapping[str, Any]) -> Iterable[str]:
    """Grids, coefficients and draws of the costs that no model could use."""
    for name in ("cost_grid_bps", "aum_grid_usd"):
        given = variables[name]
        if not isinstance(given, list) or not given or not all(map(is_amount, given)):
            yield f"vars: {name} is {given}; it must be a list of numbers at or above 0."
        elif len(set(map(float, given))) < len(given):
            yield f"vars: {name} is {given}; a number stands twice. Take one of them out."
    for name in ("impact_coefficients", "slippage"):
        setting = variables[name]
        for key, given in setting.items() if isinstance(setting, dict) else ():
            if key == "draws" and not (type(given) is int and given >= 1):
                yield f"vars: {name}.{key} is {given}; it must be a whole number at or above 1."
            elif key not in ("draws", "seed") and not is_amount(given):
                yield f"vars: {name}.{key} is {given}; it must be a number at or above 0."


def is_amount(value: Any) -> bool:
    """Whether a value is a finite number at or above 0."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and value >= 0
    )
