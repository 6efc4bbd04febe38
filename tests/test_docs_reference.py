"""docs/reference.md and the exposures are what the registries and queries say today."""

from __future__ import annotations

import csv
import re

import yaml

from tests.builds import REPOSITORY
from tests.contract.test_registry import PUBLIC
from warehouse.exposures import PAGE as EXPOSURES
from warehouse.exposures import exposures_text
from warehouse.project_text import tables, variables
from warehouse.reference import PAGE, reference_text
from warehouse.seeds import registries


def test_the_page_is_what_the_registries_say() -> None:
    assert PAGE.read_text() == reference_text(), "run make reference"


def test_the_exposures_are_what_the_queries_read() -> None:
    assert EXPOSURES.read_text() == exposures_text(tables()), "run make reference"


def test_every_variable_is_there_with_a_comment() -> None:
    found = {each.name: each for each in variables()}
    registry = registries()
    assert set(registry) - {"factors", "ml_models"} <= set(found)
    for name, each in found.items():
        inside = [other for other in found if other.startswith(f"{name}.")]
        assert each.comment or inside, f"{name} needs a comment in dbt_project.yml"
        if each.default and "." not in name:
            assert yaml.safe_load(each.default) == registry[name], name


def test_the_page_names_all_that_is_registered() -> None:
    text = PAGE.read_text()
    for registry in ("factors", "ml_models"):
        for row in registries()[registry]:
            assert f"| `{row['name']}` |" in text, row["name"]
    for factor in registries()["factors"]:
        assert factor["formula"] in text, factor["name"]
    with (REPOSITORY / "dbt_project" / "seeds" / "strategies.csv").open(newline="") as seed:
        for row in csv.DictReader(seed):
            assert f"| {row['strategy']} |" in text
    for relation, columns in PUBLIC.items():
        (line,) = re.findall(rf"^\| `{re.escape(relation)}` \|.*$", text, re.MULTILINE)
        if relation != "factors.factor_matrix":
            listed = line.split("|")[-2].replace(",", " ").split()
            assert set(columns.split()) <= set(listed), relation


def test_every_public_column_says_what_it_holds() -> None:
    for table in tables():
        if table.is_public:
            assert table.columns, table.name
            assert all(table.columns.values()), table.name
