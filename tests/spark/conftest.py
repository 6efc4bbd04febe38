"""What builds by Spark need: Java and an environment with pyspark, else they are skipped."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from filelock import FileLock

from tests.benchmarks.qlib_features import environment_python
from tests.builds import REPOSITORY
from tests.conftest import shared_folder
from warehouse.files import WarehouseError
from warehouse.spark.environment import java_home

LOCK = REPOSITORY / "requirements-spark.lock"


@pytest.fixture(scope="session")
def spark_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python with pyspark: FACTORHOUSE_SPARK_ENVIRONMENT, .venv-spark, else made from the lock.

    Where there is no Java that Spark runs on, the test is skipped and says so.
    """
    try:
        java_home()
    except WarehouseError as error:
        pytest.skip(str(error))
    given = os.environ.get("FACTORHOUSE_SPARK_ENVIRONMENT")
    made = REPOSITORY / ".venv-spark"
    if given:
        return Path(given) / "bin" / "python"
    if (made / ".installed").exists() and is_newer(made / ".installed", LOCK):
        return made / "bin" / "python"
    with FileLock(str(shared_folder(tmp_path_factory) / "spark_environment.lock")):
        return environment_python("spark_env", LOCK)


def is_newer(one: Path, other: Path) -> bool:
    return one.stat().st_mtime >= other.stat().st_mtime


@pytest.fixture(scope="session")
def spark_settings(spark_python: Path) -> dict[str, str]:
    """The environment variables of a build by Spark on loopback.

    Java compiles its code but once and lightly: a small market is done before more would pay.
    """
    light = "extraJavaOptions=-XX:TieredStopAtLevel=1"
    return {
        "FACTORHOUSE_SPARK_SETTINGS": f"spark.driver.{light} spark.executor.{light}",
        "FACTORHOUSE_SPARK_ENVIRONMENT": str(spark_python.parent.parent),
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
