"""dbt's page shows the SQL that the last build ran, while the project is still that one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.builds import Market


def page_manifest(market: Market) -> dict:
    """What dbt's page was made from."""
    return json.loads((market.target / "docs" / "manifest.json").read_text())


def sql_of(manifest: dict) -> dict[str, str | None]:
    """The compiled SQL of models and tests; not of the ledger, which reads what it was before."""
    return {
        name: node.get("compiled_code")
        for name, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "test") and node["name"] != "trials"
    }


def test_the_page_shows_the_sql_of_the_build_as_dbt_compiles_it(
    small_market: Market, tmp_path: Path
) -> None:
    market = small_market.copied(tmp_path)
    record = small_market.path.with_name(f".{small_market.name}.build.json")
    shutil.copy(record, market.path.parent)
    shutil.copytree(small_market.target, market.target, dirs_exist_ok=True)
    market.run("warehouse", "docs", market.dataset)
    built = page_manifest(market)
    # dbt notes what it compiles.
    assert not (market.target / "docs" / "run_results.json").exists()
    page = (market.outputs / "docs" / "index.html").read_text()
    sql = sql_of(built)["model.factorhouse.momentum"]
    assert "var('sessions')" not in sql
    assert json.dumps(sql)[1:200] in page

    (market.target / "run_results.json").unlink()
    market.run("warehouse", "docs", market.dataset)
    assert (market.target / "docs" / "run_results.json").exists()
    assert len(sql_of(built)) > 400
    assert sql_of(built) == sql_of(page_manifest(market))

    shutil.copy(small_market.target / "run_results.json", market.target)
    (market.target / "docs" / "run_results.json").unlink()
    written = json.loads(record.read_text())
    (market.path.parent / record.name).write_text(json.dumps({**written, "project": "another"}))
    market.run("warehouse", "docs", market.dataset)
    assert (market.target / "docs" / "run_results.json").exists()
