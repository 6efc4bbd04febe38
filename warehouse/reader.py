"""Follows a dataset's published file for programs that stay open: the dashboard and the API."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path

import duckdb

from warehouse.files import DatasetFiles, WarehouseError, check_settings, open_published


@dataclass(frozen=True)
class BuildInfo:
    """What a published file was made of: the row of ``prepared.build_info``.

    Attributes
    ----------
    build_fingerprint : hash of the three others; equal ones stand for equal builds.
    known_at : UTC without a zone; None where nothing had landed.
    first_date, last_date : days with prices; None where there are none.
    """

    build_fingerprint: str
    data_fingerprint: str
    settings_fingerprint: str
    code_fingerprint: str
    known_at: datetime | None
    first_date: date | None
    last_date: date | None


@dataclass(frozen=True)
class FileIdentity:
    """What tells a published file from the one that takes its name later."""

    device: int
    inode: int
    n_bytes: int
    modified_ns: int

    @classmethod
    def of(cls, path: Path) -> FileIdentity:
        """The identity of the file that bears the name now."""
        stat = path.stat()
        return cls(stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns)


@dataclass(frozen=True)
class Snapshot:
    """One build, as long as the block that asked for it runs.

    Attributes
    ----------
    connection : read-only, of this thread alone; ``published`` is its default database.
    build : what the file was made of.
    identity : of the published file; no two publications share it.
    """

    connection: duckdb.DuckDBPyConnection
    build: BuildInfo
    identity: FileIdentity


@dataclass
class Opened:
    """A published file held open, and how many snapshots of it are in use."""

    identity: FileIdentity
    connection: duckdb.DuckDBPyConnection
    build: BuildInfo
    n_snapshots: int = 0


class PublishedReader:
    """Follows a dataset's published file: each snapshot is of one build, the newest there is.

    Any number of threads may take snapshots side by side. The file is opened once and again only
    after another took its name; the old one is closed when its last snapshot ends.

    Parameters
    ----------
    files : the paths of the dataset.
    threads : of DuckDB, for all snapshots together; default its own choice.
    memory_limit : of DuckDB, such as ``2GB``; default its own choice.

    Raises
    ------
    WarehouseError : a setting that makes no sense.
    """

    def __init__(
        self, files: DatasetFiles, *, threads: int | None = None, memory_limit: str | None = None
    ) -> None:
        self.files = files
        self.settings = {
            name: value
            for name, value in (("threads", threads), ("memory_limit", memory_limit))
            if value is not None
        }
        check_settings(self.settings)
        self._lock = threading.Lock()
        self._current: Opened | None = None

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """The newest published build, the same from the block's begin to its end.

        Raises
        ------
        WarehouseError : nothing is published, or the file is unreadable or of an older version.
        """
        with self._lock:
            opened = self._newest()
            connection = opened.connection.cursor()
            opened.n_snapshots += 1
        try:
            connection.execute("use published")
            yield Snapshot(connection, opened.build, opened.identity)
        finally:
            connection.close()
            with self._lock:
                opened.n_snapshots -= 1
                self._close_if_done(opened)

    def close(self) -> None:
        """Let go of the file; snapshots in use keep it until they end."""
        with self._lock:
            self._replace(None)

    def _newest(self) -> Opened:
        """The file that bears the published name now, opened if it is not."""
        try:
            # Taken before opening: a file renamed in between is seen as new by the next snapshot.
            identity = FileIdentity.of(self.files.published)
        except FileNotFoundError:
            self._replace(None)
            raise self._not_published() from None
        except OSError as error:
            raise WarehouseError(f"{self.files.published} cannot be read: {error}") from error
        if self._current is None or self._current.identity != identity:
            self._replace(self._open(identity))
        assert self._current is not None
        return self._current

    def _open(self, identity: FileIdentity) -> Opened:
        try:
            connection = open_published(self.files, self.settings)
        except duckdb.Error as error:
            if not self.files.published.exists():
                raise self._not_published() from error
            raise WarehouseError(
                f"{self.files.published} cannot be opened: it is damaged or no DuckDB file. "
                f"Write it anew: make publish DATASET={self.files.dataset}. DuckDB says: "
                f"{str(error).splitlines()[0]}"
            ) from error
        try:
            return Opened(identity, connection, self._build_info(connection))
        except BaseException:
            connection.close()
            raise

    def _build_info(self, connection: duckdb.DuckDBPyConnection) -> BuildInfo:
        names = [field.name for field in fields(BuildInfo)]
        try:
            rows = connection.execute(
                f"select {', '.join(names)} from prepared.build_info"
            ).fetchall()
        except duckdb.Error as error:
            raise WarehouseError(
                f"{self.files.published} does not say which build it is of: an older version wrote "
                f"it. Run `make build publish DATASET={self.files.dataset}`. DuckDB says: "
                f"{str(error).splitlines()[0]}"
            ) from error
        if len(rows) != 1:
            raise WarehouseError(
                f"prepared.build_info of {self.files.published} has {len(rows)} rows, not one. Run "
                f"`make build publish DATASET={self.files.dataset}`."
            )
        return BuildInfo(*rows[0])

    def _not_published(self) -> WarehouseError:
        return WarehouseError(
            f"{self.files.published} does not exist yet: run `make all "
            f"DATASET={self.files.dataset}` first."
        )

    def _replace(self, opened: Opened | None) -> None:
        """Make another file the current one; the old one is closed unless snapshots use it."""
        before, self._current = self._current, opened
        if before is not None:
            self._close_if_done(before)

    def _close_if_done(self, opened: Opened) -> None:
        if opened is not self._current and opened.n_snapshots == 0:
            opened.connection.close()
