"""Python's search for garbage, left out where much is made and nearly all of it kept."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Meanwhile nothing is looked through for garbage that refers to itself.

    What was made is then old at once, so that it is looked through with all else that is old, and
    not by itself as soon as this ends: that would take half a second of a project that was read.
    Not for use where a caller has called ``gc.freeze``, which this undoes.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()
            gc.unfreeze()  # out of the youngest generation into the oldest, unseen
            gc.enable()
