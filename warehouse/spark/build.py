"""A build on Spark: raw goes out as Parquet, the models run there, all tables come back."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from ingest.config import Dataset
from warehouse.clocks import CLOCKS
from warehouse.dbt_runs import as_yaml, read, run_dbt, target_folder
from warehouse.files import REPOSITORY, WarehouseError, dataset_files
from warehouse.spark.column_types import check_types
from warehouse.spark.environment import check_master
from warehouse.spark.exchange import Exchange, export_raw, export_tables
from warehouse.spark.plan import Node, Wave, nodes_of, waves, with_ancestors
from warehouse.spark.session import SparkProcess, gist
from warehouse.spark.settings import session_settings

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
    exchange.clear(None)
    with SparkProcess(target_folder(dataset.name) / "spark") as spark:
        try:
            spark.tell(
                "open_session", settings=session_settings(master, dataset.name, exchange.tables)
            )
            spark.tell(
                "parse", arguments=project_arguments(dataset.name, without_clocks(variables))
            )
            if manifest is None:
                found = read(dataset, variables)
                if not found.success:
                    return found
                manifest = found.result
            raw = export_raw(files)
            opened = spark.answer()
            print(f"Spark {opened['version']} at {master}, {opened['cores']} cores", flush=True)
            spark.answer()
            for relation, folder in raw.items():
                exchange.hand_over(spark, relation, folder)
            nodes = nodes_of(manifest)
            if select:
                nodes = with_ancestors(nodes, selected(dataset, variables, manifest, select))
            run = Run(dataset, variables, manifest, spark, exchange, nodes)
            return run.all_waves(is_tested and not select)
        finally:
            exchange.clear(spark if spark.process.poll() is None else None)


class Run:
    """One build's waves, one after the other."""

    def __init__(
        self,
        dataset: Dataset,
        variables: dict[str, Any],
        manifest: Any,
        spark: SparkProcess,
        exchange: Exchange,
        nodes: Mapping[str, Node],
    ) -> None:
        self.dataset, self.variables, self.manifest = dataset, variables, manifest
        self.spark, self.exchange, self.nodes = spark, exchange, nodes
        self.files = dataset_files(dataset.name, dataset.given)
        self.brought: dict[str, str] = {}
        self.earlier: list[dict[str, Any]] = []

    def all_waves(self, is_tested: bool) -> Any:
        """DuckDB's and Spark's part of each wave; then the tests, over what came back."""
        started = time.monotonic()
        results: list[Any] = []
        planned = waves(self.nodes)
        for wave in planned:
            result = self.make_locally(wave, is_tested and wave is planned[-1])
            results = [*results, *(result.result or [])]
            if not result.success:
                return result
            self.make_on_spark(wave.spark)
        result.result.results = results
        result.result.elapsed_time = time.monotonic() - started
        self.write_results(result.result.elapsed_time)
        return result

    def make_locally(self, wave: Wave, is_tested: bool) -> Any:
        """Seeds, views and Python models, and what Spark made by now, into the work file."""
        started = time.monotonic()
        left_out = ["unit_test"] if is_tested else ["unit_test", "test"]
        names = [node.name for node in wave.local] + (["resource_type:test"] if is_tested else [])
        arguments = ["build", "--exclude-resource-types", *left_out, "--select", *names]
        variables = {**self.variables, "brought": self.brought}
        result = run_dbt(self.dataset, arguments, variables, self.manifest)
        if not result.success:
            return result
        self.earlier += self.read_results()
        taken = [node.relation for node in wave.local if node.relation in self.brought]
        check_types(self.files, {relation: self.brought[relation] for relation in taken})
        read_there = {
            parent for node in self.nodes.values() if not node.is_local for parent in node.parents
        }
        handed = [
            node.relation for node in wave.local if node.is_local and node.unique_id in read_there
        ]
        export_tables(self.files, self.exchange, handed)
        for relation in handed:
            self.exchange.hand_over(self.spark, relation, self.exchange.handed(relation))
        said = f"{len(wave.local)} relations" + (" and all tests" if is_tested else "")
        print(f"  DuckDB: {said} in {time.monotonic() - started:.0f} s", flush=True)
        return result

    def make_on_spark(self, nodes: Sequence[Node]) -> None:
        """Run models on Spark and note where their tables lie."""
        if not nodes:
            return
        started = time.monotonic()
        with tqdm(total=len(nodes), desc="Spark", unit=" models", disable=None, leave=False) as bar:

            def on_event(said: Mapping[str, Any]) -> None:
                if "finished" in said:
                    bar.update()
                else:
                    bar.set_postfix_str(said["started"][:40], refresh=False)

            results = self.spark.ask(
                "run",
                on_event,
                names=[node.name for node in nodes],
                arguments=project_arguments(self.dataset.name, self.variables),
            )
        failed = [each for each in results if each["status"] == "error"]
        if failed:
            reasons = "; ".join(f"{each['name']}: {gist(each['message'])}" for each in failed[:10])
            raise WarehouseError(
                f"The build of {self.dataset.name} failed on Spark; what is published stays as it "
                f"was. Failed: {reasons} (log: {self.spark.log})"
            )
        print(f"  Spark: {len(nodes)} models in {time.monotonic() - started:.0f} s", flush=True)
        for node in nodes:
            if not node.is_view:
                self.brought[node.relation] = self.exchange.bring(self.spark, node.relation)

    @property
    def results_file(self) -> Path:
        return target_folder(self.dataset.name) / "run_results.json"

    def read_results(self) -> list[dict[str, Any]]:
        """What dbt wrote of its last run."""
        return json.loads(self.results_file.read_text())["results"]

    def write_results(self, seconds: float) -> None:
        """All waves as one run, in the file that dbt wrote of the last."""
        last = json.loads(self.results_file.read_text())
        last |= {"results": self.earlier, "elapsed_time": seconds}
        self.results_file.write_text(json.dumps(last))


def selected(dataset: Dataset, variables: dict[str, Any], manifest: Any, select: str) -> list[str]:
    """Unique ids of the seeds and models that dbt selects."""
    arguments = ["list", "--resource-types", "model", "seed", "--output", "json"]
    arguments += ["--output-keys", "unique_id", "--quiet", "--select", select]
    found = run_dbt(dataset, arguments, variables, manifest)
    if not found.success:
        raise WarehouseError(f"dbt cannot select '{select}': {found.exception}")
    return [json.loads(line)["unique_id"] for line in found.result]


def project_arguments(name: str, variables: dict[str, Any]) -> list[str]:
    """dbt's options for the project, what it keeps of it for Spark, and the variables."""
    folders = ["--project-dir", str(REPOSITORY), "--profiles-dir", str(REPOSITORY)]
    kept = target_folder(name) / "spark" / "dbt"
    return [*folders, "--target-path", str(kept), "--vars", as_yaml(variables)]


def without_clocks(variables: dict[str, Any]) -> dict[str, Any]:
    """What shapes the project: see `warehouse.dbt_runs.read_project`."""
    return {name: value for name, value in variables.items() if name not in CLOCKS}
