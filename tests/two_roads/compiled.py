"""Runs the project's own SQL, as dbt compiled it, on other tables than the built ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import pandas as pd

from tests.builds import Market as Built

MODELS = "compiled/factorhouse/dbt_project/models"


def run_models(
    built: Built, given: Mapping[str, pd.DataFrame], models: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """The models' tables, made in order from the given ones; all in one schema each, in memory.

    ``given`` and ``models`` are named by schema and table, such as ``analysis.tested_series``.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach ':memory:' as \"{built.name}\"")
        connection.execute(f'use "{built.name}"')
        for schema in {name.split(".")[0] for name in (*given, *models)}:
            connection.execute(f"create schema {schema}")
        for name, frame in given.items():
            connection.register("frame", frame)
            connection.execute(f"create table {name} as select * from frame")
        for name in models:
            path = built.target / MODELS / f"{name.replace('.', '/')}.sql"
            connection.execute(f"create table {name} as {path.read_text()}")
        return {name: connection.execute(f"select * from {name}").df() for name in models}
