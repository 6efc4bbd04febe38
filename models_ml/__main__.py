"""python -m models_ml score DATASET [--date D] [--model NAME] [--asset-class C] [--output FILE]"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
import duckdb
import pandas as pd

from models_ml.artifacts import ArtifactError, from_bytes
from models_ml.scoring import (
    ENSEMBLE,
    changed_versions,
    ensemble_scores,
    in_sample,
    is_member,
    newest_members,
    score_cross_section,
)
from warehouse.files import DatasetFiles, WarehouseError, open_published
from warehouse.model_files import check_entries, models_folder, read_manifest, read_model
from warehouse.seeds import files_and_variables, nearest

COLUMNS = ["as_of_date", "symbol", "asset_class", "model", "model_score"]
Entry = Mapping[str, Any]


class ScoringError(WarehouseError):
    """What was asked for cannot be scored; the message says why, and what can."""


def split_names(
    context: click.Context, option: click.Parameter, values: Sequence[str]
) -> list[str]:
    """An option that is given several times, or with commas, as a list."""
    return [name.strip() for value in values for name in value.split(",") if name.strip()]


@click.group()
def cli() -> None:
    """Use the fitted models of a dataset."""


@cli.command()
@click.argument("dataset")
@click.option(
    "--date",
    "day",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    help="A date of factors.factor_matrix; default: the newest of each asset class.",
)
@click.option(
    "--model",
    "models",
    multiple=True,
    callback=split_names,
    help="Default: all fitted models and their ensemble.",
)
@click.option("--asset-class", type=click.Choice(["equity", "crypto"]), help="Default: all.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Default: stdout.")
def score(
    dataset: str,
    day: datetime | None,
    models: list[str],
    asset_class: str | None,
    output: Path | None,
) -> None:
    """Score a date's names with the fitted models under outputs/, as CSV."""
    files, variables = files_and_variables(dataset)
    registered = {row["name"]: row for row in variables["ml_models"]}
    connection = open_published(files)
    entries = fitted_models(files, connection, registered, models, asset_class)
    if changed := changed_versions(entries):
        click.echo(
            f"Warning: the models were fitted with {', '.join(changed)}. Scores may differ from "
            "those of the build; build and publish again to be sure.",
            err=True,
        )
    scores = scored(files, connection, registered, entries, day.date() if day else None)
    if models:
        scores = scores[scores["model"].isin(models)]
    text = scores[COLUMNS].to_csv(index=False, lineterminator="\n")
    if output is None:
        click.echo(text, nl=False)
        return
    partial = output.with_name(f".{output.name}.{os.getpid()}.tmp")
    partial.write_text(text)
    os.replace(partial, output)
    click.echo(f"Wrote {len(scores):,} scores to {output}")


def fitted_models(
    files: DatasetFiles,
    connection: duckdb.DuckDBPyConnection,
    registered: Mapping[str, Entry],
    models: Sequence[str],
    asset_class: str | None,
) -> list[dict[str, Any]]:
    """The manifest's entries that are needed for the models asked for.

    Raises
    ------
    WarehouseError : there are none, one asked for is not among them, or what is published since
        holds other fits.
    """
    entries = read_manifest(files)
    names = {entry["model"] for entry in entries} | {ENSEMBLE}
    for name in models:
        if name not in names:
            raise ScoringError(f"There is no fitted model '{name}'. {nearest(name, names)}")
    entries = [
        entry
        for entry in entries
        if asset_class in (None, entry["asset_class"])
        and (
            not models
            or entry["model"] in models
            or (ENSEMBLE in models and is_member(entry, registered))
        )
    ]
    if not entries:
        raise ScoringError(
            f"None of {', '.join(models) or 'the models'} is fitted for {asset_class}."
        )
    check_entries(files, connection, entries)
    return entries


def scored(
    files: DatasetFiles,
    connection: duckdb.DuckDBPyConnection,
    registered: Mapping[str, Entry],
    entries: Sequence[Entry],
    day: date | None,
) -> pd.DataFrame:
    """Scores of each asset class on the day, or on its newest matrix date.

    Raises
    ------
    ScoringError : a model may have learned from the day.
    """
    parts = []
    for asset_class, on in days_to_score(connection, entries, day).items():
        chosen = [entry for entry in entries if entry["asset_class"] == asset_class]
        if early := in_sample(chosen, on):
            raise ScoringError(
                f"{on} would be scored in sample: {'; '.join(early)}. Choose a later --date, or "
                "read scores.model_scores, whose scores of that day are out of sample."
            )
        matrix = connection.execute(
            "select * from factors.factor_matrix where as_of_date = ? and asset_class = ?",
            [on, asset_class],
        ).df()
        by_model = {}
        for entry in chosen:
            fitted = loaded(files, entry, registered)
            one = score_cross_section(fitted, matrix, entry["factors"])
            by_model[entry["model"]] = one.assign(model=entry["model"])
        members = [by_model[entry["model"]] for entry in newest_members(chosen, registered)]
        if members:
            whole = ensemble_scores(pd.concat(members, ignore_index=True))
            by_model[ENSEMBLE] = whole.assign(model=ENSEMBLE)
        parts += [one.assign(as_of_date=on, asset_class=asset_class) for one in by_model.values()]
    return pd.concat(parts, ignore_index=True)


def days_to_score(
    connection: duckdb.DuckDBPyConnection, entries: Iterable[Entry], day: date | None
) -> dict[str, date]:
    """By asset class the date to score; a class without a matrix on the day asked for is said.

    Raises
    ------
    ScoringError : no class has one.
    """
    classes = sorted({entry["asset_class"] for entry in entries}, reverse=True)
    found, missing = {}, []
    for asset_class in classes:
        newest, before, after = connection.execute(
            "select max(as_of_date), max(as_of_date) filter (where as_of_date <= $day), "
            "min(as_of_date) filter (where as_of_date >= $day) "
            "from factors.factor_matrix where asset_class = $asset_class",
            {"day": day, "asset_class": asset_class},
        ).fetchall()[0]
        if newest is not None and day in (None, before):
            found[asset_class] = newest if day is None else day
            continue
        near = " and ".join(str(one) for one in (before, after) if one) or "none"
        missing.append(f"{asset_class} has no factor ranks on {day}; nearest dates: {near}")
    if not found:
        raise ScoringError(f"{'. '.join(missing)}. Choose one of them with --date.")
    for line in missing:
        click.echo(f"Note: {line}.", err=True)
    return found


def loaded(files: DatasetFiles, entry: Entry, registered: Mapping[str, Entry]) -> Any:
    """The fitted model of an entry; its types must be of packages that are trusted.

    Raises
    ------
    WarehouseError : the file is damaged, holds other types, or cannot be read with these libraries.
    """
    data = read_model(files, entry)
    estimator = registered.get(entry["model"], {}).get("estimator", "")
    try:
        return from_bytes(data, estimator.partition(".")[0])
    except ArtifactError as error:
        raise ScoringError(f"{models_folder(files) / entry['file']}: {error}") from error
    except Exception as error:  # other libraries than those that wrote it
        raise ScoringError(
            f"{models_folder(files) / entry['file']} cannot be read with the libraries here "
            f"({type(error).__name__}: {error}). Run "
            f"`make build DATASET={files.dataset}` and `make publish DATASET={files.dataset}` "
            "with them."
        ) from error


def main() -> None:
    """Run the command line; errors of ours end with their message alone and code 2."""
    try:
        cli(standalone_mode=False, prog_name="python -m models_ml")
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    except WarehouseError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except OSError as error:
        click.echo(f"Error: cannot write {error.filename}: {error.strerror}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
