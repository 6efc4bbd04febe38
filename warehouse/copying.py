"""Copies a large file past the page cache, which keeps the file that is worked on."""

from __future__ import annotations

import errno
import fcntl
import mmap
import os
import shutil
from pathlib import Path

PIECE = 16 * 2**20  # bytes
ALIGNED = 4096  # a disk without a cache before it takes a multiple of so many bytes


def copy_whole(source: Path, target: Path) -> None:
    """Copy a file to a new one; through the page cache where system or disk know no other way.

    Raises
    ------
    OSError : the source cannot be read, or the target not written whole.
    """
    if hasattr(os, "O_DIRECT"):
        try:
            copy_directly(source, target)
            return
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
    shutil.copyfile(source, target)


def copy_directly(source: Path, target: Path) -> None:
    """Copy a file, written past the cache; what is read comes through it.

    Raises
    ------
    OSError : as of `copy_whole`; of errno EINVAL where the file system has no such way.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    number = os.open(target, flags | os.O_DIRECT, 0o666)
    with (
        open(number, "wb", buffering=0) as written,
        source.open("rb", buffering=0) as read,
        mmap.mmap(-1, PIECE) as piece,
        memoryview(piece) as view,
    ):
        while n_bytes := read.readinto(view):
            if n_bytes % ALIGNED:  # the end of the file
                fcntl.fcntl(number, fcntl.F_SETFL, flags)
            n_written = 0
            while n_written < n_bytes:
                n_written += written.write(view[n_written:n_bytes])
