"""Files are copied to the byte, past the page cache and through it."""

from __future__ import annotations

import errno
import itertools
import os
from pathlib import Path

import pytest

from warehouse import copying
from warehouse.copying import ALIGNED, PIECE, copy_whole, seems_cached

SIZES = (0, 1, ALIGNED, PIECE, PIECE + ALIGNED, 7 * PIECE + ALIGNED + 7)


@pytest.fixture(params=SIZES)
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A file of some size."""
    path = tmp_path / "source"
    path.write_bytes(os.urandom(request.param))
    return path


@pytest.fixture
def knows_the_way(tmp_path: Path) -> None:
    """Skips where system or disk know no way past the page cache."""
    try:
        os.close(os.open(tmp_path / "tried", os.O_WRONLY | os.O_CREAT | os.O_DIRECT))
    except (AttributeError, OSError):
        pytest.skip("no way past the page cache here")


@pytest.mark.usefixtures("knows_the_way")
@pytest.mark.parametrize("is_cached", [True, False])
def test_a_copy_past_the_cache_is_the_file(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_cached: bool
) -> None:
    if not is_cached:
        with source.open("rb") as read:
            os.fsync(read.fileno())
            os.posix_fadvise(read.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    monkeypatch.delattr(copying.shutil, "copyfileobj")
    target = tmp_path / "target"
    target.write_bytes(b"what was there before, and longer than some of the sources")
    copy_whole(source, target)
    assert target.read_bytes() == source.read_bytes()


@pytest.mark.usefixtures("knows_the_way")
@pytest.mark.parametrize("answers", [[True], [False], [True, False, False]])
def test_it_is_the_file_whatever_the_cache_seems_to_have(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: list[bool]
) -> None:
    asked = itertools.cycle(answers)
    monkeypatch.setattr(copying, "seems_cached", lambda *_: next(asked))
    monkeypatch.delattr(copying.shutil, "copyfileobj")
    copy_whole(source, tmp_path / "target")
    assert (tmp_path / "target").read_bytes() == source.read_bytes()


@pytest.mark.usefixtures("knows_the_way")
def test_what_was_just_written_is_in_the_cache(tmp_path: Path) -> None:
    path = tmp_path / "source"
    path.write_bytes(os.urandom(PIECE))
    with path.open("rb") as read:
        assert seems_cached(read.fileno(), 0, PIECE)


@pytest.mark.parametrize("way", ["no flag of the system", "refused by the disk"])
def test_where_there_is_no_way_past_the_cache_it_goes_through_it(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    if way == "refused by the disk":
        monkeypatch.setattr(copying, "copy_directly", refuse)
    else:
        monkeypatch.delattr(os, "O_DIRECT", raising=False)
    copy_whole(source, tmp_path / "target")
    assert (tmp_path / "target").read_bytes() == source.read_bytes()


@pytest.mark.usefixtures("knows_the_way")
def test_a_disk_that_fills_up_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "source").write_bytes(os.urandom(9 * PIECE))
    written = os.pwrite

    def fill(number: int, piece: memoryview, first: int) -> int:
        if first >= 4 * PIECE:
            raise OSError(errno.ENOSPC, "No space left on device")
        return written(number, piece, first)

    monkeypatch.setattr(os, "pwrite", fill)
    with pytest.raises(OSError, match="No space left"):
        copy_whole(tmp_path / "source", tmp_path / "target")


@pytest.mark.usefixtures("knows_the_way")
def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "source").write_bytes(b"1")
    monkeypatch.setattr(copying, "copy_directly", fill)
    with pytest.raises(OSError, match="No space left"):
        copy_whole(tmp_path / "source", tmp_path / "target")
