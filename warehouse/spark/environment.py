"""Where Java and the environment of Spark are, and whether a master answers; remedies if not."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

from warehouse.files import REPOSITORY, WarehouseError

JAVA_VERSIONS = (17, 21)  # that Spark 4 runs on
ANSWER_SECONDS = 5
STANDALONE = "spark://"


def check_spark(master: str) -> None:
    """Refuse a build by Spark that could not even begin.

    Raises
    ------
    WarehouseError : Java, the environment or the master is not there; with the remedy.
    """
    java_home()
    spark_python()
    check_master(master)


def spark_python() -> Path:
    """The Python of the environment with pyspark: FACTORHOUSE_SPARK_ENVIRONMENT, else .venv-spark.

    Raises
    ------
    WarehouseError : it is not there.
    """
    folder = Path(os.environ.get("FACTORHOUSE_SPARK_ENVIRONMENT") or REPOSITORY / ".venv-spark")
    python = folder / "bin" / "python"
    if not python.exists():
        raise WarehouseError(
            f"{python} does not exist: `make setup ENGINE=spark` makes the environment of Spark "
            "(or set FACTORHOUSE_SPARK_ENVIRONMENT to one that has requirements-spark.lock)."
        )
    return python


def java_home() -> Path:
    """The folder of a Java that Spark runs on: JAVA_HOME, else the ``java`` on the path.

    Raises
    ------
    WarehouseError : there is none, or one of a version that Spark does not run on.
    """
    wanted = " or ".join(map(str, JAVA_VERSIONS))
    remedy = (
        f"Spark needs Java {wanted}: on Debian or Ubuntu, apt-get install openjdk-17-jre-headless; "
        "or set JAVA_HOME."
    )
    given = os.environ.get("JAVA_HOME")
    found = str(Path(given) / "bin" / "java") if given else shutil.which("java")
    if not found or not Path(found).exists():
        where = f"JAVA_HOME is {given}, and has no bin/java" if given else "There is no Java"
        raise WarehouseError(f"{where}. {remedy}")
    done = subprocess.run([found, "-version"], capture_output=True, text=True, timeout=60)
    version = re.search(r'version "(\d+)', done.stderr + done.stdout)
    if not version or int(version[1]) not in JAVA_VERSIONS:
        heard = version[1] if version else (done.stderr.strip() or "nothing")
        raise WarehouseError(f"{found} is Java {heard}. {remedy}")
    return Path(found).resolve().parent.parent


def check_master(master: str) -> None:
    """Refuse a standalone master that does not answer: Spark itself would try for minutes.

    Raises
    ------
    WarehouseError : nothing listens at any of its addresses.
    """
    if not master.startswith(STANDALONE):
        return
    addresses = master.removeprefix(STANDALONE).split(",")
    for address in addresses:
        host, _, port = address.rpartition(":")
        if not host or not port.isdigit():
            raise WarehouseError(
                f"SPARK_MASTER is '{master}'; it must be like spark://host:7077, local[2] or yarn."
            )
        try:
            socket.create_connection((host.strip("[]"), int(port)), ANSWER_SECONDS).close()
            return
        except OSError:
            continue
    raise WarehouseError(
        f"No Spark master answers at {master}. Start one (sbin/start-master.sh, then "
        "sbin/start-worker.sh on each machine), or leave SPARK_MASTER out to run on this machine."
    )
