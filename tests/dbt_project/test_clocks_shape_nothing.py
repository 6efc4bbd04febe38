"""What dbt reads of the project is the same for all clocks, so that it is read once for them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.builds import SMALL_DATASET, market

SCRIPT = """
import json, sys
from pathlib import Path
from ingest.config import load_dataset
from warehouse.build import dbt_variables
from warehouse.clocks import CLOCKS
from warehouse.dbt_runs import invoke, ready, target_folder

SAME = ("depends_on", "config", "columns", "contract", "database", "schema", "relation_name")
SAME += ("description", "given", "expect", "loader", "source_description")
dataset = load_dataset(sys.argv[1])
plain = dbt_variables(dataset)
clocks = dict.fromkeys(CLOCKS, "2016-06-30")
read = []
for variables in (plain, plain | clocks):
    with ready(dataset, target_folder(dataset.name), None):
        done = invoke(["parse", "--no-partial-parse"], variables)
    assert done.success, done.exception
    read_of = done.result
    groups = (read_of.nodes, read_of.unit_tests, read_of.sources, read_of.exposures)
    nodes = {name: node.to_dict() for group in groups for name, node in group.items()}
    read.append({name: [node.get(key) for key in SAME] for name, node in nodes.items()})
Path(sys.argv[2]).write_text(json.dumps(read, default=str))
"""


def test_no_clock_changes_a_node(tmp_path: Path) -> None:
    own = market(tmp_path, SMALL_DATASET)
    script, found = tmp_path / "read.py", tmp_path / "found.json"
    script.write_text(SCRIPT)
    done = own.run_script(script, own.dataset, found)
    assert done.returncode == 0, done.stdout[-3000:]
    plain, other_clocks = json.loads(found.read_text())
    assert len(plain) > 400
    assert other_clocks == plain
