"""The registry of scoring models is refused by name where a row cannot work."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ingest.config import load_dataset
from models_ml.estimators import accepted_parameters, make_estimator
from tests.builds import SMALL_DATASET
from warehouse.model_checks import estimator_problems, model_problems
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
    "no regressor but clusters": (
        {"estimator": "sklearn.cluster.KMeans", "parameters": {}, "grid": {}},
        "KMeans' is no regressor",
    ),
    "a classifier": ({"estimator": "sklearn.linear_model.LogisticRegression"}, "is no regressor"),
    "number in words": ({"parameters": {"tol": "1e-4"}}, "tol is the text '1e-4': YAML reads"),
    "number in words in the grid": ({"grid": {"alpha": [1.0, "1e3"]}}, "alpha is the text '1e3'"),
    "parameter of a part": ({**NETWORK, "grid": {"with_mean": [True]}}, "cannot be made with"),
    "seed of a network": ({**NETWORK, "grid": {"random_state": [1]}}, "it comes from seed"),
    "no grid parameter": ({"grid": {"alhpa": [1]}}, "grid: sklearn.linear_model.Ridge takes no"),
}


def problems(*rows: Any, chosen: tuple[str, ...] = (), selected: Any = ()) -> list[str]:
    variables = {"factors": FACTORS, "ml_models": list(rows), "selected_models": selected or []}
    return list(model_problems(variables, chosen)) or list(estimator_problems(variables, chosen))


def test_the_registry_as_it_stands_works() -> None:
    assert list(model_problems(registries(), [])) == []
    assert list(estimator_problems(registries(), [])) == []
    assert problems(GOOD) == []


@pytest.mark.parametrize("name", [row["name"] for row in registries()["ml_models"]])
def test_threads_and_seed_may_stand_in_a_row(name: str) -> None:
    (row,) = [row for row in registries()["ml_models"] if row["name"] == name]
    accepted = accepted_parameters(row)
    for parameter, value in (("n_jobs", 1), ("random_state", 3)):
        if parameter in accepted and name != "neural_network":
            assert problems({**row, "name": "mine", "parameters": {parameter: value}}) == []
            made = make_estimator({**row, "parameters": {parameter: value}}, {})
            assert made.get_params()[parameter] == value


@pytest.mark.parametrize("registry", [None, {}, "ridge"])
def test_a_registry_that_is_no_list_is_said(registry: Any) -> None:
    variables = {"factors": FACTORS, "ml_models": registry, "selected_models": []}
    assert list(model_problems(variables, [])) == [
        "vars: ml_models: it must be a list of models; `ml_models: []` has none."
    ]


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


@pytest.mark.parametrize("given", ["two", "-1", "0", "1.5"])
def test_a_number_of_processes_that_is_none_is_said(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTORHOUSE_JOBS", given)
    (problem,) = problems(GOOD)
    assert problem.startswith(f"FACTORHOUSE_JOBS is '{given}'; it must be the number of processes")
