"""Processes beside this one that draw and write: copies of one that has loaded what they need."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import forkserver
from multiprocessing.context import BaseContext
from typing import Any


def begin_loading() -> None:
    """Have another process load what they need, which takes a second, while this one goes on.

    With one core, or where processes cannot be copied, there is nothing to do.
    """
    if n_processes() > 1 and processes().get_start_method() == "forkserver":
        forkserver.ensure_running()


@contextmanager
def side_by_side(is_much: bool = True) -> Iterator[Callable[..., Future]]:
    """How to start a part of the work: if it is much, in a process beside this one."""
    if not is_much or n_processes() == 1:
        yield done_at_once
        return
    with ProcessPoolExecutor(n_processes(), processes(), initializer=gc.freeze) as pool:
        yield pool.submit


def n_processes() -> int:
    """As many as there are cores for this process."""
    has_affinity = hasattr(os, "sched_getaffinity")
    return len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1


def processes() -> BaseContext:
    """How they begin: as copies of one that has loaded what drawing and writing need."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["reports.preloaded"])
    return context


def done_at_once(function: Callable[..., Any], *arguments: Any) -> Future:
    """The result of a function called here and now, as a pool of processes gives it."""
    result: Future = Future()
    result.set_result(function(*arguments))
    return result
