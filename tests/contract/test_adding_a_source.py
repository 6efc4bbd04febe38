"""A source is one module and one staging model, added as docs/add_a_source.md says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import duckdb
import yaml

from tests.builds import REPOSITORY, Market, copied_project
from tests.upstreams.loopback import Loopback, Request, Response, as_json

PAGE = (REPOSITORY / "docs" / "add_a_source.md").read_text()


def block(kind: str) -> str:
    """The first code block of a kind on the page."""
    return re.findall(rf"```{re.escape(kind)}\n(.*?)```", PAGE, re.DOTALL)[0]


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
    (project / "ingest" / "sources" / "toy.py").write_text(block("python"))
    staging = project / "dbt_project" / "models" / "staging" / "stg_toy__prices.sql"
    staging.write_text(block("sql+jinja"))
    assert len(set(project.rglob("*")) - before) == 2

    document = yaml.safe_load(Path(small_raw.dataset).read_text())
    document["sources"] = yaml.safe_load(block("yaml"))["sources"]
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
