"""Holds one Spark session and does what it is told over a pipe: dbt runs, tables, files.

A program of its own, for an environment of its own (requirements-spark.lock), so that it imports
nothing of the project. Each line of its input is a JSON object whose "do" names a function below;
each line of its output one too: "started" or "finished" models, then "answer" or "failed".
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
import time
import warnings
from typing import Any

FIRST_EXECUTOR_SECONDS = 120
said = threading.Lock()
session: Any = None
manifest: Any = None


def say(**words: Any) -> None:
    """One line of output."""
    with said:
        print(json.dumps(words, default=str), file=out, flush=True)


def open_session(settings: dict[str, str]) -> dict[str, Any]:
    """Open the one session, which dbt-spark then finds; its version and number of cores."""
    global session
    from pyspark.sql import SparkSession

    builder = SparkSession.builder
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    keep_settings()
    context = session.sparkContext
    context.setLogLevel("ERROR")
    if not context.master.startswith("local"):
        wait_for_executor(context)
    cores = max(context.defaultParallelism, 2)
    if "spark.sql.shuffle.partitions" not in settings:
        session.conf.set("spark.sql.shuffle.partitions", str(2 * cores))
    return {"version": session.version, "cores": cores}


def keep_settings() -> None:
    """Let dbt-spark use the session as it is: it would turn ANSI off with each statement."""
    from dbt.adapters.spark.session import Connection, Cursor

    Connection.cursor = lambda self: Cursor()


def wait_for_executor(context: Any) -> None:
    """Wait until the cluster gives one; without any, jobs would wait for ever."""
    until = time.monotonic() + FIRST_EXECUTOR_SECONDS
    while context._jsc.sc().getExecutorMemoryStatus().size() < 2:
        if time.monotonic() > until:
            raise RuntimeError(
                f"the master took the application, but gave it no executor in "
                f"{FIRST_EXECUTOR_SECONDS} s: no worker is alive, or none has the cores and memory "
                f"asked for (spark.executor.memory, spark.executor.cores)"
            )
        time.sleep(0.2)


def register(relation: str, location: str) -> None:
    """Make Parquet files known as a table."""
    schema = relation.split(".")[0]
    session.sql(f"create schema if not exists {schema}")
    session.sql(f"create table {relation} using parquet location '{location}'")
    if any(column.isPartition for column in session.catalog.listColumns(relation)):
        session.catalog.recoverPartitions(relation)


def parse(arguments: list[str]) -> None:
    """Read the project for Spark."""
    global manifest
    result = invoke(["parse", "--no-write-json", *arguments])
    manifest = result.result


def run(chosen: list[str], arguments: list[str]) -> list[dict[str, Any]]:
    """Run the chosen models; each with its name, status, message and seconds."""
    result = invoke(["run", "--no-populate-cache", *arguments, "--select", *chosen])
    return [
        {
            "name": each.node.name,
            "status": str(each.status),
            "message": str(each.message),
            "seconds": each.execution_time,
        }
        for each in result.result
    ]


def invoke(arguments: list[str]) -> Any:
    """dbt in this process."""
    from dbt.cli.main import dbtRunner

    runner = dbtRunner(manifest=manifest, callbacks=[on_event])
    result = runner.invoke(["--log-level", "none", *arguments, "--target", "spark"])
    if result.exception is not None:
        raise RuntimeError(str(result.exception))
    return result


def on_event(event: Any) -> None:
    """Tell which models start and end."""
    if event.info.name == "LogStartLine":
        say(started=event.data.node_info.node_name)
    elif event.info.name == "NodeFinished":
        say(finished=event.data.node_info.node_name)


def put(local: str, remote: str) -> None:
    """Copy a file or folder of this machine into the cluster's storage."""
    path, files = storage(remote)
    files.copyFromLocalFile(False, True, storage_path(local), path)


def get(remote: str, local: str) -> None:
    """Copy a folder of the cluster's storage to this machine."""
    path, files = storage(remote)
    files.copyToLocalFile(False, path, storage_path(local), True)


def remove(remote: str) -> None:
    """Delete files or folders of the cluster's storage, which may have a pattern as their name."""
    path, files = storage(remote)
    for found in files.globStatus(path) or []:
        files.delete(found.getPath(), True)


def storage(location: str) -> tuple[Any, Any]:
    """A Hadoop path and its file system: hdfs, s3a, or the machine's own."""
    path = storage_path(location)
    return path, path.getFileSystem(session.sparkContext._jsc.hadoopConfiguration())


def storage_path(location: str) -> Any:
    """A Hadoop path."""
    return session.sparkContext._jvm.org.apache.hadoop.fs.Path(location)


TOLD = {each.__name__: each for each in (open_session, register, parse, run, put, get, remove)}


def main() -> None:
    """Do what each line says until there is none."""
    warnings.filterwarnings("ignore")
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL + 1)
    for line in sys.stdin:
        told = json.loads(line)
        try:
            say(answer=TOLD[told.pop("do")](**told))
        except Exception as error:
            say(failed=str(error) or repr(error))
    if session is not None:
        session.stop()


if __name__ == "__main__":
    # What Java and dbt print goes into the log; answers alone go where stdout went.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    main()
