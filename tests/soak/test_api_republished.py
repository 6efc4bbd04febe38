"""A real server under load while its file is published anew: no error, no mix of two builds."""

from __future__ import annotations

import http.client
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import pytest

from tests.builds import Market
from tests.reports.api.conftest import client_of
from tests.reports.api.described import failures
from warehouse.files import DatasetFiles

N_CLIENTS = 16
N_REQUESTS = 10_000
N_PUBLISHED = 20
OTHER_BUILD = """
update prepared.build_info set build_fingerprint = 'f00d' || build_fingerprint[5:];
update seeds.strategies set aum_usd = 2 * aum_usd;
update signals.live_signals set target_weight = target_weight / 2;
update factors.factor_values set raw_value = 2 * raw_value;
update portfolios.target_weights set target_weight = target_weight / 2;
update performance.summary set sharpe = sharpe + 1;
update performance.daily_pnl set nav = 2 * nav;
update factors.factor_registry set paper = 'another ' || paper;
"""
ASKED = (
    "/v1/strategies",
    "/v1/signals?limit=20",
    "/v1/signals?strategy=equity_momentum_long",
    "/v1/signals?limit=500&format=csv",
    "/v1/ranks?score=momentum_12_1&limit=50",
    "/v1/ranks?symbol=US010&format=csv",
    "/v1/weights?limit=100",
    "/v1/weights?strategy=equity_momentum_long&start=2016-01-01&end=2016-12-31",
    "/v1/weights?as_of=2015-06-15&format=csv",
    "/v1/performance",
    "/v1/performance/daily?strategy=equity_momentum_long&start=2017-01-01&limit=100",
    "/v1/factors",
    "/v1/explain/leg?strategy=equity_momentum_long",
    "/v1/explain/factor?symbol=US010&factor=momentum_12_1",
)


@dataclass
class Seen:
    """What one client saw."""

    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    builds: Counter[str] = field(default_factory=Counter)


class Answers:
    """The right answer to each address of each build, from a copy of its file alone."""

    def __init__(self, builds: list[DatasetFiles]) -> None:
        self.bodies: dict[tuple[str, str], bytes] = {}
        for files in builds:
            with client_of(files) as client:
                for path in ASKED:
                    self.keep(client, path)
        for path in self.paths:
            assert len({body for (_, asked), body in self.bodies.items() if asked == path}) == 2

    def keep(self, client: object, path: str) -> None:
        """The answer to an address, and to two pages after it."""
        build = ""
        for _ in range(3):
            answer = client.get(path)  # type: ignore[attr-defined]
            assert answer.status_code == 200, answer.text
            build = answer.headers["X-Factorhouse-Build"]
            self.bodies[build, without_build(path)] = answer.content
            following = re.match("<(.*)>", answer.headers.get("Link", ""))
            if not following:
                return
            path = following[1]

    @property
    def paths(self) -> list[str]:
        return sorted({path for _, path in self.bodies})


def without_build(path: str) -> str:
    return re.sub(r"[?&]build=\w+", "", path)


