"""Copies a large file past the page cache, which keeps the file that is worked on."""

from __future__ import annotations

import errno
import fcntl
import mmap
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from io import FileIO
from pathlib import Path
from queue import SimpleQueue

PIECE = 8 * 2**20  # bytes
AT_A_TIME = 3  # pieces: while one is written another is read
ALIGNED = 4096  # a disk without a cache before it takes a multiple of so many bytes


def copy_whole(source: Path, target: Path) -> None:
    """Copy a file to a new one; through the page cache where system or disk know no other way.

    The source stays open meanwhile: a process that closes a file gives up its locks on it, also
    those that DuckDB holds.

    Raises
    ------
    OSError : the source cannot be read, or the target not written whole.
    """
    with source.open("rb", buffering=0) as read:
        if hasattr(os, "O_DIRECT"):
            try:
                copy_directly(read, target)
                return
            except OSError as error:
                if error.errno != errno.EINVAL:
                    raise
        with target.open("wb") as written:
            shutil.copyfileobj(read, written, PIECE)


def copy_directly(read: FileIO, target: Path) -> None:
    """Copy an open file, written past the cache; what is read comes through it.

    Raises
    ------
    OSError : as of `copy_whole`; of errno EINVAL where the file system has no such way.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    number = os.open(target, flags | os.O_DIRECT, 0o666)
    n_bytes = os.fstat(read.fileno()).st_size
    end = n_bytes - n_bytes % ALIGNED
    buffers: SimpleQueue[mmap.mmap] = SimpleQueue()
    for _ in range(AT_A_TIME):
        buffers.put(mmap.mmap(-1, PIECE))

    def copy_piece(first: int) -> None:
        buffer = buffers.get()
        try:
            with memoryview(buffer) as whole, whole[: min(PIECE, end - first)] as piece:
                filled = os.preadv(read.fileno(), [piece], first)
                written = 0
                while written < filled:
                    written += os.pwrite(number, piece[written:filled], first + written)
                if filled < len(piece):
                    raise OSError(errno.EIO, "was not read whole", read.name)
        finally:
            buffers.put(buffer)

    with open(number, "wb", buffering=0), ThreadPoolExecutor(AT_A_TIME) as pool:
        for _ in pool.map(copy_piece, range(0, end, PIECE)):
            pass
        fcntl.fcntl(number, fcntl.F_SETFL, flags)
        os.pwrite(number, os.pread(read.fileno(), n_bytes - end, end), end)
        if os.fstat(number).st_size != n_bytes:
            raise OSError(errno.EIO, "was not written whole", str(target))
