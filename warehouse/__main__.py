"""python -m warehouse COMMAND [DATASET]: check, build, publish, update, sql and others."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path

import click

from ingest.config import Dataset, load_dataset
from ingest.errors import IngestError
from warehouse.ending import leave
from warehouse.files import REPOSITORY, DatasetFiles, WarehouseError, dataset_files

DATE = click.DateTime(formats=["%Y-%m-%d"])
NICE = 10  # a tenth of the share of a process that is not nice


class Instant(click.ParamType):
    """An ISO date and time; UTC unless it names its zone."""

    name = "instant"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The instant, or an error that shows the form."""
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no instant such as 2026-01-15T00:00Z", param, ctx)


@click.group()
def cli() -> None:
    """Build, publish and query a dataset's warehouse."""


def split_names(context: click.Context, option: click.Parameter, value: str) -> list[str]:
    """A comma-separated option as a list."""
    return [name.strip() for name in value.split(",") if name.strip()]


def files_of(name_or_path: str) -> DatasetFiles:
    """Where the files of a dataset are that the user named."""
    return dataset_files(load_dataset(name_or_path).name, name_or_path)


def ending_with_it(command: str) -> threading.Thread:
    """Run a command beside this process; where it fails, this process ends too, with its code."""
    running = subprocess.Popen(command, shell=True)

    def wait() -> None:
        code = running.wait()
        if code:
            os._exit(code if code > 0 else 1)

    waiting = threading.Thread(target=wait)
    waiting.start()
    return waiting


def publish_and_report(dataset: Dataset, command: str) -> None:
    """Publish what was built; then a command reports, and this process writes docs beside it.

    The docs are one thread's work. Being nice, they take little from the command while it keeps
    every core busy; its last seconds need one core, and the docs have the other.
    """
    say_published(dataset_files(dataset.name, dataset.given))
    reporting = subprocess.Popen(command, shell=True)
    try:
        os.nice(NICE)
        say_docs_written(dataset)
    finally:
        code = reporting.wait()
    if code:
        sys.exit(code if code > 0 else 1)


def say_published(files: DatasetFiles) -> None:
    """Publish, and say where."""
    from warehouse.publish import publish

    path = publish(files)
    click.echo(f"Published {path}   (it answers from now on: make sql DATASET={files.dataset})")
    sys.stdout.flush()


def say_docs_written(dataset: Dataset) -> None:
    """Write the pages of the models and of where every column comes from, and say where."""
    from warehouse.docs import write_docs

    for page in write_docs(dataset):
        click.echo(f"Wrote {page}")


FACTORS = click.option(
    "--factors", default="", callback=split_names, help="Comma-separated; default all."
)
MODELS = click.option(
    "--models", default="", callback=split_names, help="Scoring models; the same."
)
ENGINE = click.option(
    "--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", help="Default duckdb."
)
SPARK_MASTER = click.option(
    "--spark-master", default="", help="Like spark://host:7077; default this machine's cores."
)


@cli.command()
@click.argument("dataset")
@FACTORS
@MODELS
@ENGINE
@SPARK_MASTER
def check(
    dataset: str, factors: list[str], models: list[str], engine: str, spark_master: str
) -> None:
    """Refuse settings that can never hold, before anything runs."""
    from warehouse.preflight import check_settings
    from warehouse.spark.environment import check_spark

    if engine == "spark":
        check_spark(spark_master)
    check_settings(load_dataset(dataset), factors, models)


@cli.command()
@click.argument("dataset")
@FACTORS
@MODELS
def read(dataset: str, factors: list[str], models: list[str]) -> None:
    """Have dbt read the project, so that a build finds it read; the data are not looked at."""
    from warehouse.build import dbt_variables
    from warehouse.dbt_runs import read as read_project

    found = load_dataset(dataset)
    if not read_project(found, dbt_variables(found, factors=factors, models=models)).success:
        raise WarehouseError("dbt cannot read the project: make build says why.")


