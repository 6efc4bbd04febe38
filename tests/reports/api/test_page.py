"""Every command and program of docs/api.md runs against a real server and does what it says."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import uvicorn

from reports.api import parameters, serve
from reports.api.app import create_app
from reports.api.endpoints import ENDPOINTS
from reports.api.settings import ApiSettings
from reports.errors import ReportsError
from tests.builds import REPOSITORY, Market

PAGE = (REPOSITORY / "docs" / "api.md").read_text()
ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def port(small_market: Market) -> Iterator[int]:
    """A real server on a free loopback port."""
    with serve.listening("127.0.0.1", 0) as listener:
        app = create_app(small_market.files, ApiSettings())
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join(30)


def test_every_curl_of_the_page_answers(port: int, tmp_path: Path) -> None:
    if not shutil.which("curl"):
        pytest.skip("needs curl")
    commands = re.findall(r"^curl .*$", PAGE, re.MULTILINE)
    assert len(commands) >= 10
    for command in commands:
        words = shlex.split(command.replace(ADDRESS, f"http://127.0.0.1:{port}"))
        done = subprocess.run(
            [*words, "--fail", "--noproxy", "*"],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, (command, done.stdout)
        if "-o" in words:
            continue
        if "csv" in command:
            assert len(list(csv.DictReader(io.StringIO(done.stdout)))) > 1, command
        else:
            body = json.loads(done.stdout)
            assert body.get("data") or body.get("status") == "ok" or body.get("openapi"), command
    assert len(json.loads((tmp_path / "strategies.json").read_text())["data"]) > 10
    assert (tmp_path / "strategies.etag").read_text().strip().startswith('"')


def test_what_the_page_explains_is_held_in_the_demo(demo_market: Market) -> None:
    strategy, symbol = re.findall(r"/v1/explain\?strategy=(\w+)&symbol=(\w+)", PAGE)[0]
    with duckdb.connect(str(demo_market.published), read_only=True) as connection:
        held = connection.execute(
            "select symbol from signals.live_signals where strategy = ? and target_weight > 0",
            [strategy],
        ).fetchall()
    assert (symbol,) in held


def test_the_program_of_the_page_reads_every_page(port: int) -> None:
    (program,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", program.replace(ADDRESS, f"http://127.0.0.1:{port}")],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
    )
    assert re.match(r"\d{4} target weights of build [0-9a-f]{8}", done.stdout), done.stdout


def test_the_page_names_every_address_filter_and_setting() -> None:
    table = dict(re.findall(r"^\| (`/v1.*?) \|.*\| (.*?) \|$", PAGE, re.MULTILINE))
    common = set(parameters.Asked.model_fields)
    for endpoint in ENDPOINTS:
        last = endpoint.path.rsplit("/", 1)[1]
        whole = [row for row in table if f"`{endpoint.path}`" in row]
        (row,) = whole or [row for row in table if f"`/{last}`" in row and "explain" in row]
        assert set(table[row].split(", ")) == set(endpoint.asked.model_fields) - common, row
    settings = (REPOSITORY / "reports" / "api" / "settings.py").read_text()
    named = set(re.findall(r'(?:given|above_zero)\("([A-Z_]+)"', settings))
    assert named == set(re.findall(r"`FACTORHOUSE_API_([A-Z_]+)`", PAGE))
    assert f"at most {parameters.MAX_ROWS})" in PAGE


def test_an_address_in_use_is_said(small_market: Market) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ReportsError) as error:
        serve.serve(small_market.files, taken.getsockname()[1], {})
    assert "make api PORT=8001" in str(error.value)
    with pytest.raises(ReportsError), contextlib.closing(serve.listening("256.0.0.1", 0)):
        pass


def test_an_open_address_without_a_key_is_warned_of(small_market: Market) -> None:
    said = serve.said(small_market.files, ApiSettings(host="0.0.0.0"), 8000)
    assert "FACTORHOUSE_API_KEY" in said
    assert "FACTORHOUSE_API_KEY" not in serve.said(small_market.files, ApiSettings(), 8000)
    assert "http://[::1]:5" in serve.said(small_market.files, ApiSettings(host="::1"), 5)
