"""Weights at equal risk contributions of the names that risk-parity strategies choose.

One row per as_of_date, selection_no and symbol. Where no strategy asks, nothing is computed.
"""

import datetime

import pandas as pd
import pyarrow as pa

SCHEMA = pa.schema(
    [
        ("as_of_date", pa.date32()),
        ("selection_no", pa.int64()),
        ("symbol", pa.string()),
        ("risk_parity_weight", pa.float64()),
    ]
)


# Where an update keeps the rows before, the first day made anew (macros/tail/made_from.sql).
RENEWED_FROM = None
DAYS_BACK = 4 * 366  # in which a window of one year lies, or all is read


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
    from models_ml.risk_parity import name_weights

    days = {name: own["year"] for name, own in dbt.config.meta_get("sessions").items()}
    share = dbt.config.meta_get("window_coverage")
    all_returns = (
        "select asset_class, as_of_date, symbol, ret_1d from prices_daily "
        "where not is_stale and ret_1d is not null and symbol in (select symbol from chosen)"
    )
    if RENEWED_FROM is None:
        weights = name_weights(chosen, session.sql(all_returns).df(), days=days, least_share=share)
        return pa.Table.from_pandas(weights, schema=SCHEMA, preserve_index=False)
    first = datetime.date.fromisoformat(RENEWED_FROM)
    back = first - datetime.timedelta(days=DAYS_BACK)
    new = chosen[chosen["as_of_date"] >= pd.Timestamp(first)]
    returns = session.sql(f"{all_returns} and as_of_date >= date '{back}'").df()
    if not covers(returns[returns["as_of_date"] < pd.Timestamp(first)], new["asset_class"], days):
        returns = session.sql(all_returns).df()
    weights = name_weights(new, returns, days=days, least_share=share)
    kept = session.sql(
        f"select * from {dbt.this.schema}.{dbt.this.identifier} where as_of_date < date '{first}'"
    )
    made = pa.Table.from_pandas(weights, schema=SCHEMA, preserve_index=False)
    return pa.concat_tables([kept.to_arrow_table().cast(SCHEMA), made])


def covers(before, classes, days):
    """Whether the days with returns before the first new one fill the window of each class."""
    n_days = before.groupby("asset_class")["as_of_date"].nunique()
    return all(n_days.get(name, 0) >= days[name] for name in set(classes))
