"""Walk-forward fits of every registered scoring model: one row per model and fold.

Nested lists carry the fold's out-of-sample scores and its SHAP importance; thin SQL models unnest
them. Folds whose inputs have not changed are kept from the last build, to the last bit.
"""

import pandas as pd
import pyarrow

from models_ml.fitting import fit_all

SCHEMA = pyarrow.schema(
    [
        ("asset_class", pyarrow.string()),
        ("model", pyarrow.string()),
        ("fold_id", pyarrow.string()),
        ("fold_end_date", pyarrow.date32()),
        ("train_start_date", pyarrow.date32()),
        ("train_end_date", pyarrow.date32()),
        ("train_label_end_date", pyarrow.date32()),
        ("test_start_date", pyarrow.date32()),
        ("test_end_date", pyarrow.date32()),
        ("n_train", pyarrow.int64()),
        ("n_test", pyarrow.int64()),
        ("parameters", pyarrow.string()),
        ("fingerprint", pyarrow.string()),
        (
            "scores",
            pyarrow.list_(
                pyarrow.struct(
                    [
                        ("as_of_date", pyarrow.date32()),
                        ("symbol", pyarrow.string()),
                        ("model_score", pyarrow.float64()),
                    ]
                )
            ),
        ),
        (
            "importance",
            pyarrow.list_(
                pyarrow.struct(
                    [
                        ("factor", pyarrow.string()),
                        ("mean_abs_shap", pyarrow.float64()),
                        ("mean_shap", pyarrow.float64()),
                    ]
                )
            ),
        ),
    ]
)


def model(dbt, session):
    dbt.config(materialized="table")
    matrix = dbt.ref("factor_matrix").df()
    targets = dbt.ref("training_targets").df()
    dates = dbt.ref("factor_dates").df()
    registry = dbt.config.meta_get("factors")
    selected = dbt.config.meta_get("selected_factors")
    factors = {
        asset_class: [
            factor["name"]
            for factor in registry
            if asset_class in factor["asset_classes"]
            and (not selected or factor["name"] in selected)
        ]
        for asset_class in ("equity", "crypto")
    }
    rows = fit_all(
        panels(matrix, targets, dates),
        factors,
        dbt.config.meta_get("ml_models"),
        dbt.config.meta_get("walk_forward"),
        kept=earlier_fits(dbt, session),
    )
    return pyarrow.Table.from_pylist(rows, schema=SCHEMA)


def panels(matrix, targets, dates):
    """By asset class: the matrix beside its targets, ordered by as_of_date and symbol."""
    is_month_end = dates[["as_of_date", "asset_class", "is_month_end"]].drop_duplicates()
    panel = matrix.merge(is_month_end, on=["as_of_date", "asset_class"], how="left").merge(
        targets.rename(columns={"target_rank": "target"})[
            ["as_of_date", "symbol", "target", "label_end_date"]
        ],
        on=["as_of_date", "symbol"],
        how="left",
    )
    for column in ("as_of_date", "label_end_date"):
        panel[column] = pd.to_datetime(panel[column])
    return dict(tuple(panel.groupby("asset_class")))


def earlier_fits(dbt, session):
    """The rows of the last build by fingerprint; none on the first build."""
    this = dbt.this
    found = session.execute(
        "select count(*) from information_schema.tables where table_schema = ? and table_name = ?",
        [this.schema, this.identifier],
    ).fetchall()[0][0]
    if not found:
        return {}
    rows = session.sql(f"select * from {this.schema}.{this.identifier}").to_arrow_table()
    if rows.schema.names != SCHEMA.names:
        return {}
    return {row["fingerprint"]: row for row in rows.to_pylist()}
