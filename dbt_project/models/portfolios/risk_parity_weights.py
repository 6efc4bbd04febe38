"""Weights at equal risk contributions of the names that risk-parity strategies choose.

One row per as_of_date, selection_no and symbol. Where no strategy asks, nothing is computed.
"""

import pyarrow as pa

SCHEMA = pa.schema(
    [
        ("as_of_date", pa.date32()),
        ("selection_no", pa.int64()),
        ("symbol", pa.string()),
        ("risk_parity_weight", pa.float64()),
    ]
)


def model(dbt, session):
    dbt.config(materialized="table", schema="construction")
    strategy_legs = dbt.ref("strategy_legs")  # noqa: F841 (read by name in the SQL)
    chosen_names = dbt.ref("chosen_names")  # noqa: F841
    prices_daily = dbt.ref("prices_daily")  # noqa: F841
    chosen = session.sql(
        "select distinct as_of_date, asset_class, selection_no, symbol "
        "from chosen_names join strategy_legs using (selection_no) "
        "where weighting = 'risk_parity'"
    ).df()
    if chosen.empty:
        return SCHEMA.empty_table()
    returns = session.sql(
        "select asset_class, as_of_date, symbol, ret_1d from prices_daily "
        "where not is_stale and ret_1d is not null and symbol in (select symbol from chosen)"
    ).df()
    from models_ml.risk_parity import name_weights

    days = {name: own["year"] for name, own in dbt.config.meta_get("sessions").items()}
    weights = name_weights(
        chosen, returns, days=days, least_share=dbt.config.meta_get("window_coverage")
    )
    return pa.Table.from_pandas(weights, schema=SCHEMA, preserve_index=False)
