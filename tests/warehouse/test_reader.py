"""A program that stays open sees one build at a time, the newest, and says what is missing."""

from __future__ import annotations

import os
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from warehouse.files import DatasetFiles, WarehouseError, create_database
from warehouse.reader import PublishedReader

N_ROWS = 1000
HEAD = "/proc/self/fd"


def write_build(path: Path, fingerprint: str, value: int) -> Path:
    """A small published file whose rows all name its build."""
    create_database(path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema prepared")
        connection.execute(
            "create table prepared.build_info as select $print as build_fingerprint, 'd' as "
            "data_fingerprint, 's' as settings_fingerprint, 'c' as code_fingerprint, "
            "timestamp '2026-01-01' as known_at, date '2020-01-01' as first_date, "
            "date '2020-12-31' as last_date",
            {"print": fingerprint},
        )
        for table in ("one", "two"):
            connection.execute(
                f"create table prepared.{table} as select $value as value from range({N_ROWS})",
                {"value": value},
            )
        connection.execute("create macro twice(x) as 2 * x")
    return path


def put_in_place(build: Path, files: DatasetFiles) -> None:
    """As publishing does: a copy beside the file, then one rename."""
    partial = files.published.with_name(f".{build.stem}.tmp")
    shutil.copyfile(build, partial)
    os.replace(partial, files.published)


@pytest.fixture
def files(tmp_path: Path) -> DatasetFiles:
    return DatasetFiles(
        name="toy",
        work=tmp_path / "toy.work.duckdb",
        published=tmp_path / "toy.duckdb",
        truth=tmp_path / "toy_truth.json",
        outputs=tmp_path / "outputs",
    )


@pytest.fixture
def builds(tmp_path: Path) -> dict[str, Path]:
    return {
        name: write_build(tmp_path / f"{name}.duckdb", name, value)
        for name, value in (("first", 1), ("second", 2))
    }


def test_each_snapshot_is_of_one_build_while_the_file_is_renamed_under_load(
    files: DatasetFiles, builds: dict[str, Path]
) -> None:
    put_in_place(builds["first"], files)
    reader = PublishedReader(files, threads=2, memory_limit="500MB")
    expected = {"first": 1, "second": 2}
    stop = threading.Event()

    def read() -> tuple[int, set[str]]:
        n_read, seen = 0, set()
        while not stop.is_set():
            with reader.snapshot() as snapshot:
                values = snapshot.connection.execute(
                    "select distinct value from prepared.one union all "
                    "select twice(value) / 2 from prepared.two group by all"
                ).fetchall()
            assert {value for (value,) in values} == {expected[snapshot.build.build_fingerprint]}
            seen.add(snapshot.build.build_fingerprint)
            n_read += 1
        return n_read, seen

    with ThreadPoolExecutor(8) as pool:
        readers = [pool.submit(read) for _ in range(8)]
        try:
            for number in range(40):
                put_in_place(builds[("second", "first")[number % 2]], files)
                newest = ("second", "first")[number % 2]
                with reader.snapshot() as snapshot:
                    assert snapshot.build.build_fingerprint == newest
        finally:
            stop.set()
    results = [done.result() for done in readers]
    assert all(seen == set(expected) for _, seen in results)
    assert sum(n_read for n_read, _ in results) > 100


def test_a_snapshot_keeps_its_build_and_the_old_file_is_let_go_after_its_last(
    files: DatasetFiles, builds: dict[str, Path]
) -> None:
    put_in_place(builds["first"], files)
    reader = PublishedReader(files)
    with reader.snapshot() as old, reader.snapshot() as again:
        put_in_place(builds["second"], files)
        with reader.snapshot() as new:
            assert new.build.build_fingerprint == "second"
            assert new.identity != old.identity
        query = "select max(value) from prepared.two"
        assert old.connection.execute(query).fetchall() == [(1,)]
        assert again.connection.execute(query).fetchall() == [(1,)]
        assert open_handles(files) == {"toy.duckdb", "toy.duckdb (deleted)"}
    assert open_handles(files) == {"toy.duckdb"}
    reader.close()
    assert open_handles(files) == set()


def open_handles(files: DatasetFiles) -> set[str]:
    """Which versions of the published file this process holds open."""
    if not Path(HEAD).exists():
        pytest.skip("needs /proc to see which files are open")
    found = set()
    for handle in Path(HEAD).iterdir():
        try:
            target = os.readlink(handle)
        except FileNotFoundError:
            continue
        if target.startswith(str(files.published)):
            found.add(target.removeprefix(f"{files.published.parent}/"))
    return found


def test_the_file_is_opened_once(files: DatasetFiles, builds: dict[str, Path]) -> None:
    put_in_place(builds["first"], files)
    reader = PublishedReader(files)
    with reader.snapshot() as one, reader.snapshot() as other:
        assert one.build is other.build


@pytest.mark.parametrize(
    "statement",
    [
        "create table prepared.mine as select 1 as x",
        "delete from prepared.one",
        "copy (select 1) to '{folder}/out.csv'",
        "from read_blob('{folder}/second.duckdb')",
        "attach '{folder}/other.duckdb'",
        "set memory_limit = '100GB'",
        "set enable_external_access = true",
        "install httpfs",
    ],
)
def test_a_snapshot_can_change_and_reach_nothing(
    files: DatasetFiles, builds: dict[str, Path], statement: str
) -> None:
    put_in_place(builds["first"], files)
    with (
        PublishedReader(files).snapshot() as snapshot,
        pytest.raises(duckdb.Error, match=r"read-only|disabled|locked|has been"),
    ):
        snapshot.connection.execute(statement.format(folder=files.published.parent))
    assert not (files.published.parent / "out.csv").exists()


def test_settings_and_time_zone_hold_in_each_snapshot(
    files: DatasetFiles, builds: dict[str, Path]
) -> None:
    put_in_place(builds["first"], files)
    with PublishedReader(files, threads=1, memory_limit="300MiB").snapshot() as snapshot:
        assert snapshot.connection.execute(
            "select current_setting('threads'), current_setting('memory_limit'), "
            "current_setting('timezone'), current_database()"
        ).fetchall() == [(1, "300.0 MiB", "UTC", "published")]


@pytest.mark.parametrize("given", ["", "abc", "5", "-1", "10 cats", "80%", "1GB'; drop"])
def test_a_bad_setting_is_not_taken_for_a_damaged_file(files: DatasetFiles, given: str) -> None:
    with pytest.raises(WarehouseError, match=r"memory_limit is .* such as 2GB") as error:
        PublishedReader(files, memory_limit=given)
    assert f"'{given}'" in str(error.value)
    with pytest.raises(WarehouseError, match="threads is 0; give 1 or more"):
        PublishedReader(files, threads=0)


def test_too_little_memory_is_not_taken_for_a_damaged_file(
    files: DatasetFiles, builds: dict[str, Path]
) -> None:
    put_in_place(builds["first"], files)
    reader = PublishedReader(files, memory_limit="1KB")
    said = r"memory_limit is '1KB', too little"
    with pytest.raises(WarehouseError, match=said), reader.snapshot():
        pass


def test_what_is_missing_or_damaged_is_said_with_its_remedy(
    files: DatasetFiles, builds: dict[str, Path]
) -> None:
    reader = PublishedReader(files)

    def refusal() -> str:
        with pytest.raises(WarehouseError) as error, reader.snapshot():
            pass
        return str(error.value)

    assert "make all DATASET=toy" in refusal()
    files.published.write_bytes(b"no database" * 1000)
    assert "make publish DATASET=toy" in refusal()
    whole = builds["first"].read_bytes()
    files.published.write_bytes(whole[: len(whole) // 3])
    assert "DATASET=toy" in refusal()
    put_in_place(builds["first"], files)
    with reader.snapshot() as snapshot:
        assert snapshot.build.build_fingerprint == "first"
    with duckdb.connect(str(builds["second"])) as connection:
        connection.execute("drop table prepared.build_info")
    put_in_place(builds["second"], files)
    assert "make build publish DATASET=toy" in refusal()
    files.published.unlink()
    assert "make all DATASET=toy" in refusal()
    assert open_handles(files) == set()
