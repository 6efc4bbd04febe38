"""python -m models_ml score: what the warehouse holds, to the last bit; refusals with a remedy."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from skfolio.model_selection import CombinatorialPurgedCV

from models_ml.__main__ import cli
from models_ml.artifacts import to_bytes
from models_ml.scoring import ensemble_scores, is_member, newest_members
from tests.builds import Market
from tests.compiled import model_sql
from warehouse.__main__ import cli as warehouse_cli
from warehouse.manifest_schema import ENTRY
from warehouse.seeds import registries

MODELS = [row["name"] for row in registries()["ml_models"]]
EARLIER = "2017-06-30"


@pytest.fixture(scope="module")
def stored(model_market: Market) -> pd.DataFrame:
    """scores.model_scores of the market with every registered model."""
    with duckdb.connect(str(model_market.published), read_only=True) as connection:
        return connection.execute(
            "select cast(as_of_date as varchar) as as_of_date, symbol, asset_class, model, "
            "model_score from scores.model_scores"
        ).df()


@pytest.fixture(scope="module")
def scores(model_market: Market) -> pd.DataFrame:
    """All that the command scores on the newest dates, and on an earlier one, as it prints them."""
    printed = []
    for options in ([], ["--date", EARLIER]):
        done = run(model_market, *options)
        assert done.exit_code == 0, done.output
        printed.append(pd.read_csv(io.StringIO(done.stdout), float_precision="round_trip"))
    return pd.concat(printed, ignore_index=True)


@pytest.fixture
def mine(model_market: Market, tmp_path: Path) -> Market:
    """The same market with a copy of the fitted models that a test may change."""
    folder = tmp_path / "mine"
    shutil.copytree(model_market.outputs / "models", folder / "outputs/demo_small/models")
    (folder / "warehouse").symlink_to(model_market.folder / "warehouse")
    return Market(folder=folder, dataset=model_market.dataset, name=model_market.name)


def run(market: Market, *options: str) -> Result:
    """The command in this process; a refusal of ours is the result's exception."""
    return CliRunner().invoke(
        cli, ["score", market.dataset, *options], env=market.environment, standalone_mode=False
    )


def refusal(market: Market, *options: str) -> str:
    done = run(market, *options)
    assert type(done.exception).__name__ in ("ScoringError", "WarehouseError"), done.exception
    assert done.stdout == ""
    return str(done.exception)


def change_manifest(market: Market, change: Callable[[dict[str, Any]], Any]) -> None:
    path = market.outputs / "models" / "manifest.json"
    manifest = json.loads(path.read_text())
    for entry in manifest["models"]:
        change(entry)
    path.write_text(json.dumps(manifest))


@pytest.mark.parametrize("model", [*MODELS, "ensemble"])
def test_scores_are_those_of_the_warehouse(
    model: str, scores: pd.DataFrame, stored: pd.DataFrame
) -> None:
    ours = scores[scores["model"] == model].sort_values(["as_of_date", "symbol"])
    keys = ours[["as_of_date", "asset_class"]].drop_duplicates()
    assert sorted(keys.itertuples(index=False, name=None)) == [
        (EARLIER, "crypto"),
        (EARLIER, "equity"),
        ("2017-12-29", "equity"),
        ("2017-12-31", "crypto"),
    ]
    theirs = stored[stored["model"] == model].merge(keys).sort_values(["as_of_date", "symbol"])
    assert ours["symbol"].tolist() == theirs["symbol"].tolist()
    assert ours["model_score"].tolist() == theirs["model_score"].tolist()
    assert ours["model_score"].nunique() > 2


