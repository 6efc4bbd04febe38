"""A build on Spark: raw goes out as Parquet, the models run there, all tables come back."""

from __future__ import annotations

import json
from typing import Any

from ingest.config import Dataset
from warehouse.dbt_runs import read, run_dbt, shaping_variables, target_folder
from warehouse.files import WarehouseError, dataset_files
from warehouse.spark.environment import check_master
from warehouse.spark.exchange import Exchange, export_raw
from warehouse.spark.plan import nodes_of, with_ancestors
from warehouse.spark.session import SparkProcess
from warehouse.spark.settings import session_settings
from warehouse.spark.waves import Waves, project_arguments

ON_THIS_MACHINE = "local[*]"


def run_on_spark(
    dataset: Dataset,
    variables: dict[str, Any],
    *,
    master: str = "",
    is_tested: bool = True,
    select: str = "",
    manifest: Any = None,
) -> Any:
    """Make every seed and model, the SQL on Spark, and test what came back in the work file.

    Python models, seeds and models tagged as DuckDB's (``plan.LOCAL``) are made by it as always,
    and handed to Spark where it reads them.

    Parameters
    ----------
    master : as Spark names it; default this machine's cores.
    select : a part of the models, as dbt selects, with all that they are made of; without tests.

    Returns
    -------
    dbt's answer, as a build by DuckDB gives it.

    Raises
    ------
    WarehouseError : Java, the environment or the master is not there, or a model failed.
    """
    master = master or ON_THIS_MACHINE
    check_master(master)
    files = dataset_files(dataset.name, dataset.given)
    exchange = Exchange(files)
    exchange.clear()
    with SparkProcess(target_folder(dataset.name) / "spark") as spark:
        settings = session_settings(master, dataset.name, exchange.tables)
        spark.tell("open_session", settings=settings)
        shaping = project_arguments(dataset.name, shaping_variables(variables))
        spark.tell("parse", arguments=shaping)
        found = read(dataset, variables) if manifest is None else None
        if found is not None and not found.success:
            return found
        manifest = found.result if found is not None else manifest
        raw = export_raw(files)
        opened = spark.answer()
        print(f"Spark {opened['version']} at {master}, {opened['cores']} cores", flush=True)
        spark.answer()
        exchange.clear(spark)
        for relation, folder in raw.items():
            exchange.hand_over(spark, relation, folder)
        nodes = nodes_of(manifest)
        if select:
            nodes = with_ancestors(nodes, selected(dataset, variables, manifest, select))
        try:
            run = Waves(dataset, variables, manifest, spark, exchange)
            result = run.make(nodes, is_tested and not select)
        finally:
            exchange.clear()
        exchange.clear(spark)
    return result


def selected(dataset: Dataset, variables: dict[str, Any], manifest: Any, select: str) -> list[str]:
    """Unique ids of the seeds and models that dbt selects."""
    arguments = ["list", "--resource-types", "model", "seed", "--output", "json"]
    arguments += ["--output-keys", "unique_id", "--quiet", "--select", select]
    found = run_dbt(dataset, arguments, variables, manifest)
    if not found.success:
        raise WarehouseError(f"dbt cannot select '{select}': {found.exception}")
    return [json.loads(line)["unique_id"] for line in found.result]
