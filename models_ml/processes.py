"""Runs fits side by side in processes of their own, with a bar over them."""

from __future__ import annotations

import os
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import cache, lru_cache
from typing import Any

import joblib
from joblib.externals.loky import get_reusable_executor
from threadpoolctl import ThreadpoolController
from tqdm import tqdm

# Set while fits keep every core busy: what else is to be done had better wait until they end.
ALL_CORES = threading.Event()

# Fewer rows to learn from, all tasks together, than starting further processes is worth.
FEW_ROWS = 60_000


def wanted_processes(environment: Mapping[str, str]) -> int | None:
    """The number in FACTORHOUSE_JOBS; None, one per core, where it is not set.

    Raises
    ------
    ValueError : it is no whole number from 1.
    """
    given = environment.get("FACTORHOUSE_JOBS", "")
    if not given:
        return None
    if not given.isdecimal() or int(given) < 1:
        raise ValueError(
            f"FACTORHOUSE_JOBS is '{given}'; it must be the number of processes that fit models, "
            "from 1, or unset for one per core."
        )
    return int(given)


class Processes:
    """Those that tasks run in, from the first run that wants further ones to the end of the block.

    Parameters
    ----------
    n_jobs : processes; None takes one per core where there is work for them. One is this one.
    """

    def __init__(self, n_jobs: int | None) -> None:
        self.n_jobs = n_jobs
        self.is_further = False
        self.starting: Iterator[Any] = iter(())

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *_: object) -> None:
        if self.is_further:
            for _ in self.starting:
                pass
            get_reusable_executor().shutdown(wait=True)

    def jobs_for(self, n_rows: int) -> int:
        """How many processes learn from so many rows, all tasks together."""
        return self.n_jobs or (joblib.cpu_count() if n_rows > FEW_ROWS else 1)

    def start(self, n_rows: int, load: Callable[..., Any], *arguments: Any) -> None:
        """Begin to start them for work to come; each calls a function that loads what it needs."""
        jobs = self.jobs_for(n_rows)
        if jobs > 1:
            each = joblib.delayed(keyed)(os.getpid(), (), load, *arguments)
            self.starting, self.is_further = parallel(jobs)([each] * jobs), True

    def run(
        self,
        tasks: Mapping[tuple, tuple],
        sizes: Mapping[tuple, int],
        names: Mapping[tuple, str],
        title: str,
    ) -> dict[tuple, Any]:
        """Results by key of functions with their arguments, the largest first, side by side.

        Parameters
        ----------
        tasks : by key, a function and its arguments.
        sizes : by key, the rows that it learns from, or has work for as many.
        names : by key, what the bar over them says when it is done.
        """
        if not tasks:
            return {}
        jobs = self.jobs_for(sum(sizes.values()))
        self.is_further |= jobs > 1
        ordered = sorted(tasks, key=lambda key: -sizes[key])
        calls = (joblib.delayed(keyed)(os.getpid(), key, *tasks[key]) for key in ordered)
        results: dict[tuple, Any] = {}
        with (
            warnings.catch_warnings(),
            tqdm(total=len(ordered), desc=title, disable=None, leave=False) as progress,
        ):
            # A worker that has grown is replaced by a new one; no task is lost.
            warnings.filterwarnings("ignore", message="A worker stopped while some jobs")
            try:
                for key, result in parallel(jobs)(calls):
                    results[key] = result
                    progress.set_postfix_str(names[key], refresh=False)
                    progress.update()
                    is_full = joblib.cpu_count() <= min(jobs, len(ordered) - len(results))
                    (ALL_CORES.set if is_full else ALL_CORES.clear)()
            finally:
                ALL_CORES.clear()
        return results


def on_one_thread() -> AbstractContextManager[Any]:
    """Meanwhile the libraries that count on several threads by themselves take one."""
    return thread_limits(len(sys.modules)).limit(limits=1)


@lru_cache(maxsize=1)
def thread_limits(n_modules: int) -> ThreadpoolController:
    """Those libraries, looked for again where more modules are loaded: it takes milliseconds."""
    return ThreadpoolController()


def parallel(jobs: int) -> joblib.Parallel:
    """Hands out tasks to that many processes, which it finds running or starts."""
    return joblib.Parallel(
        n_jobs=jobs, backend="loky", return_as="generator_unordered", batch_size=1
    )


def keyed(
    parent: int, key: tuple, function: Callable[..., Any], *arguments: Any
) -> tuple[tuple, Any]:
    """A function's result beside the key it is known by."""
    if os.getpid() != parent:
        end_with(parent)
    return key, function(*arguments)


@cache
def end_with(parent: int) -> None:
    """End this process soon after the one that started it, however that one ended."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
