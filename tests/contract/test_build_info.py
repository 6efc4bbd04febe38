"""Equal rows, settings and code have equal fingerprints; whatever differs in one of them shows."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.config import load_dataset
from tests.builds import REPOSITORY, SMALL_DATASET, Market
from warehouse import code_fingerprint as code
from warehouse.build import dbt_variables
from warehouse.seeds import registries

# Each step: statements on the work file, then its own models; what build_info says is printed.
RUN = """
import json
import sys

import duckdb
from ingest.config import load_dataset
from warehouse.build import dbt_variables
from warehouse.dbt_runs import run_dbt

dataset = load_dataset(sys.argv[1])
chosen = ["stg_raw__row_hashes", "stg_raw__revised_values", "build_clock", "build_info"]
for statements in json.loads(sys.argv[3]):
    with duckdb.connect(sys.argv[2]) as connection:
        for statement in statements:
            connection.execute(statement)
    done = run_dbt(dataset, ["run", "--select", *chosen], dbt_variables(dataset))
    if not done.success:
        sys.exit(1)
    with duckdb.connect(sys.argv[2], read_only=True) as connection:
        print("BUILD", json.dumps(connection.execute(
            "select columns('.*_fingerprint') from prepared.build_info"
        ).fetchall()[0]), flush=True)
"""
BY_WHICH_ROAD = {"tail_from", "tail_load"}  # of equal tables, a whole build's or an update's
RAW = ("universe", "prices", "corporate_actions", "fundamentals", "fx_rates", "interest_rates")
BAR = "symbol = 'US005' and bar_date = date '2015-06-15'"
VERSION = (
    "insert into raw.prices by name select * replace ({close} as close, {load} as load_id) "
    f"from raw.prices where {BAR} and load_id = 4"
)
TAKEN_BACK = f"delete from raw.prices where {BAR} and load_id > 4"
STEPS: dict[str, list[str]] = {
    "as built": [],
    "landed elsewhere, in another order": [
        "update raw.loads set load_id = load_id + 3, started_at = started_at + interval 5 day",
        *(
            f"create or replace table raw.{table} as select * replace (load_id + 3 as load_id, "
            f"observed_at + interval 5 day as observed_at) from raw.{table} "
            "order by hash(columns(*)::varchar)"
            for table in RAW
        ),
    ],
    "a close a hair higher": [
        f"update raw.prices set close = close * (1 + 1e-15) where {BAR}",
    ],
    "that, and two later words": [
        VERSION.format(close="11", load=5),
        VERSION.format(close="12", load=6),
    ],
    "the same words in the other order": [
        TAKEN_BACK,
        VERSION.format(close="12", load=5),
        VERSION.format(close="11", load=6),
    ],
    "a strategy's cap": ["update seeds.strategies set max_weight = max_weight / 2"],
}


@pytest.fixture(scope="module")
def prints(small_market: Market, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The build, data, settings and code fingerprints after each step."""
    own = small_market.copied(tmp_path_factory.mktemp("build_info"))
    script = own.folder / "run_steps.py"
    script.write_text(RUN)
    done = own.run_script(script, own.dataset, own.path, json.dumps(list(STEPS.values())))
    said = re.findall(r"^BUILD (.*)$", done.stdout, re.MULTILINE)
    assert len(said) == len(STEPS), done.stdout[-3000:]
    return dict(zip(STEPS, map(json.loads, said), strict=True))


def published(market: Market) -> dict[str, Any]:
    with duckdb.connect(str(market.published), read_only=True) as connection:
        cursor = connection.execute("select * from prepared.build_info")
        names = [column[0] for column in cursor.description]
        (row,) = cursor.fetchall()
    return dict(zip(names, row, strict=True))


def test_equal_rows_have_equal_fingerprints_wherever_and_whenever_they_landed(
    small_market: Market, prints: dict[str, list[str]]
) -> None:
    built = published(small_market)
    assert prints["as built"] == [value for name, value in built.items() if "fingerprint" in name]
    assert prints["landed elsewhere, in another order"] == prints["as built"]


@pytest.mark.parametrize(
    ("step", "before", "changed"),
    [
        ("a close a hair higher", "as built", 1),
        ("that, and two later words", "a close a hair higher", 1),
        ("the same words in the other order", "that, and two later words", 1),
        ("a strategy's cap", "the same words in the other order", 2),
    ],
)
def test_whatever_differs_shows_in_its_own_fingerprint_and_in_the_builds(
    prints: dict[str, list[str]], step: str, before: str, changed: int
) -> None:
    differing = [
        place
        for place, (now, then) in enumerate(zip(prints[step], prints[before], strict=True))
        if now != then
    ]
    assert differing == [0, changed]


def test_every_variable_and_every_column_of_the_seeds_is_a_setting() -> None:
    macros = REPOSITORY / "dbt_project" / "macros"
    listed = {
        name
        for macro in ("trial_variables", "build_variables")
        for name in re.findall(r"'(\w+)'", (macros / f"{macro}.sql").read_text())
    }
    assert listed == set(registries()) - {"sweep"} - BY_WHICH_ROAD
    model = (REPOSITORY / "dbt_project" / "models" / "prepared" / "build_info.sql").read_text()
    for seed in ("strategies", "cost_models"):
        with (REPOSITORY / "dbt_project" / "seeds" / f"{seed}.csv").open() as rows:
            assert set(next(csv.reader(rows))) <= set(re.findall(r"'(\w+)'", model))


def test_settings_and_code_are_hashed_as_they_are(small_market: Market) -> None:
    """Recomputed from the registries, the seeds and dbt's manifest."""
    built = published(small_market)
    variables = registries() | dbt_variables(load_dataset(str(SMALL_DATASET)))
    for name in ("sweep", *BY_WHICH_ROAD):
        variables.pop(name)
    hashed = md5(json.dumps(variables, sort_keys=True))
    (compiled,) = small_market.target.glob("compiled/*/dbt_project/models/*/build_info.sql")
    assert f"md5(concat('{hashed}', " in compiled.read_text()
    nodes = json.loads((small_market.target / "manifest.json").read_text())["nodes"].values()
    lines = [
        f"{node['unique_id']} {node['checksum']['checksum']}"
        for node in nodes
        if node["resource_type"] == "model"
    ]
    assert len(lines) > 150
    assert built["code_fingerprint"] == md5("\n".join(sorted([*lines, code.code_fingerprint()])))


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def test_a_changed_macro_or_scoring_model_is_other_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder, name in (("dbt_project/macros/engine", "a.sql"), ("models_ml", "ridge.py")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / name).write_text("one")
    monkeypatch.setattr(code, "REPOSITORY", tmp_path)
    prints = [code.code_fingerprint()]
    (tmp_path / "dbt_project/macros/engine/a.sql").write_text("two")
    prints.append(code.code_fingerprint())
    (tmp_path / "models_ml/ridge.py").write_text("two")
    prints.append(code.code_fingerprint())
    (tmp_path / "models_ml/ridge.py").rename(tmp_path / "models_ml/lasso.py")
    prints.append(code.code_fingerprint())
    assert len(set(prints)) == 4
