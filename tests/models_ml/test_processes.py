"""Processes of fits end with the one that started them, killed or not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from models_ml.processes import run
from tests.builds import REPOSITORY

PARENT = """
import sys
from models_ml.processes import run
from tests.models_ml.test_processes import write_and_wait

keys = [(0,), (1,)]
run(
    {key: (write_and_wait, sys.argv[1], 600) for key in keys},
    dict.fromkeys(keys, 1),
    dict.fromkeys(keys, ""),
    "waiting",
    2,
)
"""


def write_and_wait(folder: str, seconds: float) -> int:
    """Leave this process's number in a folder, then wait."""
    Path(folder, str(os.getpid())).touch()
    time.sleep(seconds)
    return os.getpid()


def is_running(process: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until(is_so: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether a condition holds before some seconds are over."""
    end = time.monotonic() + seconds
    while not is_so() and time.monotonic() < end:
        time.sleep(0.1)
    return is_so()


def test_workers_end_when_the_build_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stderr=subprocess.DEVNULL,
    )
    assert wait_until(lambda: len(list(tmp_path.iterdir())) == 2)
    workers = [int(path.name) for path in tmp_path.iterdir()]
    assert parent.pid not in workers
    assert all(is_running(worker) for worker in workers)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert wait_until(lambda: not any(is_running(worker) for worker in workers))


def test_one_process_is_this_one(tmp_path: Path) -> None:
    found = run({(0,): (write_and_wait, str(tmp_path), 0)}, {(0,): 1}, {(0,): ""}, "here", 1)
    assert found == {(0,): os.getpid()}
