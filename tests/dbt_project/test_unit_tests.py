"""The hand-worked unit tests that stand beside the SQL models."""

from __future__ import annotations

import json
from pathlib import Path

from tests.builds import Market

RUN = """
import sys
from ingest.config import load_dataset
from warehouse.build import dbt_variables
from warehouse.dbt_runs import run_dbt

dataset = load_dataset(sys.argv[1])
done = run_dbt(dataset, ["test", "--select", "test_type:unit"], dbt_variables(dataset))
sys.exit(not done.success)
"""


def test_hand_worked_unit_tests_pass(small_market: Market, tmp_path: Path) -> None:
    own = small_market.copied(tmp_path)
    script = tmp_path / "run_unit_tests.py"
    script.write_text(RUN)
    done = own.run_script(script, own.dataset)
    assert done.returncode == 0, done.stdout[-6000:]
    results = json.loads((own.target / "run_results.json").read_text())["results"]
    said = [r["status"] for r in results if r["unique_id"].startswith("unit_test.")]
    assert len(said) >= 63
    assert set(said) == {"pass"}
