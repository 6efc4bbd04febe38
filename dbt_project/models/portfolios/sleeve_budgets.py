"""Budgets of family sleeves: equal contributions to the risk of the families' long-short returns.

One row per as_of_date, asset_class and score_name (the family's composite). A family without names
to choose or without a year's returns has none, and says so. Where no strategy asks, no row.
"""

import pyarrow as pa

SCHEMA = pa.schema(
    [
        ("as_of_date", pa.date32()),
        ("asset_class", pa.string()),
        ("score_name", pa.string()),
        ("has_names", pa.bool_()),
        ("has_history", pa.bool_()),
        ("budget", pa.float64()),
    ]
)


def model(dbt, session):
    dbt.config(materialized="table", schema="construction")
    strategy_legs = dbt.ref("strategy_legs")  # noqa: F841 (read by name in the SQL)
    rebalances = dbt.ref("rebalances")  # noqa: F841
    candidates = dbt.ref("candidates")  # noqa: F841
    family_returns = dbt.ref("family_returns")
    wanted = session.sql(
        "select distinct rebalances.as_of_date, strategy_legs.asset_class, "
        "strategy_legs.score_name, candidates.symbol is not null as has_names "
        "from strategy_legs "
        "join rebalances using (strategy) "
        "left join candidates on candidates.as_of_date = rebalances.as_of_date "
        "and candidates.score_name = strategy_legs.score_name "
        "and candidates.asset_class = strategy_legs.asset_class and candidates.score_rank = 1 "
        "where strategy_legs.is_sleeve order by all"
    ).df()
    if wanted.empty:
        return SCHEMA.empty_table()
    from models_ml.risk_parity import sleeve_weights

    days = {name: own["year"] for name, own in dbt.config.meta_get("sessions").items()}
    budgets = sleeve_weights(
        wanted,
        family_returns.df(),
        days=days,
        least_share=dbt.config.meta_get("window_coverage"),
    )
    return pa.Table.from_pandas(budgets, schema=SCHEMA, preserve_index=False)
