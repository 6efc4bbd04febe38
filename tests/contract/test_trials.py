"""The ledger counts each backtest once, however often, under whatever name and on whatever data."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pytest
import yaml

from tests.builds import REPOSITORY, Market

MACROS = REPOSITORY / "dbt_project" / "macros"
MODELS = REPOSITORY / "dbt_project" / "models" / "performance"
SEEDS = REPOSITORY / "dbt_project" / "seeds"

# Variables that are no part of a trial's settings by themselves.
WITH_THE_SCORE = {
    *("factors", "selected_factors", "ml_models", "selected_models", "walk_forward"),
    "spread_fraction",  # of the sleeves of families
}
VINTAGES = {"end_date", "known_at"}
BY_WHICH_ROAD = {"tail_from", "tail_load"}  # of equal tables, a whole build's or an update's
# Read by no model that a backtest is made of, but for two: labels are learned from at the horizon
# of walk_forward, and trades pay by their cost model's own law of impact.
READ_IN_PASSING = {"horizons", "impact_coefficients"}
CHANGE_NO_BACKTEST = {
    *("sweep", "horizons", "bootstrap", "cost_grid_bps", "aum_grid_usd", "impact_coefficients"),
    *("slippage", "exposure_factors", "multiverse", "lots"),
}

# Each step: statements, dbt's options and variables; then what the ledger and luck say is printed.
RUN = """
import json
import sys

import duckdb
from ingest.config import load_dataset
from warehouse.build import dbt_variables
from warehouse.dbt_runs import run_dbt

dataset = load_dataset(sys.argv[1])
for statements, options, variables in json.loads(sys.argv[3]):
    with duckdb.connect(sys.argv[2]) as connection:
        for statement in statements:
            connection.execute(statement)
    done = run_dbt(dataset, ["run", *options], {**dbt_variables(dataset), **variables})
    if not done.success:
        sys.exit(1)
    with duckdb.connect(sys.argv[2], read_only=True) as connection:
        rows = connection.execute(
            "select trial_id, strategy, first_load_id, last_load_id from performance.trials"
        ).fetchall()
        counted = connection.execute("select distinct n_trials from performance.luck").fetchall()
    print("LEDGER", json.dumps([rows, counted]), flush=True)
"""
MADE_OF = ("score_settings", "trial_settings", "trials", "luck")


def listed_variables() -> set[str]:
    text = (MACROS / "trial_variables.sql").read_text()
    return set(re.findall(r"'(\w+)'", text[text.index("return(") :]))


def test_every_variable_is_part_of_a_trial_or_has_its_reason_not_to_be() -> None:
    variables = set(project_variables())
    parts = [listed_variables(), WITH_THE_SCORE, VINTAGES, CHANGE_NO_BACKTEST, BY_WHICH_ROAD]
    assert set().union(*parts) == variables
    assert sum(map(len, parts)) == len(variables)


def test_whatever_a_backtest_reads_is_part_of_its_trial(small_market: Market) -> None:
    """By the code of every model above daily_pnl and of the macros that it calls."""
    project = json.loads((small_market.target / "manifest.json").read_text())

    def macros_of(node: dict) -> Iterable[str]:
        for name in node["depends_on"]["macros"]:
            if name.startswith("macro.factorhouse."):
                yield project["macros"][name]["macro_sql"]
                yield from macros_of(project["macros"][name])

    above, waiting = set(), ["model.factorhouse.daily_pnl"]
    while waiting:
        name = waiting.pop()
        if name not in above:
            above.add(name)
            waiting += project["parent_map"].get(name, [])
    read: set[str] = set()
    for name in above:
        if name.startswith("model."):
            node = project["nodes"][name]
            for code in (node["raw_code"], *macros_of(node)):
                read |= set(re.findall(r"var\(['\"](\w+)['\"]", code))
            read |= set(node["config"]["meta"] or {}) - {"reads", "grows"}  # lineage, updates
    assert len(read) > 30
    assert read - WITH_THE_SCORE - VINTAGES - BY_WHICH_ROAD - READ_IN_PASSING <= listed_variables()
    assert not read & (CHANGE_NO_BACKTEST - READ_IN_PASSING)


@pytest.mark.parametrize(("seed", "name"), [("strategies", "strategy"), ("cost_models", "")])
def test_every_column_of_a_seed_is_part_of_a_trial(seed: str, name: str) -> None:
    """The strategy's name apart; the cost model's is in the strategy's row, its rows instead."""
    with (SEEDS / f"{seed}.csv").open(newline="") as file:
        header = set(next(csv.reader(file)))
    text = (MODELS / "trial_settings.sql").read_text()
    objects = re.findall(r"json_object\(\s*'(\w+)',(.*?)\)\s*(?:\)\s*)?\}\}", text, re.DOTALL)
    (columns,) = [columns for table, columns in objects if table == seed]
    assert set(re.findall(r"'(\w+)'", columns)) == header - {name, "cost_model"}


