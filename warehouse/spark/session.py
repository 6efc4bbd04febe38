"""The process that holds the Spark session: told over a pipe, it answers line by line."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from warehouse.files import WarehouseError
from warehouse.spark.environment import java_home, spark_python

PROCESS = Path(__file__).with_name("process.py")
LAST_LINES = 5  # of the log, in a message
STOP_SECONDS = 30


class SparkProcess:
    """A context: the process runs inside it, and its Java with it.

    Parameters
    ----------
    folder : where it runs and keeps its log.
    """

    def __init__(self, folder: Path) -> None:
        python, java = spark_python(), java_home()
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / "spark.log"
        environment = {key: value for key, value in os.environ.items() if key != "SPARK_HOME"}
        environment.pop("FACTORHOUSE_SEEDS", None)  # seeds come as tables; their names suffice
        environment.setdefault("DBT_LOG_PATH", str(folder))
        environment.setdefault("DBT_LOG_LEVEL_FILE", "none")
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [str(python), "-P", str(PROCESS)],  # -P: no module of ours goes before its own
                cwd=folder,
                env={**environment, "JAVA_HOME": str(java), "PYTHONPATH": ""},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def __enter__(self) -> SparkProcess:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.stdin.close()
        try:
            self.process.wait(0 if kind is KeyboardInterrupt else STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def ask(
        self,
        do: str,
        on_event: Callable[[Mapping[str, Any]], None] | None = None,
        **given: Any,
    ) -> Any:
        """What a function of process.py answers.

        Raises
        ------
        WarehouseError : it failed, in Spark's words, or the process ended.
        """
        self.tell(do, **given)
        return self.answer(on_event)

    def tell(self, do: str, **given: Any) -> None:
        """Ask without waiting for the answer."""
        try:
            self.process.stdin.write(json.dumps({"do": do, **given}, default=str) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise self.ended() from None

    def answer(self, on_event: Callable[[Mapping[str, Any]], None] | None = None) -> Any:
        """The next answer that was not yet waited for."""
        for line in self.process.stdout:
            said = json.loads(line)
            if "failed" in said:
                raise WarehouseError(f"Spark: {gist(said['failed'])} (log: {self.log})")
            if "answer" in said:
                return said["answer"]
            if on_event is not None:
                on_event(said)
        raise self.ended()

    def ended(self) -> WarehouseError:
        """The error of a process that ended before its time, with the end of its log."""
        code = self.process.wait()
        last = "\n".join(f"  {line}" for line in self.log.read_text().splitlines()[-LAST_LINES:])
        return WarehouseError(f"Spark's process ended with {code}; {self.log} ends:\n{last}")


def gist(message: str) -> str:
    """What Spark says of an error: from its error class on, one line; else the first line."""
    lines = [line.strip() for line in message.strip().splitlines() if line.strip()]
    # dbt's own heading says no more than which model it was.
    lines = [line for line in lines if not line.startswith("Runtime Error in model")] or lines
    classes = [line for line in lines if line.startswith("[") or ": [" in line]
    return (classes or lines or ["it gave no reason"])[0][:500]