@cli.command()
@click.argument("dataset")
@click.option("--start", type=DATE, help="First bar date used.")
@click.option("--end", "--as-of", type=DATE, help="The data end here.")
@click.option("--known-at", type=Instant(), help="Vintages seen later are not read; ISO, UTC.")
@FACTORS
@MODELS
@click.option("--models-alone", is_flag=True, help="Without the tests; cannot be published.")
@click.option("--select", default="", help="A part of the models, as dbt selects; the same.")
@click.option("--after", default="", help="A command that checks and lands; dbt reads meanwhile.")
@click.option("--then", default="", help="Publish; write docs too, while this command reports.")
@ENGINE
@SPARK_MASTER
def build(
    dataset: str,
    start: datetime | None,
    end: datetime | None,
    known_at: datetime | None,
    factors: list[str],
    models: list[str],
    models_alone: bool,
    select: str,
    after: str,
    then: str,
    engine: str,
    spark_master: str,
) -> None:
    """Run seeds, models and tests."""
    if then and (models_alone or select):
        raise WarehouseError("--then publishes: leave out --models-alone and --select.")
    found = load_dataset(dataset)
    landing = ending_with_it(after) if after else None
    from warehouse.build import build, read_quietly

    manifest = None
    if landing is not None:
        if engine != "spark":
            manifest = read_quietly(found, factors, models)
        landing.join()
    build(
        found,
        start=start.date() if start else None,
        end=end.date() if end else None,
        factors=factors,
        models_alone=models_alone,
        select=select,
        known_at=known_at,
        models=models,
        spark_master=spark_master if engine == "spark" else None,
        manifest=manifest,
        is_checked=landing is not None,
    )
    if then:
        publish_and_report(found, then)


@cli.command("export-raw")
@click.argument("dataset")
def export_raw(dataset: str) -> None:
    """Write the raw tables as Parquet by year, for Spark (FACTORHOUSE_SPARK_FOLDER)."""
    from warehouse.spark.exchange import export_raw

    for folder in export_raw(files_of(dataset)).values():
        click.echo(f"Wrote {folder}")


@cli.command()
@click.argument("dataset")
def publish(dataset: str) -> None:
    """Put the last good build where readers look."""
    say_published(files_of(dataset))


@cli.command()
@click.argument("dataset")
@click.option(
    "--grid",
    type=click.Path(path_type=Path),
    default=REPOSITORY / "strategy_grid.yml",
    help="Lists of values per column; default strategy_grid.yml.",
)
def sweep(dataset: str, grid: Path) -> None:
    """Run every strategy of a grid, beside those of strategies.csv, and publish them."""
    from warehouse.sweep import sweep

    click.echo(f"Published {sweep(load_dataset(dataset), grid)}")


@cli.command()
@click.argument("dataset")
def models(dataset: str) -> None:
    """Write the fitted models anew, from the published file alone."""
    from warehouse.model_files import write_models

    click.echo(f"Wrote {write_models(files_of(dataset))}")


@cli.command()
@click.argument("dataset")
@click.option("--start", type=DATE, help="First bar date used.")
@click.option("--end", "--as-of", type=DATE, help="The data end here.")
@FACTORS
@MODELS
@ENGINE
@SPARK_MASTER
def update(
    dataset: str,
    start: datetime | None,
    end: datetime | None,
    factors: list[str],
    models: list[str],
    engine: str,
    spark_master: str,
) -> None:
    """Land what is new, build and publish."""
    from warehouse.update import update

    path = update(
        dataset,
        start=start.date() if start else None,
        end=end.date() if end else None,
        factors=factors,
        models=models,
        spark_master=spark_master if engine == "spark" else None,
    )
    click.echo(f"Published {path}")


@cli.command()
@click.argument("dataset")
def docs(dataset: str) -> None:
    """Write the pages of the models and of where every column comes from."""
    say_docs_written(load_dataset(dataset))


@cli.command()
def reference() -> None:
    """Write docs/reference.md and the exposures anew, from the registries and the queries."""
    from warehouse.reference import write_reference

    for page in write_reference():
        click.echo(f"Wrote {page}")


@cli.command()
@click.argument("dataset")
@click.option("--command", "-c", help="Run statements or a dot command and leave.")
def sql(dataset: str, command: str | None) -> None:
    """An SQL prompt on the published file, read-only."""
    from warehouse.prompt import prompt

    prompt(files_of(dataset), command)


def main() -> None:
    """Run the command line; errors of ours end with their message and code 2, Ctrl-C with 130."""
    try:
        cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except (WarehouseError, IngestError) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
    leave()
