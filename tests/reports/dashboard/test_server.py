"""Starting the dashboard: where it listens, what it refuses, what stands before a first build."""

from __future__ import annotations

import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from reports.dashboard import first_build, server
from reports.dashboard.reading import reader
from reports.errors import ReportsError
from tests.builds import REPOSITORY, Market
from warehouse.files import WarehouseError, dataset_files


@pytest.fixture
def nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing is published."""
    monkeypatch.setenv("FACTORHOUSE_WAREHOUSE_DIR", str(tmp_path))
    monkeypatch.setenv("FACTORHOUSE_DATASET", "demo")
    monkeypatch.delenv("FACTORHOUSE_BUILD_DEMO", raising=False)
    return tmp_path


def test_it_listens_on_this_machine_alone_unless_told(
    nothing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = dataset_files("demo")
    files.published.touch()
    seen: list[tuple[str, int]] = []
    monkeypatch.setattr(server, "run_streamlit", lambda host, port: seen.append((host, port)))
    monkeypatch.setattr(server, "check_free", lambda host, port: None)
    monkeypatch.delenv("FACTORHOUSE_DASHBOARD_ADDRESS", raising=False)
    server.serve(files, 8501)
    monkeypatch.setenv("FACTORHOUSE_DASHBOARD_ADDRESS", "0.0.0.0")
    server.serve(files, 8502)
    server.serve(files, 8503, "127.0.0.2")
    assert seen == [("127.0.0.1", 8501), ("0.0.0.0", 8502), ("127.0.0.2", 8503)]


def test_it_refuses_what_cannot_be_served(nothing: Path) -> None:
    with pytest.raises(WarehouseError, match="make all DATASET=demo"):
        server.serve(dataset_files("demo"), 8501)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ReportsError, match=f"port {port}.*make dashboard PORT={port + 1}"):
            server.check_free("127.0.0.1", port)


def test_the_settings_tell_nobody_and_ask_for_no_address() -> None:
    settings = tomllib.loads((REPOSITORY / ".streamlit" / "config.toml").read_text())
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["server"]["showEmailPrompt"] is False
    assert settings["server"]["headless"] is True


def test_before_a_first_build_it_says_what_to_run(nothing: Path) -> None:
    app = AppTest.from_file(REPOSITORY / "streamlit_app.py", default_timeout=60).run()
    assert not app.exception
    assert "make all DATASET=demo" in app.markdown[0].value
    assert app.button[0].label == "Make the demo market now"


def test_another_dataset_is_never_made_by_itself(
    nothing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTORHOUSE_DATASET", "live")
    monkeypatch.setenv("FACTORHOUSE_BUILD_DEMO", "1")
    app = AppTest.from_file(REPOSITORY / "streamlit_app.py", default_timeout=60).run()
    assert not app.exception and not app.button
    assert "make all DATASET=live" in app.markdown[0].value


def test_a_failed_stage_is_shown_and_stops_the_rest(
    nothing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        first_build, "STAGES", {"Failing": ("reports", "nothing"), "Never": ("reports", "never")}
    )
    app = AppTest.from_file(REPOSITORY / "streamlit_app.py", default_timeout=60).run()
    app.button[0].click().run()
    assert not app.exception
    assert [status.label for status in app.status] == ["Failing failed"]
    assert "No such command 'nothing'" in app.code[-1].value


def test_an_old_file_says_how_to_write_it_anew(nothing: Path) -> None:
    import duckdb

    duckdb.connect(str(nothing / "demo.duckdb")).close()
    app = AppTest.from_file(REPOSITORY / "streamlit_app.py", default_timeout=60).run()
    assert not app.exception
    assert "make build publish DATASET=demo" in app.error[0].value


@pytest.mark.parametrize(("limit", "is_taken"), [("", True), (" ", True), ("plenty", False)])
def test_a_memory_limit_without_sense_is_named_and_an_empty_one_is_none(
    nothing: Path, monkeypatch: pytest.MonkeyPatch, limit: str, is_taken: bool
) -> None:
    reader.clear()
    monkeypatch.setenv("FACTORHOUSE_MEMORY_LIMIT", limit)
    if is_taken:
        assert reader(dataset_files("demo")).settings == {}
    else:
        with pytest.raises(WarehouseError, match=r"FACTORHOUSE_MEMORY_LIMIT: .*'plenty'; give"):
            reader(dataset_files("demo"))
    reader.clear()


@pytest.mark.parametrize("seconds", [60, 0.001])
def test_the_first_page_is_made_before_the_first_visitor(
    small_market: Market, seconds: float
) -> None:
    """Without a warning; where that takes too long, the dashboard starts all the same."""
    read = "reports.queries.frame"
    script = f"""
from unittest import mock
from reports.dashboard import server
import {read.rpartition(".")[0]} as queries
server.LONGEST_FIRST_PAGE = {seconds}
with mock.patch("{read}", wraps=queries.frame) as asked:
    server.preload("127.0.0.1", 8501)
print(asked.call_count)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=REPOSITORY,
        env=small_market.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert int(done.stdout) >= 5 or seconds < 1