def test_a_part_is_scored_to_a_file(model_market: Market, scores: pd.DataFrame, tmp_path: Path):
    path = tmp_path / "scores.csv"
    options = ("--model", "ridge,ensemble", "--asset-class", "equity", "--output", str(path))
    done = run(model_market, *options)
    assert done.stdout == f"Wrote 72 scores to {path}\n"
    written = pd.read_csv(path, float_precision="round_trip")
    expected = scores[
        scores["model"].isin(["ridge", "ensemble"])
        & (scores["asset_class"] == "equity")
        & (scores["as_of_date"] == "2017-12-29")
    ]
    pd.testing.assert_frame_equal(
        written.sort_values(["model", "symbol"], ignore_index=True),
        expected.sort_values(["model", "symbol"], ignore_index=True),
    )


def test_as_a_command_it_ends_with_its_message_alone(model_market: Market) -> None:
    done = model_market.run("models_ml", "score", "no_such_dataset", check=False)
    assert done.returncode == 2
    assert done.stdout.startswith("Error: There is no dataset 'no_such_dataset'.")
    done = model_market.run("models_ml", "score", model_market.dataset, "--model", "ridge")
    assert done.stdout.startswith("as_of_date,symbol,asset_class,model,model_score\n2017-12-29,")


def test_a_day_that_one_class_lacks_is_scored_for_the_other(model_market: Market) -> None:
    done = run(model_market, "--date", "2017-12-31", "--model", "ols")
    assert set(pd.read_csv(io.StringIO(done.stdout))["asset_class"]) == {"crypto"}
    assert "Note: equity has no factor ranks on 2017-12-31; nearest dates: 2017-12-29." in (
        done.stderr
    )


def test_a_day_without_a_matrix_is_refused_with_the_nearest(model_market: Market) -> None:
    said = refusal(model_market, "--date", "2017-06-28")
    assert "equity has no factor ranks on 2017-06-28; nearest dates: 2017-06-23 and 2017-06-30" in (
        said
    )
    assert "crypto has no factor ranks on 2017-06-28" in said
    assert "--date" in said


@pytest.mark.parametrize("day", ["2016-12-30", "2016-07-29"])
def test_a_day_that_the_models_learned_from_is_refused(model_market: Market, day: str) -> None:
    said = refusal(model_market, "--date", day, "--model", "ridge", "--asset-class", "equity")
    assert f"{day} would be scored in sample: ridge (equity) learned from labels that end on" in (
        said
    )
    assert "scores from 2017-01-06 on" in said


def test_an_unknown_model_or_one_of_another_class_is_refused(mine: Market) -> None:
    said = refusal(mine, "--model", "rige")
    assert said == "There is no fitted model 'rige'. Did you mean 'ridge'?"
    path = mine.outputs / "models" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["models"] = [one for one in manifest["models"] if one["asset_class"] == "equity"]
    path.write_text(json.dumps(manifest))
    said = refusal(mine, "--model", "ridge", "--asset-class", "crypto")
    assert said == "None of ridge is fitted for crypto."


def test_without_a_published_file(mine: Market, tmp_path: Path) -> None:
    empty = Market(folder=tmp_path / "empty", dataset=mine.dataset, name=mine.name)
    assert f"make all DATASET={mine.dataset}`" in refusal(empty)


def test_without_models(mine: Market) -> None:
    change = mine.outputs / "models" / "manifest.json"
    change.write_text('{"models": []}')
    assert "There are no fitted models: no fold of demo_small had enough" in refusal(mine)
    change.write_text('{"models": [')
    assert "manifest.json is damaged" in refusal(mine)


@pytest.mark.parametrize("lost", ["folder", "file", "manifest"])
def test_the_remedy_for_lost_models_works_without_a_build_to_publish(
    mine: Market, lost: str
) -> None:
    folder = mine.outputs / "models"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    if lost == "folder":
        shutil.rmtree(folder)
    else:
        (folder / {"file": "ridge_equity.skops", "manifest": "manifest.json"}[lost]).unlink()
    said = refusal(mine, "--model", "ridge")
    (remedy,) = re.findall(r"`\.venv/bin/python -m warehouse (.+?)`", said)
    assert remedy == f"models {mine.dataset}"
    assert (
        "Nothing to publish" in mine.run("warehouse", "publish", mine.dataset, check=False).stdout
    )
    done = CliRunner().invoke(warehouse_cli, remedy.split(), env=mine.environment)
    assert done.output == f"Wrote {folder}\n"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert run(mine, "--model", "ridge").exit_code == 0


