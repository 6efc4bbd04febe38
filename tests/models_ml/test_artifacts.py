"""Fitted models survive as bytes and as files: the same bits, whole, and of trusted types alone."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from skfolio.model_selection import CombinatorialPurgedCV

from models_ml.artifacts import ArtifactError, from_bytes, to_bytes
from models_ml.estimators import make_estimator
from models_ml.tuning import grid_of
from tests.builds import Market
from warehouse import DatasetFiles, model_files, open_published
from warehouse.files import WarehouseError
from warehouse.model_files import models_folder, read_manifest, read_model, write_models
from warehouse.seeds import registries

REGISTERED = {row["name"]: row for row in registries()["ml_models"]}


@pytest.fixture
def published(small_market: Market, tmp_path: Path) -> DatasetFiles:
    """The small market's published file, with a folder of outputs to change."""
    files = small_market.files
    return DatasetFiles(files.name, files.work, files.published, files.truth, tmp_path / "outputs")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("name", REGISTERED)
def test_every_registered_model_predicts_the_same_bits_after_its_bytes(name: str) -> None:
    draws = np.random.default_rng(1)
    features, row = draws.uniform(-0.5, 0.5, (600, 6)), REGISTERED[name]
    target = 0.5 * features[:, 0] + draws.uniform(-0.5, 0.5, 600)
    fitted = make_estimator(row, grid_of(row)[0]).fit(features, target)
    again = from_bytes(to_bytes(fitted))
    assert np.array_equal(again.predict(features), fitted.predict(features))


def test_types_of_packages_that_no_row_names_are_not_made() -> None:
    data = to_bytes(CombinatorialPurgedCV(n_folds=12))
    with pytest.raises(ArtifactError, match=r"holds skfolio\..*\.CombinatorialPurgedCV, which no"):
        from_bytes(data)
    assert from_bytes(data, "skfolio").n_folds == 12


def test_a_publish_leaves_the_newest_model_of_each_asset_class(small_market: Market) -> None:
    files = small_market.files
    entries = read_manifest(files)
    assert [entry["file"] for entry in entries] == ["ridge_crypto.skops", "ridge_equity.skops"]
    assert set(contents(models_folder(files))) == {
        *(entry["file"] for entry in entries),
        "manifest.json",
    }
    connection = open_published(files)
    for entry in entries:
        row = newest_fit(connection, entry["asset_class"])
        assert read_model(files, entry) == row["artifact"]
        assert entry["fold_id"] == row["fold_id"]
        assert entry["train_label_end_date"] == str(row["train_label_end_date"])
        assert entry["parameters"] == json.loads(row["parameters"])
        fitted = from_bytes(row["artifact"])
        assert fitted.n_features_in_ == 2 * len(entry["factors"])
        assert fitted.alpha == entry["parameters"]["alpha"]


def newest_fit(connection: Any, asset_class: str) -> dict[str, Any]:
    found = connection.execute(
        "select * from scores.model_fits where asset_class = ? and status = 'fitted' "
        "order by test_start_date desc limit 1",
        [asset_class],
    )
    names = [column[0] for column in found.description]
    return dict(zip(names, found.fetchall()[0], strict=True))


def test_the_manifest_has_the_factors_in_the_order_of_the_registry(small_market: Market) -> None:
    for entry in read_manifest(small_market.files):
        assert entry["factors"] == [
            factor["name"]
            for factor in registries()["factors"]
            if entry["asset_class"] in factor["asset_classes"]
        ]


def test_files_of_models_that_are_gone_are_removed(published: DatasetFiles) -> None:
    folder = models_folder(published)
    folder.mkdir(parents=True)
    (folder / "forgotten_equity.skops").write_bytes(b"of another time")
    write_models(published)
    assert set(contents(folder)) == {"manifest.json", "ridge_crypto.skops", "ridge_equity.skops"}
    assert [path.name for path in folder.parent.iterdir()] == ["models"]


def test_a_write_that_fails_half_way_leaves_what_was_there(
    published: DatasetFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_models(published)
    before, write_model = contents(folder), model_files.write_model

    def full(into: Path, row: dict[str, Any]) -> dict[str, Any]:
        if row["asset_class"] == "equity":
            raise OSError(28, "No space left on device")
        return write_model(into, row)

    monkeypatch.setattr(model_files, "write_model", full)
    with pytest.raises(WarehouseError, match=r"No space left on device.*-m warehouse models "):
        write_models(published)
    assert contents(folder) == before
    monkeypatch.undo()
    write_models(published)
    assert contents(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == ["models"]


@pytest.mark.parametrize("is_replaced", [False, True])
def test_a_write_that_was_killed_is_cleared_away(
    published: DatasetFiles, is_replaced: bool
) -> None:
    folder = write_models(published)
    whole = contents(folder)
    old = folder.with_name(".models.1.old")
    if is_replaced:
        old.mkdir()
        (old / "ridge_equity.skops").write_bytes(b"old")
    else:  # killed between the two renames
        folder.rename(old)
    half = folder.with_name(".models.1.tmp")
    half.mkdir()
    (half / "ridge_equity.skops").write_bytes(b"ha")
    model_files.remove_leftovers(folder)
    assert contents(folder) == whole
    assert [path.name for path in folder.parent.iterdir()] == ["models"]


def test_of_several_open_folds_the_newest_is_written(
    published: DatasetFiles, tmp_path: Path
) -> None:
    copied = tmp_path / "copied.duckdb"
    shutil.copyfile(published.published, copied)
    with duckdb.connect(str(copied)) as connection:
        connection.execute(
            "insert into scores.model_fits select * replace ('older' as fold_id, "
            "cast(test_start_date - interval 1 year as date) as test_start_date) "
            "from scores.model_fits where artifact is not null"
        )
    files = DatasetFiles(published.name, published.work, copied, published.truth, published.outputs)
    write_models(files)
    assert {entry["fold_id"] for entry in read_manifest(files)} == {"crypto_2017", "equity_2017"}


def test_a_published_file_of_before_the_scoring_models_is_refused_with_the_remedy(
    published: DatasetFiles, tmp_path: Path
) -> None:
    old = tmp_path / "old.duckdb"
    duckdb.connect(str(old)).close()
    files = replace(published, published=old, given="my/own.yml")
    with pytest.raises(WarehouseError, match=r"older version.*make build DATASET=my/own\.yml`"):
        write_models(files)
    assert not models_folder(files).exists()
