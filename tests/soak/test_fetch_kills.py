"""Twenty kills at random moments of a fetch: nothing is lost, nothing lands twice."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb
import yaml

from tests.builds import Market
from tests.upstreams.loopback import Loopback, Request, Response
from tests.upstreams.yahoo import YahooUpstream, instant, sessions, small_market

N_KILLS, N_SYMBOLS = 20, 60
DAYS = sessions(date(2023, 1, 3), date(2024, 3, 14))
NOW = instant(DAYS[-1])
TABLES = ("universe", "prices", "corporate_actions")
HEADER = "symbol,name,sector,venue,country,currency,asset_kind"


class SlowYahoo(YahooUpstream):
    """Takes its time over each answer, so that kills find some under way."""

    def answer(self, request: Request) -> Response:
        time.sleep(0.03)
        return super().answer(request)


def yahoo_market(folder: Path, environment: Mapping[str, str]) -> Market:
    """A dataset of the small market at Yahoo, in a folder of its own."""
    folder.mkdir()
    rows = [f"T{number:03d},Name,Energy,XNYS,US,USD,stock" for number in range(N_SYMBOLS)]
    (folder / "shares.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    fetching = {"requests_per_second": 40.0, "timeout_seconds": 20}
    entry = {"source": "yahoo", "universe": ["shares.csv"], "fetching": fetching}
    document = {"name": "killed", "base_currency": "USD", "sources": [entry]}
    (folder / "killed.yml").write_text(yaml.safe_dump(document))
    return Market(folder, str(folder / "killed.yml"), "killed", settings=dict(environment))


def arguments(market: Market) -> list[str]:
    return ["ingest", market.dataset, "--now", NOW.isoformat()]


def killed_after(
    market: Market, loopback: Loopback, n_requests: int, seconds: float, *, in_landing: bool
) -> bool:
    """Start a fetch and kill it so long after so many requests; whether it was still running.

    Parameters
    ----------
    in_landing : the time counts from the next writing into the work file after those requests.
    """
    seen = len(loopback.requests)
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments(market)],
        cwd=market.project,
        env=market.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while len(loopback.requests) - seen < n_requests and process.poll() is None:
        time.sleep(0.002)
    written = log_size(market)
    while in_landing and log_size(market) == written and process.poll() is None:
        time.sleep(0.001)
    time.sleep(seconds)
    was_running = process.poll() is None
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return was_running


def log_size(market: Market) -> int:
    """Bytes in the log of the work file, which grows as a transaction ends."""
    log = market.path.with_name(market.path.name + ".wal")
    try:
        return log.stat().st_size
    except FileNotFoundError:
        return 0


def raw_rows(path: Path) -> dict[str, list[tuple]]:
    """Every raw row but its load, by table, as text."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return {
            table: connection.execute(
                "select cast(kept as varchar) "
                f"from (select * exclude (load_id) from raw.{table}) as kept order by all"
            ).fetchall()
            for table in TABLES
        }


def check_nothing_half_landed(path: Path) -> int:
    """Each symbol has all its bars and its outcome, or neither. Returns how many have."""
    if not path.exists():
        return 0
    with duckdb.connect(str(path)) as connection:
        if not connection.execute("from duckdb_tables() where table_name = 'prices'").fetchall():
            return 0
        landed = connection.execute("select symbol, count(*) from raw.prices group by symbol")
        n_bars = dict(landed.fetchall())
        answered = connection.execute("select item from raw.fetch_log where outcome = 'ok'")
        assert set(n_bars) == {row[0] for row in answered.fetchall()}
    assert set(n_bars.values()) <= {len(DAYS)}
    return len(n_bars)


def test_twenty_kills_of_a_fetch_change_nothing(tmp_path: Path) -> None:
    upstream = SlowYahoo(small_market(N_SYMBOLS, DAYS), now=NOW)
    chance = random.Random(20230103)
    with Loopback(tmp_path / "certificate", upstream) as loopback:
        undisturbed = yahoo_market(tmp_path / "undisturbed", loopback.environment)
        undisturbed.run(*arguments(undisturbed))

        killed, progress, n_running = None, [], 0
        for number in range(N_KILLS):
            if number % 5 == 0:  # from nothing again, since each run gets further than the last
                folder = tmp_path / f"killed_{number}"
                killed = yahoo_market(folder, loopback.environment)
            in_landing = number % 2 == 0
            n_requests = chance.choice((0, 41)) if in_landing else chance.randrange(N_SYMBOLS)
            seconds = chance.uniform(0, 0.05 if in_landing else 0.6)
            n_running += killed_after(killed, loopback, n_requests, seconds, in_landing=in_landing)
            progress.append(check_nothing_half_landed(killed.path))
            if number % 5 == 4:
                killed.run(*arguments(killed))
                assert raw_rows(killed.path) == raw_rows(undisturbed.path)
                check_the_log(killed.path)
    assert n_running >= N_KILLS // 2
    assert len([n for n in progress if 0 < n < N_SYMBOLS]) > 0, progress


def check_the_log(path: Path) -> None:
    """Each item was answered once or more, in runs that ended, the last of them of all items."""
    with duckdb.connect(str(path), read_only=True) as connection:
        answered = connection.execute(
            "select item, count(*) from raw.fetch_log where outcome = 'ok' group by item"
        ).fetchall()
        assert len(answered) == N_SYMBOLS
        twice = connection.execute(
            "select run_id, item from raw.fetch_log group by all having count(*) > 1"
        ).fetchall()
        assert twice == []
        runs = connection.execute("select run_id, n_items from raw.fetch_runs").fetchall()
        assert {n_items for _, n_items in runs} == {N_SYMBOLS}
        newest = connection.execute("select max(run_id) from raw.fetch_log").fetchall()[0][0]
        assert newest in {run_id for run_id, _ in runs}