WRONG = {
    "a list": lambda manifest: [manifest],
    "no models": lambda manifest: {"dataset": "demo_small"},
    "models as a mapping": lambda manifest: {"models": {"ridge": manifest["models"][0]}},
    "an entry as text": lambda manifest: {"models": ["ridge"]},
    **{
        f"no {key}": lambda manifest, key=key: {
            "models": [{k: v for k, v in one.items() if k != key} for one in manifest["models"]]
        }
        for key in ENTRY
    },
    **{
        f"{key} is {value!r}": lambda manifest, key=key, value=value: {
            "models": [{**one, key: value} for one in manifest["models"]]
        }
        for key, value in {
            "file": "../ridge_equity.skops",
            "is_pooled": "no",
            "seed": "7",
            "test_start_date": 2017,
            "train_label_end_date": "None",
            "versions": ["numpy 2"],
            "factors": "size",
            "model": None,
            "fold_id": 2017,
        }.items()
    },
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_manifest_of_another_shape_is_refused_with_the_remedy(mine: Market, wrong: str) -> None:
    path = mine.outputs / "models" / "manifest.json"
    path.write_text(json.dumps(WRONG[wrong](json.loads(path.read_text()))))
    said = refusal(mine)
    assert f"{path} is damaged (" in said
    assert f"-m warehouse models {mine.dataset}`" in said


@pytest.mark.parametrize(
    "change", [lambda factors: factors[::-1], lambda factors: factors[:-1]], ids=["order", "fewer"]
)
def test_factors_that_a_model_did_not_learn_from_are_refused(
    mine: Market, change: Callable[[list[str]], list[str]]
) -> None:
    change_manifest(mine, lambda entry: entry.update(factors=change(entry["factors"])))
    said = refusal(mine, "--model", "ridge")
    assert "its factors of ridge_crypto.skops are not those it learned from" in said
    assert "-m warehouse models " in said


def test_a_damaged_or_missing_file_is_refused(mine: Market) -> None:
    path = mine.outputs / "models" / "lasso_equity.skops"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    said = refusal(mine)
    assert "lasso_equity.skops is damaged" in said
    assert "-m warehouse models " in said
    path.unlink()
    assert "lasso_equity.skops cannot be read: No such file" in refusal(mine)
    assert run(mine, "--model", "ridge").exit_code == 0


def test_a_file_of_untrusted_types_is_refused(mine: Market) -> None:
    data = to_bytes(CombinatorialPurgedCV())
    (mine.outputs / "models" / "ridge_equity.skops").write_bytes(data)

    def change(entry: dict[str, Any]) -> None:
        if entry["file"] == "ridge_equity.skops":
            entry["sha256"] = hashlib.sha256(data).hexdigest()

    change_manifest(mine, change)
    assert "CombinatorialPurgedCV, which no registered model is made of" in refusal(
        mine, "--model", "ridge"
    )


def test_models_of_another_publication_are_refused(mine: Market) -> None:
    change_manifest(mine, lambda entry: entry.update(fit_fingerprint="0"))
    said = refusal(mine, "--model", "ols")
    assert "is not of what is published now" in said
    assert "-m warehouse models " in said


def test_other_libraries_are_said_and_no_error(mine: Market) -> None:
    change_manifest(mine, lambda entry: entry["versions"].update(numpy="1.0", gone="2.0"))
    done = run(mine, "--model", "ols")
    assert done.exit_code == 0
    assert "Warning: the models were fitted with gone 2.0 (here not installed), numpy 1.0 (" in (
        done.stderr
    )


def test_the_ensemble_standardizes_and_leaves_out_a_single_score() -> None:
    scores = pd.DataFrame(
        {
            "symbol": ["A", "B", "C"] * 3,
            "model": ["one"] * 3 + ["two"] * 3 + ["flat"] * 3,
            # Population deviations 2 and 1 about means 3 and 0; the third says nothing.
            "model_score": [3 - 6**0.5, 3, 3 + 6**0.5, 1.5**0.5, 0, -(1.5**0.5), 0.2, 0.2, 0.2],
        }
    )
    whole = ensemble_scores(scores.iloc[:3])
    assert whole["symbol"].tolist() == ["A", "B", "C"]
    np.testing.assert_allclose(whole["model_score"], [-(1.5**0.5), 0, 1.5**0.5], atol=1e-15)
    np.testing.assert_allclose(ensemble_scores(scores)["model_score"], [0, 0, 0], atol=1e-15)
    assert ensemble_scores(scores.iloc[6:]).empty


@pytest.mark.parametrize("seed", range(5))
def test_weak_and_wild_members_weigh_what_they_weigh_in_the_warehouse(
    model_market: Market, seed: int
) -> None:
    draws, n_names = np.random.default_rng(seed), 97
    members = {
        "ols": draws.normal(size=n_names),
        "ridge": 0.01 * draws.normal(size=n_names) + 0.3,
        "lasso": 1e-14 * draws.normal(size=n_names),  # weak: an opinion none the less
        "elastic_net": np.where(np.arange(n_names) == 5, 1e7, draws.normal(size=n_names)),  # wild
        "random_forest": 0.1 + 1e-17 * draws.integers(0, 3, size=n_names),  # rounding errors
        "neural_network": np.full(n_names, 0.25),
    }
    scores = pd.DataFrame(members).assign(symbol=[f"S{i:02d}" for i in range(n_names)])
    scores = scores.melt("symbol", var_name="model", value_name="model_score")
    ours = ensemble_scores(scores)
    theirs = ensemble_of_the_warehouse(model_market, scores)
    assert ours["symbol"].tolist() == [symbol for symbol, _ in theirs]
    assert ours["model_score"].tolist() == [score for _, score in theirs]
    with_say = scores[scores["model"].isin(["ols", "ridge", "lasso"])]
    z_scores = with_say.pivot(index="symbol", columns="model", values="model_score").apply(
        lambda member: (member - member.mean()) / member.std(ddof=0)
    )
    np.testing.assert_allclose(ours["model_score"], z_scores.mean(axis=1), rtol=0, atol=1e-10)


def ensemble_of_the_warehouse(built: Market, scores: pd.DataFrame) -> list[tuple[str, float]]:
    """Symbol and score of the ensemble, by the SQL of model_scores on planted fits."""
    with duckdb.connect() as connection:
        connection.register("planted", scores)
        connection.execute("create schema scores")
        connection.execute(
            "create table scores.model_fits as select 'equity' as asset_class, model, "
            "'equity_2017' as fold_id, list({'as_of_date': date '2017-06-30', 'symbol': symbol, "
            "'model_score': model_score}) as scores from planted group by model"
        )
        return connection.execute(
            f"select symbol, model_score from ({model_sql(built, 'model_scores')}) "
            "where model = 'ensemble' order by symbol"
        ).fetchall()


def test_the_ensemble_has_no_pooled_model_none_left_out_and_none_of_an_older_fold() -> None:
    rows = {"left_out": {"in_ensemble": False}, "ridge": {}}
    fitted = [
        {"model": "ridge", "is_pooled": False, "fold_id": "equity_2017"},
        {"model": "lasso", "is_pooled": False, "fold_id": "equity_2016"},
        {"model": "left_out", "is_pooled": False, "fold_id": "equity_2017"},
        {"model": "pooled", "is_pooled": True, "fold_id": "equity_2018"},
    ]
    assert [is_member(one, rows) for one in fitted] == [True, True, False, False]
    assert [one["model"] for one in newest_members(fitted, rows)] == ["ridge"]
