"""Alphalens against our SQL: IC, quantile means and turnover, 500 names x 5 years x 3 horizons.

Both start from the same factor and the same labels, one row per day and name, and end with the
same numbers: the IC of every day and horizon, the mean forward return of every day, horizon and
quantile, the turnover of every day and quantile. Ours are the product's models, compiled by dbt, on
two threads, each stored as a table; every day counts as a month end. They are compared first.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from alphalens import performance
from alphalens.utils import quantize_factor
from rich.console import Console
from rich.table import Table

from tests.compiled import compiled_models

N_DAYS, N_NAMES, HORIZONS = 1260, 500, (1, 5, 21)
N_RUNS = 5
PERSISTENCE = 0.98
MODELS = ("factor_ic", "factor_legs", "quantile_forward_returns", "factor_turnover")
SCHEMAS = ("factors", "labels", "analysis")


def simulated(n_days: int = N_DAYS, n_names: int = N_NAMES, seed: int = 7) -> pd.DataFrame:
    """Date, asset, a persistent factor and its forward returns, named as alphalens names them."""
    draw = np.random.default_rng(seed)
    days = pd.bdate_range("2015-01-01", periods=n_days).as_unit("us")
    names = [f"N{number:04d}" for number in range(n_names)]
    factor = draw.standard_normal((n_days, n_names))
    for day in range(1, n_days):
        factor[day] = PERSISTENCE * factor[day - 1] + np.sqrt(1 - PERSISTENCE**2) * factor[day]
    worth = np.cumsum(0.02 * draw.standard_normal((n_days, n_names)) + 5e-5 * factor, axis=0)
    frame = pd.DataFrame({"factor": factor.ravel()})
    for horizon in HORIZONS:
        forward = np.full((n_days, n_names), np.nan)
        forward[:-horizon] = np.expm1(worth[horizon:] - worth[:-horizon])
        frame[f"{horizon}D"] = forward.ravel()
    frame.index = pd.MultiIndex.from_product([days, names], names=["date", "asset"])
    return frame


def by_alphalens(data: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """IC, quantile means and turnover as frames with our tables' keys and columns."""
    data = data.assign(factor_quantile=quantize_factor(data[["factor"]], quantiles=5))
    columns = [f"{horizon}D" for horizon in HORIZONS]
    ic = {
        horizon: performance.factor_information_coefficient(
            data[["factor", "factor_quantile", column]].dropna()
        )[column]
        for horizon, column in zip(HORIZONS, columns, strict=True)
    }
    means, _ = performance.mean_return_by_quantile(data, by_date=True, demeaned=False)
    turnover = {
        quantile: performance.quantile_turnover(data["factor_quantile"], quantile, period=1)
        for quantile in range(1, 6)
    }
    means = means[columns].set_axis(HORIZONS, axis=1).stack().dropna()
    return {
        "factor_ic": tidy(pd.concat(ic), ["horizon", "as_of_date"], "ic"),
        "quantile_forward_returns": tidy(
            means, ["quantile", "as_of_date", "horizon"], "mean_forward_return"
        ),
        "factor_turnover": tidy(
            pd.concat(turnover), ["quantile", "as_of_date"], "quantile_turnover"
        ),
    }


def tidy(series: pd.Series, keys: list[str], name: str) -> pd.DataFrame:
    """A series as a frame with named keys, in their order."""
    return series.rename_axis(keys).rename(name).reset_index().sort_values(keys)


