"""One build's waves: what DuckDB makes, then what Spark makes, until all is in the work file."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from ingest.config import Dataset
from warehouse.dbt_runs import as_yaml, run_dbt, target_folder
from warehouse.files import REPOSITORY, WarehouseError, dataset_files
from warehouse.spark.column_types import check_types
from warehouse.spark.exchange import Exchange, export_tables
from warehouse.spark.plan import Node, planned_waves
from warehouse.spark.session import SparkProcess, gist

MOST_NAMED = 10
LONG_SECONDS = 10  # models that take longer are named


class Waves:
    """What each engine makes of one build, in turns.

    Attributes
    ----------
    brought : the Parquet files of each relation that Spark has made, as DuckDB reads them.
    """

    def __init__(
        self,
        dataset: Dataset,
        variables: dict[str, Any],
        manifest: Any,
        spark: SparkProcess,
        exchange: Exchange,
    ) -> None:
        self.dataset, self.variables, self.manifest = dataset, variables, manifest
        self.spark, self.exchange = spark, exchange
        self.files = dataset_files(dataset.name, dataset.given)
        self.brought: dict[str, str] = {}

    def make(self, nodes: Mapping[str, Node], is_tested: bool) -> Any:
        """All nodes, wave by wave; then the tests over what came back. dbt's answer of all waves.

        Raises
        ------
        WarehouseError : a model failed on Spark, or came back as another type.
        """
        started = time.monotonic()
        read_on_spark = {
            parent for node in nodes.values() if not node.is_local for parent in node.parents
        }
        results: list[Any] = []
        written: list[dict[str, Any]] = []
        planned = planned_waves(nodes)
        for wave in planned:
            if wave.local:
                result = self.make_locally(wave.local, is_tested and wave is planned[-1])
                if not result.success:
                    return result
                results += result.result
                written += read_results(self.dataset.name)
                self.hand_over(
                    node.relation
                    for node in wave.local
                    if node.is_local and node.unique_id in read_on_spark
                )
            if wave.spark:
                self.make_on_spark(wave.spark)
        result.result.results = results
        result.result.elapsed_time = time.monotonic() - started
        write_results(self.dataset.name, written, result.result.elapsed_time)
        return result

    def make_locally(self, nodes: Sequence[Node], is_tested: bool) -> Any:
        """What is DuckDB's, views, and what Spark has made, into the work file."""
        started = time.monotonic()
        left_out = ["unit_test"] if is_tested else ["unit_test", "test"]
        chosen = [node.selector for node in nodes]
        chosen += ["resource_type:test"] if is_tested else []
        result = run_dbt(
            self.dataset,
            ["build", "--exclude-resource-types", *left_out, "--select", *chosen],
            {**self.variables, "brought": self.brought},
            self.manifest,
        )
        if result.success:
            taken = [node.relation for node in nodes if node.relation in self.brought]
            check_types(self.files, {relation: self.brought[relation] for relation in taken})
            said = f"{len(nodes)} relations" + (" and all tests" if is_tested else "")
            print(f"  DuckDB: {said} in {time.monotonic() - started:.0f} s", flush=True)
        return result

    def hand_over(self, relations: Iterable[str]) -> None:
        """Tables of the work file to Spark."""
        for relation, path in export_tables(self.files, self.exchange, relations).items():
            self.exchange.hand_over(self.spark, relation, path)

    def make_on_spark(self, nodes: Sequence[Node]) -> None:
        """Run models on Spark and note where their tables lie."""
        started = time.monotonic()
        with tqdm(total=len(nodes), desc="Spark", unit=" models", disable=None, leave=False) as bar:

            def on_event(said: Mapping[str, Any]) -> None:
                if "finished" in said:
                    bar.update()
                else:
                    bar.set_postfix_str(said["started"][:40], refresh=False)

            arguments = project_arguments(self.dataset.name, self.variables)
            chosen = [node.selector for node in nodes]
            results = self.spark.ask("run", on_event, chosen=chosen, arguments=arguments)
        self.refuse(each for each in results if each["status"] == "error")
        seconds = time.monotonic() - started
        print(f"  Spark: {len(nodes)} models in {seconds:.0f} s{longest(results)}", flush=True)
        for node in nodes:
            if not node.is_view:
                self.brought[node.relation] = self.exchange.bring(self.spark, node.relation)

    def refuse(self, failed: Iterable[Mapping[str, Any]]) -> None:
        """Name the models that failed on Spark, each with Spark's own reason."""
        reasons = [f"{each['name']}: {gist(each['message'])}" for each in failed]
        if reasons:
            raise WarehouseError(
                f"The build of {self.dataset.name} failed on Spark; what is published stays as it "
                f"was. Failed: {'; '.join(reasons[:MOST_NAMED])} (log: {self.spark.log})"
            )


def longest(results: Iterable[Mapping[str, Any]]) -> str:
    """The models that took long, with their seconds; empty if none did."""
    long = [each for each in results if each["seconds"] > LONG_SECONDS]
    long.sort(key=lambda each: each["seconds"], reverse=True)
    named = ", ".join(f"{each['name']} {each['seconds']:.0f} s" for each in long[:MOST_NAMED])
    return f" ({named})" if named else ""


def results_file(name: str) -> Path:
    """Where dbt writes what it ran last for a dataset."""
    return target_folder(name) / "run_results.json"


def read_results(name: str) -> list[dict[str, Any]]:
    """What dbt's last run made, as it wrote it."""
    return json.loads(results_file(name).read_text())["results"]


def write_results(name: str, results: Sequence[Mapping[str, Any]], seconds: float) -> None:
    """All waves as one run, in the place of the last."""
    last = json.loads(results_file(name).read_text())
    last |= {"results": results, "elapsed_time": seconds}
    results_file(name).write_text(json.dumps(last))


def project_arguments(name: str, variables: dict[str, Any]) -> list[str]:
    """dbt's options for the project, what it keeps of it for Spark, and the variables."""
    folders = ["--project-dir", str(REPOSITORY), "--profiles-dir", str(REPOSITORY)]
    kept = target_folder(name) / "spark" / "dbt"
    return [*folders, "--target-path", str(kept), "--vars", as_yaml(variables)]
