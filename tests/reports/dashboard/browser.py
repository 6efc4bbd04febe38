"""A real Chromium on a real server, for tests that look at the dashboard as people do."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.builds import Market

QUIET = '[data-testid="stApp"][data-test-script-state="notRunning"]'


def chromium() -> str:
    """The browser, else the test is skipped: none is ever downloaded."""
    found = os.environ.get("FACTORHOUSE_CHROMIUM") or shutil.which("chromium") or ""
    if not found or not Path(found).exists():
        pytest.skip("needs Chromium: apt-get install chromium (or FACTORHOUSE_CHROMIUM=path)")
    return found


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(market: Market) -> Iterator[str]:
    """The address of the market's dashboard, as `make dashboard` starts it."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "reports", "dashboard", market.dataset, "--port", str(port)],
        cwd=market.project,
        env=market.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_for(address: str, process: subprocess.Popen[str], seconds: float = 60) -> None:
    """Wait until the server answers."""
    with httpx.Client(trust_env=False) as client:
        until = time.monotonic() + seconds
        while time.monotonic() < until and process.poll() is None:
            try:
                if client.get(f"{address}/_stcore/health").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.1)
    process.kill()
    raise AssertionError(f"no dashboard at {address}:\n{process.communicate()[0]}")


@dataclass
class Visit:
    """A tab of the browser, and what went wrong in it.

    Attributes
    ----------
    problems : errors on the console and in scripts.
    hosts : whom the page asked for anything.
    """

    tab: Any
    problems: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.tab.on("console", lambda said: self.note(said) if said.type == "error" else None)
        self.tab.on("pageerror", lambda error: self.problems.append(str(error)))
        self.tab.on("request", lambda request: self.hosts.add(urlsplit(request.url).hostname or ""))

    def note(self, said: Any) -> None:
        """An error of the console; Streamlit asks for its settings below the page's path first."""
        if "/_stcore/" not in said.location.get("url", ""):
            self.problems.append(f"{said.text} {said.location}")

    def settle(self, title: str) -> None:
        """Wait until a page of that title has run, and see that it shows no error."""
        self.tab.get_by_role("heading", name=title, exact=True, level=1).wait_for(timeout=30_000)
        self.tab.locator(QUIET).wait_for(timeout=30_000)
        for sign in ("stException", "stAlertContentError"):
            assert self.tab.get_by_test_id(sign).count() == 0, f"{title} shows an error"

    def text(self) -> str:
        """What the main part of the page says."""
        return self.tab.get_by_test_id("stMain").inner_text()


@contextmanager
def visiting(address: str, **options: Any) -> Iterator[Visit]:
    """A tab at an address."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        try:
            tab = browser.new_page(viewport={"width": 1400, "height": 1000}, **options)
            visit = Visit(tab)
            tab.goto(address)
            yield visit
        finally:
            browser.close()
