"""Processes of fits end with the one that started them, killed or not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import joblib
import pytest
from tqdm import tqdm

from models_ml.processes import ALL_CORES, Processes
from tests.builds import REPOSITORY

PARENT = """
import sys
from models_ml.processes import Processes
from tests.models_ml.test_processes import write_and_wait

keys = [(0,), (1,)]
with Processes(2) as processes:
    processes.run(
        {key: (write_and_wait, sys.argv[1], 600) for key in keys},
        dict.fromkeys(keys, 1),
        dict.fromkeys(keys, ""),
        "waiting",
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


def ran(processes: Processes, folder: Path, n_tasks: int) -> set[int]:
    """The processes that some tasks ran in."""
    keys = [(number,) for number in range(n_tasks)]
    tasks = {key: (write_and_wait, str(folder), 0.3) for key in keys}
    found = processes.run(tasks, dict.fromkeys(keys, 1), dict.fromkeys(keys, ""), "tasks")
    return set(found.values())


def test_one_process_is_this_one(tmp_path: Path) -> None:
    with Processes(1) as processes:
        processes.start(1, write_and_wait, str(tmp_path), 0)
        assert not list(tmp_path.iterdir())
        assert ran(processes, tmp_path, 2) == {os.getpid()}


def test_a_second_run_finds_the_processes_of_the_first(tmp_path: Path) -> None:
    with Processes(2) as processes:
        processes.start(1, write_and_wait, str(tmp_path), 0.3)
        first, second = (ran(processes, tmp_path, 6) for _ in range(2))
        workers = {int(path.name) for path in tmp_path.iterdir()}
        assert first == second == workers
        assert len(workers) == 2
        assert os.getpid() not in workers
    assert wait_until(lambda: not any(is_running(worker) for worker in workers))


def test_all_cores_are_said_to_be_busy_until_fewer_tasks_are_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joblib, "cpu_count", lambda: 2)
    seen = []
    monkeypatch.setattr(tqdm, "update", lambda *_: seen.append(ALL_CORES.is_set()))
    with Processes(2) as processes:
        ran(processes, tmp_path, 4)
        assert not ALL_CORES.is_set()
    assert seen == [False, True, True, False]
