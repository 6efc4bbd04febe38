"""Copies a large file past the page cache, which keeps the file that is worked on."""

from __future__ import annotations

import errno
import fcntl
import mmap
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from io import FileIO
from pathlib import Path
from queue import SimpleQueue

PIECE = 2 * 2**20  # bytes
AT_A_TIME = 3  # pieces: while one is written another is read
ALIGNED = 4096  # a disk without a cache before it takes a multiple of so many bytes
ASKED_EVERY = 256 * 2**10  # bytes: a block of DuckDB's


def copy_whole(source: Path, target: Path) -> None:
    """Copy a file to a new one; through the page cache where system or disk know no other way.

    The source stays open meanwhile: a process that closes a file gives up its locks on it, also
    those that DuckDB holds.

    Raises
    ------
    OSError : the source cannot be read, or the target not written whole.
    """
    with ExitStack() as opened:
        read = opened.enter_context(source.open("rb", buffering=0))
        if hasattr(os, "O_DIRECT"):
            try:
                copy_directly(read, target, opened)
                return
            except OSError as error:
                if error.errno != errno.EINVAL:
                    raise
        with target.open("wb") as written:
            shutil.copyfileobj(read, written, PIECE)


def copy_directly(read: FileIO, target: Path, opened: ExitStack) -> None:
    """Copy an open file past the cache; pieces that the cache seems to have are read from there.

    Raises
    ------
    OSError : as of `copy_whole`; of errno EINVAL where the file system has no such way.
    """
    past_cache = os.open(read.name, os.O_RDONLY | os.O_DIRECT)
    opened.callback(os.close, past_cache)
    os.posix_fadvise(read.fileno(), 0, 0, os.POSIX_FADV_RANDOM)  # nothing is read ahead into it
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
                ways = [past_cache]
                if seems_cached(read.fileno(), first, len(piece)):
                    ways.insert(0, read.fileno())
                if not any(os.preadv(way, [piece], first) == len(piece) for way in ways):
                    raise OSError(errno.EIO, "was not read whole", read.name)
                written = 0
                while written < len(piece):
                    written += os.pwrite(number, piece[written:], first + written)
        finally:
            buffers.put(buffer)

    with open(number, "wb", buffering=0), ThreadPoolExecutor(AT_A_TIME) as pool:
        for _ in pool.map(copy_piece, range(0, end, PIECE)):
            pass
        fcntl.fcntl(number, fcntl.F_SETFL, flags)
        os.pwrite(number, os.pread(read.fileno(), n_bytes - end, end), end)
        if os.fstat(number).st_size != n_bytes:
            raise OSError(errno.EIO, "was not written whole", str(target))


def seems_cached(number: int, first: int, n_bytes: int) -> bool:
    """Whether the page cache has one page of each `ASKED_EVERY` of a piece of a file.

    The system begins to read what it is asked for and does not have, though nobody waits for it:
    asked for the whole piece, it would read that a second time.
    """
    page = bytearray(ALIGNED)
    try:
        return all(
            os.preadv(number, [page], at, os.RWF_NOWAIT) == ALIGNED
            for at in range(first, first + n_bytes, ASKED_EVERY)
        )
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EOPNOTSUPP):
            return False
        raise