@contextmanager
def serving(market: Market, folder: Path) -> Iterator[int]:
    """The port of a server on the published file in a folder."""
    process = subprocess.Popen(
        [sys.executable, "-m", "reports", "api", market.dataset, "--port", "0"],
        cwd=market.project,
        env={**market.environment, "FACTORHOUSE_WAREHOUSE_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        match = re.search(r"http://127\.0\.0\.1:(\d+)", process.stdout.readline())
        assert match, process.stdout.read()
        yield int(match[1])
    finally:
        process.terminate()
        process.wait(30)


def publish(build: DatasetFiles, published: Path) -> None:
    """As warehouse.publish does."""
    partial = published.with_name(f".{build.name}.tmp")
    shutil.copyfile(build.published, partial)
    with partial.open("rb+") as written:
        os.fsync(written.fileno())
    os.replace(partial, published)


def ask(port: int, answers: Answers, n_requests: int, seed: int, done: Counter[int]) -> Seen:
    """One client: addresses at random, pages followed, tags remembered."""
    drawn, seen = random.Random(seed), Seen()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    kept: dict[str, tuple[str, str]] = {}
    path = ""
    for _ in range(n_requests):
        path = path or drawn.choice(ASKED)
        tag, tagged_build = kept.get(path, ("", ""))
        began = time.perf_counter()
        connection.request("GET", path, headers={"If-None-Match": tag} if tag else {})
        answer = connection.getresponse()
        body = answer.read()
        seen.seconds.append(time.perf_counter() - began)
        seen.statuses[answer.status] += 1
        done[seed] += 1
        build = answer.headers["X-Factorhouse-Build"]
        following = re.match("<(.*)>", answer.headers.get("Link") or "")
        asked, path = path, ""
        if answer.status == 200:
            seen.builds[build] += 1
            if body != answers.bodies[build, without_build(asked)]:
                seen.wrong.append(f"{asked}: not the rows of {build}")
            if drawn.random() < 0.3:
                kept[asked] = (answer.headers["ETag"], build)
            if following and without_build(following[1]) in answers.paths:
                path = following[1]
        elif answer.status == 304:
            if build != tagged_build:
                seen.wrong.append(f"{asked}: 304 of {build}, asked with a tag of {tagged_build}")
        elif answer.status != 409 or "build=" not in asked:
            seen.wrong.append(f"{asked}: {answer.status} {body[:200]!r}")
    connection.close()
    return seen


@pytest.fixture(scope="module")
def builds(small_market: Market, tmp_path_factory: pytest.TempPathFactory) -> list[DatasetFiles]:
    """The small market, and another build of it whose every answer differs."""
    folder = tmp_path_factory.mktemp("builds")
    files = small_market.files
    other = folder / "other.duckdb"
    shutil.copyfile(files.published, other)
    with duckdb.connect(str(other)) as connection:
        for statement in OTHER_BUILD.strip().split(";\n"):
            connection.execute(statement)
    return [files, replace(files, name="other", published=other)]


def test_every_answer_is_of_one_build_while_twenty_are_published(
    small_market: Market, builds: list[DatasetFiles], tmp_path: Path
) -> None:
    answers = Answers(builds)
    published = tmp_path / small_market.published.name
    publish(builds[0], published)
    done: Counter[int] = Counter()
    n_published = 0
    stop = threading.Event()

    def republish() -> None:
        nonlocal n_published
        while n_published < N_PUBLISHED and not stop.is_set():
            if sum(done.values()) >= (n_published + 1) * N_REQUESTS / (N_PUBLISHED + 1):
                publish(builds[(n_published + 1) % 2], published)
                n_published += 1
            stop.wait(0.01)

    with serving(small_market, tmp_path) as port, ThreadPoolExecutor(N_CLIENTS + 1) as pool:
        publisher = pool.submit(republish)
        began = time.perf_counter()
        clients = [
            pool.submit(ask, port, answers, N_REQUESTS // N_CLIENTS, seed, done)
            for seed in range(N_CLIENTS)
        ]
        try:
            seen = [client.result() for client in clients]
        finally:
            stop.set()
        seconds = time.perf_counter() - began
        publisher.result()

    took = sorted(second for each in seen for second in each.seconds)
    statuses = sum((each.statuses for each in seen), Counter())
    cuts = statistics.quantiles(took, n=100)
    print(
        f"\n{len(took):,} requests by {N_CLIENTS} clients in {seconds:.0f} s "
        f"({len(took) / seconds:.0f} a second), {n_published} publications, statuses "
        f"{dict(statuses)}; latency p50 {1000 * cuts[49]:.0f} ms, p95 {1000 * cuts[94]:.0f} ms, "
        f"p99 {1000 * cuts[98]:.0f} ms, longest {1000 * took[-1]:.0f} ms"
    )
    assert [wrong for each in seen for wrong in each.wrong] == []
    assert n_published == N_PUBLISHED
    assert len(took) == N_REQUESTS
    assert len(sum((each.builds for each in seen), Counter())) == 2
    assert statuses[304] > 100


def test_a_server_refuses_what_is_no_http_and_goes_on(small_market: Market, tmp_path: Path) -> None:
    publish(small_market.files, tmp_path / small_market.published.name)
    with serving(small_market, tmp_path) as port:
        for sent in (
            b"GARBAGE\r\n\r\n",
            b"GET /v1/health HTTP/1.1\r\n\r\n",
            b"GET /v1/health HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
            b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"POST /v1/signals HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\nx",
            b"GET /v1/signals\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"GET http://evil.example/v1/health HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        ):
            answer = sent_raw(port, sent)
            assert re.match(rb"HTTP/1\.1 4\d\d ", answer), (sent[:60], answer[:200])
            assert b"Traceback" not in answer
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/v1/health")
        answer = connection.getresponse()
        assert answer.status == 200
        assert "Server" not in answer.headers
        connection.close()


def sent_raw(port: int, sent: bytes) -> bytes:
    """The first bytes that come back."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):  # it has answered before the end
            connection.sendall(sent)
        return connection.recv(4096)


def test_many_random_requests_find_nothing(small_market: Market) -> None:
    for seed in (2, 3):
        found, sent = failures(small_market, n_examples=100, seed=seed)
        print(f"\nschemathesis, seed {seed}: {sum(sent.values()):,} requests, {dict(sent)}")
        assert not found, "\n".join(found[:10])
