"""One SQL for both engines: what differs is in macros/engine alone, and both read every model."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import duckdb
import pytest

from tests.builds import REPOSITORY, Market
from tests.compiled import COMPILE
from warehouse.spark.plan import LOCAL

ENGINE_NAMES = re.compile(r"spark|duckdb|\btarget\.(?:type|name)|\badapter\.type", re.IGNORECASE)
COMMENTS = re.compile(r"\{#.*?#\}|/\*.*?\*/|--[^\n]*", re.DOTALL)
# The step between two dbt selections, and what hands the user's choice down to it.
THE_STEP = {
    "warehouse/__main__.py",
    "warehouse/build.py",
    "warehouse/update.py",
    *(path.relative_to(REPOSITORY).as_posix() for path in REPOSITORY.glob("warehouse/spark/*.py")),
}
COMPILE_FOR_SPARK = """
import json
import sys
from pathlib import Path

from dbt.cli.main import dbtRunner
from pyspark.sql import SparkSession

session = (
    SparkSession.builder.master("local[1]")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.catalogImplementation", "in-memory")
    .config("spark.sql.ansi.doubleQuotedIdentifiers", "true")
    .getOrCreate()
)
project, target, *left_to_duckdb = sys.argv[1:]
done = dbtRunner().invoke(
    ["--log-level", "none", "compile", "--target", "spark", "--no-populate-cache"]
    + ["--project-dir", project, "--profiles-dir", project, "--target-path", target]
)
if not done.success:
    sys.exit(str(done.exception or [(each.node.name, each.message) for each in done.result]))
parser = session._jsparkSession.sessionState().sqlParser()
said = {}
for each in done.result:
    is_sql = each.node.resource_type == "model" and each.node.language == "sql"
    if is_sql and not set(each.node.tags) & set(left_to_duckdb):
        try:
            parser.parsePlan(each.node.compiled_code)
            said[each.node.name] = ""
        except Exception as error:
            said[each.node.name] = str(error)[:500]
Path(target, "said.json").write_text(json.dumps(said))
"""


def sql_files() -> list[Path]:
    """Models, tests and macros, those of the engines left out."""
    files = (REPOSITORY / "dbt_project").rglob("*.sql")
    return [path for path in files if "macros/engine" not in path.as_posix()]


def test_no_model_macro_or_test_knows_the_engine() -> None:
    files = sql_files()
    assert len(files) > 250
    knowing = {
        path.relative_to(REPOSITORY).as_posix(): found[0]
        for path in files
        if (found := ENGINE_NAMES.search(COMMENTS.sub("", path.read_text())))
    }
    assert knowing == {}


def test_no_python_but_the_step_knows_that_there_is_another_engine() -> None:
    rooms = ("ingest", "models_ml", "reports", "warehouse", "dbt_project")
    knowing = {
        path.relative_to(REPOSITORY).as_posix()
        for room in rooms
        for path in (REPOSITORY / room).rglob("*.py")
        if re.search("spark", path.read_text(), re.IGNORECASE)
    }
    assert knowing <= THE_STEP
    assert {"warehouse/build.py", "warehouse/spark/build.py"} <= knowing


def test_each_macro_of_an_engine_has_its_other_side() -> None:
    folder = REPOSITORY / "dbt_project" / "macros" / "engine"
    for path in folder.glob("*.sql"):
        text = path.read_text()
        dispatched = set(re.findall(r"adapter\.dispatch\('(\w+)'", text))
        for name in dispatched:
            assert f"macro default__{name}(" in text, f"{path.name}: DuckDB's own"
        spark = set(re.findall(r"macro spark__(\w+)\(", text))
        assert dispatched <= spark, f"{path.name}: Spark's own"


@pytest.fixture(scope="module")
def compiled_for_duckdb(
    tmp_path_factory: pytest.TempPathFactory, small_raw: Market
) -> dict[str, str]:
    """Name and SQL of every model, as DuckDB is given it."""
    own = small_raw.copied(tmp_path_factory.mktemp("compiled"))
    script = own.folder / "compile_models.py"
    script.write_text(COMPILE)
    done = own.run_script(script, own.dataset, "resource_type:model")
    assert done.returncode == 0, done.stdout[-6000:]
    folder = own.target / "compiled" / "factorhouse" / "dbt_project" / "models"
    models = [path for path in folder.rglob("*.sql") if ".yml" not in path.as_posix()]
    return {path.stem: path.read_text() for path in models}


def test_both_engines_read_every_model(
    compiled_for_duckdb: dict[str, str],
    tmp_path: Path,
    spark_python: Path,
    spark_settings: dict[str, str],
) -> None:
    script = tmp_path / "compile_for_spark.py"
    script.write_text(COMPILE_FOR_SPARK)
    done = subprocess.run(
        [spark_python, script, REPOSITORY, tmp_path, *sorted(LOCAL)],
        cwd=tmp_path,
        env={**os.environ, **spark_settings, "DBT_LOG_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads((tmp_path / "said.json").read_text())
    assert {name: error for name, error in said.items() if error} == {}
    assert said.keys() <= compiled_for_duckdb.keys()
    assert len(said) > 185 and len(compiled_for_duckdb) - len(said) < 10
    for name, sql in compiled_for_duckdb.items():
        assert len(duckdb.extract_statements(sql)) == 1, name
