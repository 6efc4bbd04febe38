"""Processes beside a report."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys

import pytest

from reports import processes
from tests.builds import REPOSITORY


def test_what_the_others_are_copies_of_can_be_loaded() -> None:
    """A broken import there would be passed over: every copy would load all for itself."""
    done = subprocess.run([sys.executable, "-c", "import reports.preloaded"], cwd=REPOSITORY)
    assert done.returncode == 0


def test_one_core_does_it_here_and_loads_nothing_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "n_processes", lambda: 1)
    monkeypatch.setattr(processes.forkserver, "ensure_running", lambda: pytest.fail("was begun"))
    processes.begin_loading()
    with processes.side_by_side() as start:
        assert start(multiprocessing.current_process).result() is multiprocessing.current_process()


def test_where_processes_cannot_be_copied_they_are_spawned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "n_processes", lambda: 2)
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    monkeypatch.setattr(processes.forkserver, "ensure_running", lambda: pytest.fail("was begun"))
    processes.begin_loading()
    assert processes.processes().get_start_method() == "spawn"


def test_cores_are_counted_where_a_system_does_not_say_which_are_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr("os.sched_getaffinity", raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: None)
    assert processes.n_processes() == 1
