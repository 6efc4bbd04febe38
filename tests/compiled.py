"""The SQL of models as dbt compiles them, to run on tables of one's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tests.builds import SMALL_DATASET, Market, market

COMPILE = """
import sys
from ingest.config import load_dataset
from warehouse.build import dbt_variables
from warehouse.dbt_runs import run_dbt

dataset = load_dataset(sys.argv[1])
done = run_dbt(dataset, ["compile", "--select", *sys.argv[2:]], dbt_variables(dataset))
sys.exit(not done.success)
"""


def compiled_models(folder: Path, names: Sequence[str]) -> dict[str, str]:
    """Name and SQL of each model, compiled in a folder of its own; relations as schema.table."""
    own = market(folder, SMALL_DATASET)
    own.path.parent.mkdir(parents=True, exist_ok=True)
    script = folder / "compile_models.py"
    script.write_text(COMPILE)
    done = own.run_script(script, own.dataset, *names)
    if done.returncode != 0:
        raise AssertionError(f"dbt compile failed:\n{done.stdout[-6000:]}")
    return {name: model_sql(own, name) for name in names}


def model_sql(built: Market, name: str) -> str:
    """What dbt last compiled of a model in a market's folder; relations as schema.table."""
    (path,) = built.target.glob(f"compiled/*/dbt_project/models/*/{name}.sql")
    return re.sub(r'"[^"]+"\.("[^"]+"\."[^"]+")', r"\1", path.read_text())