def ledgers(built: Market, folder: Path, steps: list) -> list[dict[str, tuple]]:
    """Strategy, first and last load by trial, after each step: what was earned stays as it is.

    N as luck has it is every time the number of trials.
    """
    own = built.copied(folder)
    script = folder / "run_models.py"
    script.write_text(RUN)
    steps = [
        (statements, ("--select", *MADE_OF, *options), variables)
        for statements, options, variables in steps
    ]
    done = own.run_script(script, own.dataset, own.path, json.dumps(steps))
    assert done.returncode == 0, done.stdout[-3000:]
    found = []
    for line in done.stdout.splitlines():
        if line.startswith("LEDGER "):
            rows, counted = json.loads(line.removeprefix("LEDGER "))
            found.append({row[0]: tuple(row[1:]) for row in rows})
            assert counted == [[len(rows)]]
    assert len(found) == len(steps)
    return found


def test_the_ledger_counts_every_trial_once(small_market: Market, tmp_path: Path) -> None:
    with duckdb.connect(str(small_market.path), read_only=True) as connection:
        first = {
            row[0]: row[1:]
            for row in connection.execute(
                "select trial_id, strategy, first_load_id, last_load_id from performance.trials"
            ).fetchall()
        }
    renamed = "strategy = 'renamed' where strategy = 'equity_momentum_long'"
    newer = [
        f"update seeds.strategies set {renamed}",
        f"update construction.return_moments set {renamed}",
        "delete from seeds.strategies where strategy = 'crypto_momentum_long'",
        "update prepared.build_clock set newest_load_id = newest_load_id + 5",
    ]
    other_settings = [
        "update seeds.strategies set top_fraction = 0.2 where strategy = 'renamed'",
        "update seeds.cost_models set commission_bps = 12 where asset_class = 'crypto'",
    ]
    # The last four are what is known of the data, and how it is reported: part of no trial.
    changed = {
        "min_dollar_volume_usd": {"equity": 2_000_000, "crypto": 1_000_000},
        "walk_forward": {**project_variables()["walk_forward"], "embargo_days": 5},
        "end_date": "2017-12-30",
        "known_at": "2030-01-01 00:00:00",
        "cost_grid_bps": [1],
        "bootstrap": {"replicates": 7, "seed": 1},
    }
    again, second, third, fourth = ledgers(
        small_market,
        tmp_path,
        [
            ([], ["--full-refresh"], {}),
            (newer, [], {}),
            (other_settings, [], {}),
            ([], [], changed),
        ],
    )
    # The same again, from scratch as far as dbt can.
    assert len(first) > 5
    assert again == first

    # On newer data, one row under another name and one gone: no new trial, nothing lost.
    assert set(second) == set(first)
    for trial_id, (name, first_load, last_load) in second.items():
        before = first[trial_id]
        assert name == ("renamed" if before[0] == "equity_momentum_long" else before[0])
        assert first_load == before[1]
        assert last_load == before[2] + (0 if name == "crypto_momentum_long" else 5)
    books = {row[0] for row in second.values()} - {"crypto_momentum_long"}

    # A setting of one strategy, and a cost of crypto: one more of each that has them.
    assert set(second) < set(third)
    assert added(second, third) == {
        name for name in books if name.startswith(("renamed", "crypto", "both"))
    }

    # A variable of equities, and how models learn: not books on factors of crypto.
    assert set(third) < set(fourth)
    assert added(third, fourth) == {
        name for name in books if not name.startswith("crypto") or "ridge" in name
    }
    assert "crypto_ridge_long_short" in added(third, fourth) != books


def test_settings_are_json_and_know_their_score(small_market: Market) -> None:
    with duckdb.connect(str(small_market.path), read_only=True) as connection:
        rows = connection.execute(
            "select strategy, settings, trial_id = md5(settings) from construction.trial_settings"
        ).fetchall()
    assert len(rows) > 5
    for strategy, text, is_hashed in rows:
        settings = json.loads(text)
        assert is_hashed
        assert "strategy" not in settings["strategy"]
        assert settings["cost_model"]
        assert settings["score"], strategy
        assert set(settings["variables"]) == listed_variables()


def added(before: dict[str, tuple], after: dict[str, tuple]) -> set[str]:
    """Names of the strategies with a trial that was not there."""
    return {after[trial_id][0] for trial_id in set(after) - set(before)}


def project_variables() -> dict:
    return yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text())["vars"]
