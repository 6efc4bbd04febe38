"""A source is one module and one staging model: outcomes, exit code and prices follow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import yaml

from tests.builds import Market, copied_project
from tests.upstreams.loopback import Loopback, Request, Response, as_json

MODULE = '''\
"""Quotes of the toy exchange."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import pyarrow as pa
import requests

from ingest.fetching import Limits, NotFoundError, UnavailableError, fetch_items
from ingest.sources import Batch, Item, Job, Part

LIMITS = Limits(workers=2, requests_per_second=50.0)
ADDRESS = "https://quotes.toy.example/daily"


def fetch(job: Job) -> Iterator[Batch | Part]:
    """Bars of the symbols under ``symbols:``; volume is in lots of 100 shares."""
    listings = [
        {"symbol": symbol, "asset_class": "equity", "venue": "XNYS", "currency": "USD"}
        for symbol in job.options["symbols"]
    ]
    yield Batch("universe", pa.Table.from_pylist(listings), "toy exchange")
    yield from fetch_items(
        job,
        [Item(symbol, "prices", symbol) for symbol in job.options["symbols"]],
        fetch_one,
        limits=LIMITS.changed_by(job.options),
        classify=classify,
        overlap_days=5,
    )


def fetch_one(item: Item, since: date | None, call) -> Sequence[Batch]:
    """The bars of one symbol."""

    def answer() -> list[dict]:
        asked = {"symbol": item.name, "since": since}
        response = requests.get(ADDRESS, params=asked, timeout=LIMITS.timeout_seconds)
        response.raise_for_status()
        return response.json()

    fixed = {"symbol": item.symbol, "currency": "USD", "price_basis": "as_traded"}
    rows = [{**row, **fixed} for row in call(answer)]
    return [Batch("prices", pa.Table.from_pylist(rows), f"toy exchange, {item.name}")]


def classify(error: Exception) -> Exception:
    """A status of 404 is a symbol nobody knows."""
    if isinstance(error, requests.HTTPError) and error.response.status_code == 404:
        return NotFoundError(f"the toy exchange does not know it: {error}")
    return UnavailableError(str(error)) if isinstance(error, requests.RequestException) else error
'''
STAGING = """\
{# Bars of the toy exchange, volume in shares: it counts lots of 100. #}
with

prices as (

    select * from {{ source('raw', 'prices') }}

),

in_shares as (

    select
        prices.symbol,
        prices.bar_date,
        prices.close,
        prices.volume * 100 as volume

    from prices

    where prices.source = 'toy'

)

select * from in_shares
"""
DAYS = ("2013-12-31", "2014-01-02", "2014-01-03")


class ToyExchange:
    """Knows AAA alone."""

    hosts: Sequence[str] = ("quotes.toy.example",)

    def answer(self, request: Request) -> Response:
        if request.query["symbol"] != "AAA":
            return Response(b"unknown", 404, "text/plain")
        since = request.query.get("since", "")
        rows = [
            {"bar_date": day, "close": 10.0 + number, "volume": 7.0}
            for number, day in enumerate(DAYS)
            if day >= since
        ]
        return as_json(rows)


def test_a_source_is_one_module_and_one_staging_model(small_raw: Market, tmp_path: Path) -> None:
    project = copied_project(tmp_path / "project")
    before = set(project.rglob("*"))
    (project / "ingest" / "sources" / "toy.py").write_text(MODULE)
    staging = project / "dbt_project" / "models" / "staging" / "stg_toy__prices.sql"
    staging.write_text(STAGING)
    assert len(set(project.rglob("*")) - before) == 2

    document = yaml.safe_load(Path(small_raw.dataset).read_text())
    document["sources"] = [{"source": "toy", "symbols": ["AAA", "ZZZ"]}]
    dataset = tmp_path / "with_toy.yml"
    dataset.write_text(yaml.safe_dump(document))
    own = small_raw.copied(tmp_path / "market", dataset=dataset, project=project)
    with Loopback(tmp_path / "certificate", ToyExchange()) as upstream:
        own.settings.update(upstream.environment)
        first = own.run("ingest", own.dataset, check=False)
        again = own.run("ingest", own.dataset, "--update", check=False)
        asked = {(seen.query["symbol"], seen.query.get("since")) for seen in upstream.requests}
    assert (first.returncode, again.returncode) == (3, 3), first.stdout + again.stdout
    assert "not_found" in first.stdout
    assert "ZZZ" in first.stdout
    assert asked == {("AAA", None), ("ZZZ", None), ("AAA", "2013-12-29")}

    own.build("--select", "stg_toy__prices +stg_raw__prices")
    with duckdb.connect(str(own.path), read_only=True) as connection:
        outcomes = connection.execute(
            "select run_id, item, outcome, n_rows from raw.fetch_log order by all"
        ).fetchall()
        staged = connection.execute("from staging.stg_toy__prices order by bar_date").fetchall()
        prices = connection.execute(
            "select symbol, cast(bar_date as varchar), close from staging.stg_raw__prices "
            "where source = 'toy' order by bar_date"
        ).fetchall()
    assert outcomes == [
        (1, "AAA", "ok", 3),
        (1, "ZZZ", "not_found", 0),
        (2, "AAA", "ok", 3),
        (2, "ZZZ", "not_found", 0),
    ]
    assert prices == [("AAA", day, 10.0 + number) for number, day in enumerate(DAYS)]
    assert [(row[0], str(row[1]), *row[2:]) for row in staged] == [(*row, 700.0) for row in prices]
