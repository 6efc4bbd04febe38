"""What dbt is told of a dataset's settings."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from dbt.config.utils import parse_cli_vars
from jinja2 import Template

from ingest.config import load_dataset
from tests.builds import REPOSITORY, SMALL_DATASET, Market
from warehouse import __main__ as commands
from warehouse import build as building
from warehouse.build import build, dbt_variables, has_ample_memory, is_large
from warehouse.build_order import MINDS_MEMORY
from warehouse.dbt_runs import as_yaml
from warehouse.files import WRITERS_MEMORY, dataset_files

NUMBERS = [3e-05, 1e16, 1e-300, -2.5e-07, 5e-324, 0.1, -0.0, 1.0, 1e22, 7, 10**20]


def told(variables: dict[str, Any]) -> Any:
    """The variables as dbt's own command line reads them."""
    return parse_cli_vars(as_yaml(variables))


@pytest.mark.parametrize("number", NUMBERS, ids=repr)
def test_a_number_comes_back_the_same(number: float) -> None:
    rows = [{"parameters": {"alpha": number}, "grid": {"alpha": [number, [number]]}}]
    read = told({"alpha": number, "ml_models": rows})
    assert repr(read) == repr({"alpha": number, "ml_models": rows})


def test_a_word_stays_a_word_and_the_order_that_of_the_file() -> None:
    words = ["3e-05", "1", "null", "true", "2015-01-01", "1:30", "é: {}", "two\nlines ", "", "~"]
    variables = {"b": words, "a": dict.fromkeys(words), "flags": [True, False]}
    read = told(variables)
    assert repr(read) == repr(variables)


def test_small_numbers_of_a_dataset_file_reach_dbt_as_numbers(tmp_path: Path) -> None:
    document = yaml.safe_load(SMALL_DATASET.read_text())
    row = {"name": "lasso", "parameters": {"tol": 0.00003}, "grid": {"alpha": [0.00001, 0.0003]}}
    document.setdefault("vars", {})["ml_models"] = [row]
    path = tmp_path / "mine.yml"
    path.write_text(yaml.safe_dump(document))
    variables = dbt_variables(load_dataset(str(path)))
    assert told(variables) == variables
    assert told(variables)["ml_models"] == [row]


def test_a_market_is_large_from_so_many_bars_on(
    small_raw: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTORHOUSE_WAREHOUSE_DIR", str(small_raw.path.parent))
    files = dataset_files(small_raw.name)
    with duckdb.connect(str(files.work), read_only=True) as connection:
        (n_bars,) = connection.execute("select count(*) from raw.prices").fetchall()[0]
    assert not is_large(files)
    monkeypatch.setattr("warehouse.build.LARGE", n_bars)
    assert is_large(files)


@pytest.mark.parametrize(
    ("given", "tail_from", "taken"),
    [
        ("", "", WRITERS_MEMORY),
        ("", "2024-01-02", "3GB"),
        ("4GB", "", "4GB"),
        ("4GB", "2024-01-02", "4GB"),
    ],
)
def test_an_update_takes_less_memory(given: str, tail_from: str, taken: str) -> None:
    profiles = yaml.safe_load((REPOSITORY / "profiles.yml").read_text())
    told = profiles["factorhouse"]["outputs"]["duckdb"]["config_options"]["memory_limit"]
    variables = {"tail_from": tail_from} if tail_from else {}
    environment = {"FACTORHOUSE_MEMORY_LIMIT": given} if given else {}
    assert Template(told).render(var=variables.get, env_var=environment.get) == taken


@pytest.mark.parametrize(
    ("limit", "is_ample"),
    [("", True), ("6GB", True), ("6 gib", True), ("5.5GB", True), ("5GB", False), ("3GB", False)],
)
def test_two_models_at_a_time_need_ample_memory(
    monkeypatch: pytest.MonkeyPatch, limit: str, is_ample: bool
) -> None:
    monkeypatch.setenv("FACTORHOUSE_MEMORY_LIMIT", limit)
    assert has_ample_memory() == is_ample


@pytest.mark.parametrize("is_ample", [True, False])
def test_memory_is_minded_while_a_large_market_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_ample: bool
) -> None:
    def run_dbt(_: Any, arguments: list[str], *__: Any) -> None:
        assert MINDS_MEMORY.is_set() == is_ample
        assert (arguments[-2:] == ["--threads", "1"]) == (not is_ample)
        raise InterruptedError

    monkeypatch.setenv("FACTORHOUSE_WAREHOUSE_DIR", str(tmp_path))
    dataset = load_dataset(str(SMALL_DATASET))
    dataset_files(dataset.name).work.touch()
    monkeypatch.setattr(building, "prepare_raw", lambda *_: None)
    monkeypatch.setattr(building, "is_large", lambda _: True)
    monkeypatch.setattr(building, "has_ample_memory", lambda: is_ample)
    monkeypatch.setattr(building, "run_dbt", run_dbt)
    with pytest.raises(InterruptedError):
        build(dataset, is_checked=True)
    assert not MINDS_MEMORY.is_set()


def test_seeds_of_the_user_s_own_are_read_and_left_as_they_are(
    small_raw: Market, tmp_path: Path
) -> None:
    """dbt compiles a seed to its path below its target: an absolute one is the seed itself."""
    seeds = tmp_path / "mine"
    shutil.copytree(REPOSITORY / "dbt_project" / "seeds", seeds)
    header, row, *_ = (seeds / "strategies.csv").read_text().splitlines()
    (seeds / "strategies.csv").write_text(f"{header}\nmine,{row.split(',', 1)[1]}\n")
    given = {path.name: path.read_bytes() for path in seeds.iterdir()}

    own = small_raw.copied(tmp_path)
    own.settings["FACTORHOUSE_SEEDS"] = str(seeds)
    own.models_alone("--select", "resource_type:seed")

    assert {path.name: path.read_bytes() for path in seeds.iterdir()} == given
    with duckdb.connect(str(own.path), read_only=True) as connection:
        rows = connection.execute("select strategy from seeds.strategies").fetchall()
    assert rows == [("mine",)]


@pytest.mark.parametrize(("command", "code"), [("exit 3", 3), ("kill -9 $$", 1)])
def test_a_build_ends_with_the_landing_that_it_waits_for(command: str, code: int) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "warehouse", "build", "demo", "--after", command],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (code, "", "")


def test_what_is_no_whole_build_is_not_reported() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "warehouse", "build", "demo", "--models-alone", "--then", "true"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "--then publishes" in ran.stderr


@pytest.mark.parametrize(("command", "code"), [("exit 4", 4), ("kill -9 $$", 1)])
def test_a_build_ends_as_the_report_that_it_waits_for(
    monkeypatch: pytest.MonkeyPatch, command: str, code: int
) -> None:
    written = []
    monkeypatch.setattr(commands, "say_published", lambda files: None)
    monkeypatch.setattr(commands.os, "nice", lambda by: 0)
    monkeypatch.setattr("warehouse.docs.write_docs", lambda dataset: written.append(dataset) or [])
    with pytest.raises(SystemExit) as ended:
        commands.publish_and_report(load_dataset("demo"), command)
    assert ended.value.code == code
    assert [dataset.name for dataset in written] == ["demo"]