def stored(folder: Path, data: pd.DataFrame) -> duckdb.DuckDBPyConnection:
    """A file with the tables our models read, filled with that factor and those labels."""
    connection = duckdb.connect(str(folder / "tables.duckdb"))
    connection.execute("set threads = 2; set preserve_insertion_order = false; set TimeZone = UTC")
    for schema in SCHEMAS:
        connection.execute(f"create schema {schema}")
    connection.register("wide", data.reset_index())
    connection.execute("create temp table wide_rows as select *, date::date as day from wide")
    labels = " union all ".join(
        f"select day as as_of_date, asset as symbol, 'equity' as asset_class, "
        f'{horizon} as horizon, "{horizon}D" as fwd_ret '
        f'from wide_rows where not isnan("{horizon}D")'
        for horizon in HORIZONS
    )
    tables = {
        "labels.forward_returns": labels,
        "factors.factor_registry": "select 'factor' as factor, 'equity' as asset_class, "
        "1 as direction",
        "factors.factor_dates": "select distinct day as as_of_date, 'equity' as asset_class, "
        "true as is_month_end from wide_rows",
        "factors.factor_values": "select day as as_of_date, asset as symbol, 'factor' as factor, "
        "'equity' as asset_class, factor as raw_value, "
        "(factor - avg(factor) over by_day) / stddev_pop(factor) over by_day as z_score, "
        "(rank() over (by_day order by factor) - 0.5) / count(*) over by_day as rank_pct "
        "from wide_rows window by_day as (partition by day)",
    }
    for name, query in tables.items():
        connection.execute(f"create table {name} as {query}")
    connection.execute("drop table wide_rows; checkpoint")
    return connection


def store(connection: duckdb.DuckDBPyConnection, name: str, sql: str) -> None:
    """One model, stored as a table."""
    connection.execute(f"create or replace table analysis.{name} as {sql}")


def largest_difference(ours: pd.DataFrame, theirs: pd.DataFrame) -> float:
    """Of the last column, over the shared keys; infinite where a row or a number stands alone."""
    *keys, name = theirs.columns
    joined = ours[[*keys, name]].merge(theirs, on=keys, how="outer", suffixes=("", "_theirs"))
    one, other = joined[name].to_numpy(float), joined[f"{name}_theirs"].to_numpy(float)
    if (np.isnan(one) != np.isnan(other)).any():
        return float("inf")
    return float(np.nanmax(np.abs(one - other)))


def seconds_of(work: Callable[[], object]) -> np.ndarray:
    """Seconds of one call, by the clock and of processor time: the latter says what load hides."""
    started = time.perf_counter(), time.process_time()
    work()
    return np.array([time.perf_counter() - started[0], time.process_time() - started[1]])


def timed(
    connection: duckdb.DuckDBPyConnection, models: dict[str, str], data: pd.DataFrame
) -> dict[str, np.ndarray]:
    """Both roads in turns: median seconds of each of our models, of all, and of alphalens."""
    runs = []
    for _ in range(N_RUNS):
        run = {
            name: seconds_of(lambda name=name, sql=sql: store(connection, name, sql))
            for name, sql in models.items()
        }
        run["ours"] = sum(run.values())
        run["alphalens"] = seconds_of(lambda: by_alphalens(data))
        runs.append(run)
    return {name: np.median([run[name] for run in runs], axis=0) for name in runs[0]}


def main() -> None:
    """Compare, time both in turns, print the table; ends with 1 where the numbers differ."""
    data = simulated()
    with tempfile.TemporaryDirectory() as temporary:
        models = compiled_models(Path(temporary) / "dbt", MODELS)
        connection = stored(Path(temporary), data)
        for name, sql in models.items():
            store(connection, name, sql)
        differences = {
            name: largest_difference(connection.table(f"analysis.{name}").df(), frame)
            for name, frame in by_alphalens(data).items()
        }
        seconds = timed(connection, models, data)
        connection.close()
    table = Table(
        "",
        title=f"IC, quantile means and turnover: {N_NAMES} names x {N_DAYS} days x "
        f"{len(HORIZONS)} horizons, medians of {N_RUNS}",
        title_justify="left",
    )
    table.add_column("seconds", justify="right")
    table.add_column("of processor", justify="right")
    labels = {
        "ours": f"our SQL, DuckDB {version('duckdb')}, 2 threads",
        "alphalens": f"alphalens-reloaded {version('alphalens-reloaded')}",
    }
    for name, (wall, processor) in seconds.items():
        table.add_row(labels.get(name, name), f"{wall:.2f}", f"{processor:.2f}")
    table.add_row("times as fast", *(f"{x:.1f}" for x in seconds["alphalens"] / seconds["ours"]))
    Console().print(table)
    print("largest differences: " + ", ".join(f"{k} {v:.1e}" for k, v in differences.items()))
    print(
        f"pandas {version('pandas')}, Python {platform.python_version()}, "
        f"{platform.machine()}, {os.cpu_count()} cores"
    )
    sys.exit(max(differences.values()) > 1e-12)


if __name__ == "__main__":
    main()
