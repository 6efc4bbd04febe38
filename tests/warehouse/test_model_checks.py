"""The registry of scoring models is refused by name where a row cannot work."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ingest.config import load_dataset
from tests.builds import SMALL_DATASET
from warehouse.model_checks import model_problems
from warehouse.preflight import check_settings
from warehouse.seeds import SettingsError, registries
from warehouse.strategy_checks import known_scores

FACTORS = [{"name": "size", "family": "size"}, {"name": "accruals", "family": "quality"}]
GOOD = {
    "name": "mine",
    "estimator": "sklearn.linear_model.Ridge",
    "asset_classes": ["equity", "crypto"],
    "seed": 7,
    "parameters": {"fit_intercept": True},
    "grid": {"alpha": [1.0, 10.0]},
}
NETWORK = {**GOOD, "estimator": "models_ml.neural_network.make_model", "parameters": {}}
TREES = {**GOOD, "estimator": "models_ml.xgboost.make_model", "parameters": {}}
WRONG = {
    "name in capitals": ({"name": "Mine"}, "Mine: the name must be of small letters"),
    "name of the mean": ({"name": "ensemble"}, "the name is that of the mean of the models"),
    "name of the bar": ({"name": "composite"}, "the name is that of the mean of the families"),
    "name of a factor": ({"name": "accruals"}, "the name is that of a factor"),
    "name of a family": ({"name": "composite_quality"}, "the name is that of the mean of a family"),
    "no name": ({"name": None}, "None: the name must be"),
    "no estimator": ({"estimator": None}, "estimator is missing"),
    "no asset class": ({"asset_classes": []}, "asset_classes is missing"),
    "no seed": ({"seed": None}, "seed is missing"),
    "misspelt setting": ({"gird": {}}, "no setting 'gird'. Did you mean 'grid'?"),
    "seed in words": ({"seed": "seven"}, "seed is 'seven'; it must be a whole number"),
    "seed yes": ({"seed": True}, "seed is 'True'"),
    "seed below 0": ({"seed": -1}, "seed is '-1'"),
    "pooled in words": ({"pooled": "yes please"}, "pooled is 'yes please'; it must be true or"),
    "outside in words": ({"in_ensemble": 0}, "in_ensemble is '0'; it must be true or false"),
    "unknown asset class": ({"asset_classes": ["stock"]}, "asset class 'stock' is unknown"),
    "asset class twice": ({"asset_classes": ["equity", "equity"]}, "'equity' stands there 2 times"),
    "asset class alone": ({"asset_classes": "equity"}, "asset_classes is 'equity'; it must be a"),
    "pooled of one": ({"asset_classes": ["equity"], "pooled": True}, "equity is its one asset"),
    "grid of nothing": ({"grid": {"alpha": []}}, "grid: alpha is '[]'; it must be a list"),
    "grid of one number": ({"grid": {"alpha": 1.0}}, "grid: alpha is '1.0'; it must be a list"),
    "grid no mapping": ({"grid": [1.0]}, "grid is '[1.0]'; it must be a mapping"),
    "fixed and tried": ({"parameters": {"alpha": 1.0}}, "alpha is fixed in parameters and tried"),
    "no such module": ({"estimator": "sklearn.linear.Ridge"}, "'sklearn.linear.Ridge' cannot be"),
    "no such class": ({"estimator": "sklearn.linear_model.Rigde"}, "Rigde' cannot be imported"),
    "no path": ({"estimator": "Ridge"}, "estimator 'Ridge' cannot be imported"),
    "no regressor": ({"estimator": "pathlib.Path"}, "is a class without fit and predict"),
    "no parameter": ({"parameters": {"alhpa": 1}}, "Ridge takes no 'alhpa'. Did you mean 'alpha'?"),
    "no grid parameter": ({"grid": {"alhpa": [1]}}, "grid: sklearn.linear_model.Ridge takes no"),
}


def problems(*rows: Any, chosen: tuple[str, ...] = (), selected: Any = ()) -> list[str]:
    variables = {"factors": FACTORS, "ml_models": list(rows), "selected_models": selected or []}
    return list(model_problems(variables, chosen))


def test_the_registry_as_it_stands_works() -> None:
    assert list(model_problems(registries(), [])) == []
    assert problems(GOOD) == []


def test_an_entry_that_is_no_row_is_said() -> None:
    assert problems(GOOD, "ridge") == [
        "vars: ml_models: an entry is no mapping of name, estimator, asset_classes and seed."
    ]
    assert "mine" in known_scores({"factors": [], "ml_models": ["ridge", GOOD]})


@pytest.mark.parametrize("case", WRONG)
def test_a_row_that_cannot_work_is_refused(case: str) -> None:
    changes, words = WRONG[case]
    found = problems({**GOOD, **changes})
    assert len(found) == 1
    assert found[0].startswith(f"vars: ml_models: {changes.get('name', GOOD['name'])}: ")
    assert words in found[0]


def test_parameters_are_looked_for_in_what_a_factory_makes() -> None:
    assert problems({**NETWORK, "grid": {"alpha": [1.0], "max_iter": [5]}}) == []
    assert "takes no 'max_iters'" in problems({**NETWORK, "grid": {"max_iters": [5]}})[0]
    assert problems({**TREES, "grid": {"max_depth": [2]}}) == []
    assert "takes no 'depth'" in problems({**TREES, "grid": {"depth": [2]}})[0]


def test_a_repeated_name_is_refused() -> None:
    assert problems(GOOD, {**GOOD, "name": "other"}, GOOD) == [
        "vars: ml_models: mine: registered 2 times; a model has one row."
    ]


def test_libraries_of_models_that_were_not_chosen_are_not_looked_for() -> None:
    other = {**GOOD, "name": "other", "estimator": "not_installed.Trees"}
    assert problems(GOOD, other, chosen=("mine",)) == []
    assert problems(GOOD, other, selected=["mine"]) == []
    assert len(problems(GOOD, other, chosen=("other",), selected=["mine"])) == 1
    assert len(problems(GOOD, other)) == 1


def test_a_chosen_model_must_be_registered() -> None:
    assert problems(GOOD, chosen=("mien",)) == [
        "MODELS: there is no model 'mien'. Did you mean 'mine'?"
    ]
    assert problems(GOOD, selected=["mien"]) == [
        "vars: selected_models: there is no model 'mien'. Did you mean 'mine'?"
    ]
    assert problems(GOOD, selected="mine") == [
        "vars: selected_models is 'mine'; it must be a list such as [mine]."
    ]


def test_preflight_names_what_is_wrong_with_chosen_models() -> None:
    small = load_dataset(str(SMALL_DATASET))
    check_settings(small, [], ["ridge", "lasso"])
    with pytest.raises(SettingsError, match="MODELS: there is no model 'laso'"):
        check_settings(small, [], ["laso"])


def test_the_command_line_wins_over_the_dataset_which_wins_over_all() -> None:
    from warehouse.build import dbt_variables  # slow to import

    small = load_dataset(str(SMALL_DATASET))
    assert dbt_variables(small)["selected_models"] == ["ridge"]
    assert "selected_factors" not in dbt_variables(small)
    chosen = dbt_variables(small, date(2015, 1, 1), None, ["size"], models=["lasso"])
    assert (chosen["selected_factors"], chosen["selected_models"]) == (["size"], ["lasso"])


def test_the_ensemble_is_a_score_where_it_has_members() -> None:
    pooled = {**GOOD, "name": "pooled", "pooled": True}
    left_out = {**GOOD, "name": "left_out", "in_ensemble": False}
    crypto = {**GOOD, "name": "coins", "asset_classes": ["crypto"]}
    assert "ensemble" not in known_scores({"factors": [], "ml_models": [pooled, left_out]})
    scores = known_scores({"factors": [], "ml_models": [pooled, crypto]})
    assert scores["ensemble"] == ["crypto"]
    assert scores["pooled"] == ["equity", "crypto"]
