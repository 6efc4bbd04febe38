"""Walk-forward fits of every registered scoring model: one row per model and fold.

Nested lists carry the fold's out-of-sample scores and what explains them; thin SQL models unnest
them. Folds whose inputs have not changed are kept from the last build, to the last bit.
"""

import os

from models_ml.fit_rows import SCHEMA, from_table, to_table
from models_ml.fitting import fit_all
from models_ml.panel import frames_of
from models_ml.processes import wanted_processes


def model(dbt, session):
    dbt.config(materialized="table")
    panel = dbt.ref("training_panel").order("asset_class, as_of_date, symbol")
    selected = dbt.config.meta_get("selected_models")
    models = [
        row for row in dbt.config.meta_get("ml_models") if not selected or row["name"] in selected
    ]
    chosen = dbt.config.meta_get("selected_factors")
    factors = {
        asset_class: [
            factor["name"]
            for factor in dbt.config.meta_get("factors")
            if asset_class in factor["asset_classes"] and (not chosen or factor["name"] in chosen)
        ]
        for asset_class in ("equity", "crypto")
    }
    rows = fit_all(
        frames_of(panel.to_arrow_table()),
        factors,
        models,
        dbt.config.meta_get("walk_forward"),
        kept=earlier_rows(dbt, session),
        n_jobs=wanted_processes(os.environ),
    )
    return to_table(rows)


def earlier_rows(dbt, session):
    """The rows of the last build; none on the first, or where they were of another shape."""
    this = dbt.this
    found = session.execute(
        "select count(*) from information_schema.tables where table_schema = ? and table_name = ?",
        [this.schema, this.identifier],
    ).fetchall()[0][0]
    if not found:
        return []
    relation = session.sql(f"select * from {this.schema}.{this.identifier}")
    if relation.columns != SCHEMA.names:
        return []
    return from_table(relation.to_arrow_table())
