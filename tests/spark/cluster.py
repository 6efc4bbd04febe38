"""A standalone Spark cluster on loopback: a master and workers, each a process of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

START_SECONDS = 90
MASTER = "org.apache.spark.deploy.master.Master"
WORKER = "org.apache.spark.deploy.worker.Worker"


@dataclass
class Cluster:
    """A running cluster.

    Attributes
    ----------
    url : what a session is told as its master.
    folder : holds the log of each process.
    """

    url: str
    folder: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def kill_worker(self) -> None:
        """End a worker and its executors at once, as when its machine is gone."""
        process = self.workers.pop()
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def master_said(self) -> str:
        """The log of the master."""
        return (self.folder / "master.log").read_text()


@contextmanager
def running(python: Path, folder: Path, n_workers: int = 2) -> Iterator[Cluster]:
    """A cluster of the pyspark that an environment holds, while the context lasts."""
    home = pyspark_folder(python)
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    cluster = Cluster(f"spark://127.0.0.1:{port}", folder)
    started: list[subprocess.Popen[bytes]] = []
    try:
        address = ["--host", "127.0.0.1", "--webui-port", "0"]
        started.append(start(home, folder / "master.log", MASTER, *address, "--port", str(port)))
        wait_for_port(port, started[0])
        for number in range(n_workers):
            size = ["--cores", "1", "--memory", "1500m", "--work-dir", str(folder / f"w{number}")]
            log = folder / f"worker{number}.log"
            started.append(start(home, log, WORKER, *address, *size, cluster.url))
        cluster.workers = started[1:]
        wait_for_workers(cluster, n_workers)
        yield cluster
    finally:
        for process in started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def pyspark_folder(python: Path) -> Path:
    """Where an environment holds Spark itself."""
    done = subprocess.run(
        [python, "-c", "import pyspark; print(pyspark.__path__[0])"],
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(done.stdout.strip())


def start(home: Path, log: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """A daemon of Spark in a process group of its own."""
    with log.open("wb") as output:
        return subprocess.Popen(
            [str(home / "bin" / "spark-class"), *arguments],
            env={**os.environ, "SPARK_HOME": str(home), "SPARK_DAEMON_MEMORY": "256m"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def free_port() -> int:
    """A port of loopback that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until the master listens."""
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.2)
    raise RuntimeError(f"the master did not start (exit code {process.poll()})")


def wait_for_workers(cluster: Cluster, n_workers: int) -> None:
    """Wait until the master knows all workers."""
    until = time.monotonic() + START_SECONDS
    while cluster.master_said().count("Registering worker") < n_workers:
        if time.monotonic() > until:
            raise RuntimeError(f"not all workers came: {cluster.master_said()[-2000:]}")
        time.sleep(0.2)
