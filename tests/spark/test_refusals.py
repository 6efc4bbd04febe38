"""What a build by Spark cannot do without is named before anything runs, with the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builds import Market, copied_project
from tests.spark.cluster import free_port
from warehouse.files import WarehouseError
from warehouse.spark import environment
from warehouse.spark.environment import check_master, java_home, spark_python
from warehouse.spark.session import gist
from warehouse.spark.settings import session_settings


def java_that_says(folder: Path, version: str) -> Path:
    """A JAVA_HOME whose java names a version."""
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
    java.chmod(0o755)
    return folder


def test_no_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WarehouseError, match="apt-get install openjdk-17-jre-headless"):
        java_home()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(WarehouseError, match="has no bin/java"):
        java_home()


@pytest.mark.parametrize("version", ["1.8.0_402", "11.0.2", "26"])
def test_a_java_that_spark_does_not_run_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(java_that_says(tmp_path / "java", version)))
    with pytest.raises(WarehouseError, match=rf"is Java {version.split('.')[0]}\. .* 17 or 21"):
        java_home()


@pytest.mark.parametrize("version", ["17.0.15", "21"])
def test_a_java_that_it_runs_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    home = java_that_says(tmp_path / "java", version)
    monkeypatch.setenv("JAVA_HOME", str(home))
    assert java_home() == home


def test_no_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTORHOUSE_SPARK_ENVIRONMENT", str(tmp_path))
    with pytest.raises(WarehouseError, match="make setup ENGINE=spark"):
        spark_python()


def test_a_master_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "ANSWER_SECONDS", 1)
    with pytest.raises(WarehouseError, match=r"No Spark master answers at spark://127\.0\.0\.1"):
        check_master(f"spark://127.0.0.1:{free_port()}")
    with pytest.raises(WarehouseError, match="must be like spark://host:7077"):
        check_master("spark://cluster")
    check_master("local[2]")
    check_master("yarn")


def test_settings_of_the_user_come_last_but_for_what_the_sql_means(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "spark-defaults.conf").write_text(
        "# ours\nspark.executor.memory  4g\nspark.driver.memory=1g\n\n"
        "spark.sql.ansi.enabled false\n"
    )
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    monkeypatch.setenv("FACTORHOUSE_SPARK_SETTINGS", "spark.driver.memory=2g")
    given = session_settings("yarn", "demo", "/tables")
    assert given["spark.executor.memory"] == "4g"
    assert given["spark.driver.memory"] == "2g"
    assert given["spark.sql.ansi.enabled"] == "true"
    for bad in ("executor.memory=4g", "spark.executor.memory", "spark.sql.ansi.enabled=false"):
        monkeypatch.setenv("FACTORHOUSE_SPARK_SETTINGS", bad)
        with pytest.raises(WarehouseError, match="FACTORHOUSE_SPARK_SETTINGS has"):
            session_settings("yarn", "demo", "/tables")


def test_the_gist_of_an_error_is_spark_s_own_line() -> None:
    said = "Runtime Error in model a (models/a.sql)\n  [DIVIDE_BY_ZERO] Division by zero.\n  more"
    assert gist(said) == "[DIVIDE_BY_ZERO] Division by zero."
    assert gist("\n only this \n") == "only this"
    assert gist("") == "it gave no reason"


@pytest.mark.soak
def test_a_failed_model_is_named_and_leaves_what_is_published(
    small_raw: Market, tmp_path: Path, spark_settings: dict[str, str]
) -> None:
    project = copied_project(tmp_path / "project")
    model = project / "dbt_project" / "models" / "prepared" / "fx_daily.sql"
    model.write_text("select cast('no number' || symbol as int) as a from {{ ref('assets') }}\n")
    broken = small_raw.copied(tmp_path / "market", project=str(project))
    broken.settings.update(spark_settings)
    broken.published.write_bytes(b"as it was")
    done = broken.run_script(
        *("-m", "warehouse", "build", broken.dataset, "--models-alone", "--select", "fx_daily"),
        *("--engine", "spark", "--spark-master", "local[1]"),
    )
    assert done.returncode == 2
    assert "Failed: fx_daily: " in done.stdout and "CAST_INVALID_INPUT" in done.stdout
    assert "what is published stays as it was" in done.stdout
    assert broken.published.read_bytes() == b"as it was"
    assert not list((broken.target / "spark" / "files").glob("build-*"))


def test_make_check_refuses_before_anything_runs(
    small_raw: Market, tmp_path: Path, spark_settings: dict[str, str]
) -> None:
    market = small_raw.copied(tmp_path)
    market.settings.update(spark_settings)
    master = f"spark://127.0.0.1:{free_port()}"
    done = market.run(
        *("warehouse", "check", market.dataset, "--engine", "spark", "--spark-master", master),
        check=False,
    )
    assert done.returncode == 2
    assert f"No Spark master answers at {master}" in done.stdout
