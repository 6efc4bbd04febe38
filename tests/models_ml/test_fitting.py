"""Fits are the same bits however they are run, learn what is there, and say what went wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.linear_model import Lasso, Ridge

from models_ml.features import design_matrix
from models_ml.fingerprints import NOT_FITTING, makes_a_model, own_code
from models_ml.fit_rows import SCHEMA, from_table, to_table
from models_ml.fitting import fit_all
from tests.builds import REPOSITORY
from tests.models_ml.panels import FACTORS, panel, registry, settings

ALL = list(registry())
BY_CLASS = {"equity": FACTORS, "crypto": ["value", "momentum"]}
MEASURED = {"seconds", "artifact"}  # a clock's, and bytes that hold addresses


@pytest.fixture(scope="module")
def frames() -> dict[str, pd.DataFrame]:
    crypto = panel("crypto", n_names=24, seed=4).drop(columns="quality")
    return {"equity": panel(n_names=30), "crypto": crypto}


def fitted(
    frames: dict[str, pd.DataFrame], names: Iterable[str | dict], **changes: Any
) -> list[dict[str, Any]]:
    """The rows of some models, by name or as registry rows; one process unless told."""
    models = [registry()[name] if isinstance(name, str) else name for name in names]
    known = {name: factors for name, factors in BY_CLASS.items() if name in frames}
    own = {key: value for key, value in changes.items() if key not in ("kept", "n_jobs")}
    arguments = {"n_jobs": 1, **{key: changes[key] for key in ("kept", "n_jobs") if key in changes}}
    return fit_all(frames, known, models, settings(**own), **arguments)


def compared(rows: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """Rows by model and fold, without what is measured."""
    table = to_table(rows).drop_columns(list(MEASURED)).to_pylist()
    return {(row["model"], row["fold_id"]): row for row in table}


def scores(row: dict[str, Any]) -> pd.DataFrame:
    """The scores of a row as a frame."""
    return pd.DataFrame(row["scores"].to_pylist()).astype({"as_of_date": "datetime64[us]"})


@pytest.fixture(scope="module")
def beside_others(frames: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """All registered models in two processes."""
    return fitted(frames, ALL, n_jobs=2)


@pytest.mark.parametrize("name", ALL)
def test_rows_in_any_order_alone_or_beside_others_give_the_same_bits(
    frames: dict[str, pd.DataFrame], beside_others: list[dict[str, Any]], name: str
) -> None:
    shuffled = {key: frame.sample(frac=1, random_state=1) for key, frame in frames.items()}
    alone = compared(fitted(shuffled, [name]))
    assert {row["status"] for row in alone.values()} == {"fitted", "skipped"}
    everything = compared(beside_others)
    assert alone == {key: row for key, row in everything.items() if key[0] == name}


@pytest.mark.parametrize("name", ALL)
def test_shap_values_add_up_to_prediction_minus_base(
    beside_others: list[dict[str, Any]], name: str
) -> None:
    rows = [row for row in beside_others if row["model"] == name and row["status"] == "fitted"]
    assert {row["asset_class"] for row in rows} == {"equity", "crypto"}
    for row in rows:
        sampled = pd.DataFrame(row["shap_sample"].to_pylist())
        by_name = sampled.groupby(["as_of_date", "symbol"])
        sums = by_name["shap_value"].sum() + row["base_value"]
        assert np.allclose(sums, by_name["model_score"].first(), atol=1e-6, rtol=0)
        assert len(by_name) > 50
        importance = pd.DataFrame(row["importance"].to_pylist()).set_index("factor")
        assert importance["mean_abs_shap"].max() > 0


def test_what_is_planted_is_learned(beside_others: list[dict[str, Any]]) -> None:
    for row in beside_others:
        if row["status"] == "fitted" and row["fold_id"] == "equity_2020":
            importance = pd.DataFrame(row["importance"].to_pylist()).set_index("factor")
            assert importance["mean_abs_shap"].idxmax() == "value", row["model"]
            assert importance["permutation_importance"].idxmax() == "value", row["model"]


def rank_ic(model: Any, parts: tuple[pd.DataFrame, pd.DataFrame]) -> float:
    """Mean rank correlation by date on the second part of a model fitted on the first."""
    fit, test = parts
    model.fit(design_matrix(fit, FACTORS), fit["target_rank"])
    scored = test.assign(score=model.predict(design_matrix(test, FACTORS)))
    by_date = scored.groupby("as_of_date")
    ics = [spearmanr(rows["score"], rows["target_rank"]).statistic for _, rows in by_date]
    return float(np.nan_to_num(ics).mean())


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("ridge", lambda alpha: Ridge(alpha=alpha)),
        ("lasso", lambda alpha: Lasso(alpha=alpha, max_iter=5000)),
    ],
)
def test_folds_equal_scikit_learn_directly(
    beside_others: list[dict[str, Any]], frames: dict[str, pd.DataFrame], name: str, make: Any
) -> None:
    (row,) = [
        one
        for one in beside_others
        if one["model"] == name and one["fold_id"] == "equity_2020" and one["status"] == "fitted"
    ]
    frame = frames["equity"]
    first = pd.Timestamp("2020-01-31")
    test = frame[frame["as_of_date"] >= first]
    # equity_2020 is the first fold but one, so that the year before chose for it.
    tuned_by = frame[frame["label_end_date"] <= pd.Timestamp("2019-01-31")]
    assert row["tuned_in"] == ("equity_2020" if len(tuned_by) < 12 * 30 else "equity_2019")
    train = frame[frame["label_end_date"] <= first]
    blocks = np.array_split(np.sort(train["as_of_date"].unique()), 4)
    means = {}
    for alpha in registry()[name]["grid"]["alpha"]:
        ics = []
        for block in blocks[1:]:
            fit = train[train["label_end_date"] <= block[0]]
            check = train[train["as_of_date"].isin(block)]
            ics.append(rank_ic(make(alpha), (fit, check)))
        means[alpha] = np.mean(ics)
    alpha = max(means, key=lambda one: means[one])
    model = make(alpha).fit(design_matrix(train, FACTORS), train["target_rank"])
    direct = test.assign(direct=model.predict(design_matrix(test, FACTORS)))
    both = scores(row).merge(direct[["as_of_date", "symbol", "direct"]])
    assert len(both) == len(test) == row["n_test"]
    assert row["n_train"] == len(train)
    assert np.allclose(both["model_score"], both["direct"], atol=1e-12, rtol=0)
    chosen = {item["parameters"]: item for item in row["tuning"].to_pylist()}
    assert [key for key, item in chosen.items() if item["is_chosen"]] == [f'{{"alpha": {alpha}}}']
    for alpha, mean in means.items():
        assert chosen[f'{{"alpha": {alpha}}}']["validation_rank_ic"] == pytest.approx(mean)


def test_a_regressor_named_by_its_import_path_needs_no_file(
    frames: dict[str, pd.DataFrame],
) -> None:
    row = {
        "name": "extra_trees",
        "estimator": "sklearn.ensemble.ExtraTreesRegressor",
        "asset_classes": ["equity"],
        "seed": 11,
        "parameters": {"n_estimators": 20, "min_samples_leaf": 5},
    }
    (last,) = [
        one for one in fitted({"equity": frames["equity"]}, [row]) if one["status"] == "fitted"
    ]
    frame = frames["equity"]
    train = frame[frame["label_end_date"] <= pd.Timestamp("2020-01-31")]
    direct = ExtraTreesRegressor(n_estimators=20, min_samples_leaf=5, random_state=11, n_jobs=1)
    direct.fit(design_matrix(train, FACTORS), train["target_rank"])
    test = frame[frame["as_of_date"] >= pd.Timestamp("2020-01-31")]
    expected = test.assign(expected=direct.predict(design_matrix(test, FACTORS)))
    both = scores(last).merge(expected[["as_of_date", "symbol", "expected"]])
    assert (both["model_score"] == both["expected"]).all()


def test_rows_go_through_the_table_unchanged(beside_others: list[dict[str, Any]]) -> None:
    table = to_table(beside_others)
    assert table.schema == SCHEMA
    assert to_table(from_table(table)).equals(table)


def test_what_has_not_changed_is_kept(
    frames: dict[str, pd.DataFrame], beside_others: list[dict[str, Any]]
) -> None:
    kept = from_table(to_table(beside_others))
    assert to_table(fitted(frames, ALL, kept=kept)).equals(to_table(beside_others))


def refuse(*_: Any) -> None:
    raise AssertionError("fitted anew")


@pytest.mark.parametrize("name", ALL)
def test_new_days_are_scored_by_the_stored_model(
    frames: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    last = frames["equity"]["as_of_date"].max()
    shorter = {key: frame[frame["as_of_date"] < last] for key, frame in frames.items()}
    before = fitted(shorter, [name])
    whole = compared(fitted(frames, [name]))
    monkeypatch.setattr("models_ml.fold_work.make_estimator", refuse)
    monkeypatch.setattr("models_ml.tuning.make_estimator", refuse)
    after = compared(fitted(frames, [name], kept=from_table(to_table(before))))
    assert after == whole
    earlier = {key: row["scores"] for key, row in compared(before).items()}
    for key, row in after.items():
        assert row["scores"][: len(earlier[key])] == earlier[key]


def test_only_folds_whose_training_rows_changed_are_fitted_again(
    frames: dict[str, pd.DataFrame],
) -> None:
    frame = panel(n_months=60)
    before = fitted({"equity": frame}, ["ridge"])
    changed = frame.copy()
    changed.loc[changed["as_of_date"] == "2020-12-31", "target_rank"] *= -1
    after = fitted({"equity": changed}, ["ridge"], kept=from_table(to_table(before)))
    prints = [
        {row["fold_id"]: row["fit_fingerprint"] for row in rows if row["status"] == "fitted"}
        for rows in (before, after)
    ]
    moved = {fold for fold in prints[0] if prints[0][fold] != prints[1][fold]}
    # A label of 2020-12-31 ends on 2021-02-04: the first fold that has it is that of 2022.
    assert set(prints[0]) == {"equity_2020", "equity_2021", "equity_2022"}
    assert moved == {"equity_2022"}
    by_fold = [compared(rows) for rows in (before, after)]
    for fold in ("equity_2020", "equity_2021"):
        assert by_fold[0]["ridge", fold]["scores"] == by_fold[1]["ridge", fold]["scores"]


def test_failures_are_said_and_the_rest_goes_on(frames: dict[str, pd.DataFrame]) -> None:
    def broken(how: str) -> dict[str, Any]:
        return {
            "name": how,
            "estimator": "tests.models_ml.broken.make_model",
            "asset_classes": ["equity", "crypto"],
            "seed": 1,
            "parameters": {"how": how},
        }

    rows = fitted(
        {"equity": frames["equity"]}, [broken("raises"), broken("predicts nothing"), "ridge"]
    )
    said = {(row["model"], row["fold_id"]): (row["status"], row["reason"]) for row in rows}
    assert said["raises", "equity_2020"] == (
        "failed",
        "ValueError: nothing can be learned from this",
    )
    assert said["predicts nothing", "equity_2020"][0] == "failed"
    assert "not finite" in said["predicts nothing", "equity_2020"][1]
    assert said["ridge", "equity_2020"] == ("fitted", None)
    assert said["ridge", "crypto"] == ("skipped", "no crypto names are ranked by any factor")
    assert said["ridge", "equity_2018"] == (
        "skipped",
        "0 month ends with ended labels before it; 12 are needed",
    )
    failed = to_table([row for row in rows if row["status"] != "fitted"]).to_pylist()
    assert all(row["scores"] == [] and row["artifact"] is None for row in failed)


def test_features_that_say_nothing_are_said(
    frames: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = frames["equity"].assign(quality=0.25, momentum=np.nan)
    constant = {**registry()["lasso"], "name": "none", "grid": {"alpha": [10.0]}}
    models = ["ols", constant]
    before = fitted({"equity": frame[frame["as_of_date"] < frame["as_of_date"].max()]}, models)
    # Said again where the stored model is used for the new days.
    monkeypatch.setattr("models_ml.fold_work.make_estimator", refuse)
    after = fitted({"equity": frame}, models, kept=from_table(to_table(before)))
    said = "missing in all training rows: momentum; the same in all training rows: quality"
    for rows in (before, after):
        notes = {one["model"]: one["notes"] for one in rows if one["status"] == "fitted"}
        assert notes["ols"] == said
        assert notes["none"] == f"{said}; predicts one value for every equity name"


def test_a_fit_that_does_not_converge_is_said(frames: dict[str, pd.DataFrame]) -> None:
    frame = frames["equity"]
    alike = frame.assign(momentum=frame["value"] + 0.01 * frame["quality"])
    row = {**registry()["lasso"], "grid": {"alpha": [1e-6]}, "parameters": {"max_iter": 1}}
    last = alike["as_of_date"].max()
    before = fitted({"equity": alike[alike["as_of_date"] < last]}, [row])
    # Said again where the stored model is used for the new days.
    after = fitted({"equity": alike}, [row], kept=from_table(to_table(before)))
    for rows in (before, after):
        (notes,) = (one["notes"] for one in rows if one["fold_id"] == "equity_2020")
        assert notes.startswith("did not converge: Objective did not converge")


def test_a_pooled_model_learns_from_all_classes(beside_others: list[dict[str, Any]]) -> None:
    pooled = [
        row
        for row in beside_others
        if row["model"] == "xgboost_pooled" and row["status"] == "fitted"
    ]
    by_fold = {row["fold_id"]: row for row in pooled}
    one, other = by_fold["equity_2020"], by_fold["crypto_2020"]
    assert one["fit_fingerprint"] == other["fit_fingerprint"]
    assert one["fingerprint"] != other["fingerprint"]
    assert one["n_train"] == other["n_train"] == 23 * (30 + 24)
    assert {score["symbol"][0] for score in one["scores"].to_pylist()} == {"E"}
    factors = [item["factor"] for item in other["importance"].to_pylist()]
    assert factors == FACTORS


def test_months_are_counted_once_where_classes_end_them_on_different_days(
    frames: dict[str, pd.DataFrame],
) -> None:
    crypto = frames["crypto"]
    earlier = crypto.assign(as_of_date=crypto["as_of_date"] - pd.Timedelta(days=1))
    both = {"equity": frames["equity"], "crypto": earlier}
    rows = fitted(both, ["xgboost_pooled", "ridge"], min_train_months=23)
    done = {
        (row["model"], row["fold_id"]): row["n_train_months"]
        for row in rows
        if row["status"] == "fitted"
    }
    assert done == {
        ("xgboost_pooled", "crypto_2020"): 23,
        ("xgboost_pooled", "equity_2020"): 23,
        ("ridge", "crypto_2020"): 23,
        ("ridge", "equity_2020"): 23,
    }
    later = fitted(both, ["xgboost_pooled"], min_train_months=24)
    assert {row["status"] for row in later} == {"skipped"}
    reasons = {row["fold_id"]: row["reason"] for row in later}
    assert reasons["equity_2020"].startswith("23 month ends with ended labels before it; 24 are")


def test_a_stored_model_that_cannot_be_read_is_fitted_anew(
    frames: dict[str, pd.DataFrame],
) -> None:
    frame = frames["equity"]
    shorter = {"equity": frame[frame["as_of_date"] < frame["as_of_date"].max()]}
    kept = from_table(to_table(fitted(shorter, ["ridge"])))
    spoilt = [{**row, "artifact": row["artifact"] and b"no model"} for row in kept]
    assert [row["artifact"] for row in spoilt if row["artifact"]] == [b"no model"]
    whole = {"equity": frames["equity"]}
    rows = fitted(whole, ["ridge"], kept=spoilt)
    assert compared(rows) == compared(fitted(whole, ["ridge"]))
    assert b"no model" not in [row.get("artifact") for row in rows]


def test_every_module_that_fits_run_through_is_known_by_its_bytes() -> None:
    folder = REPOSITORY / "models_ml"
    known = {path.stem for path in own_code()}
    making = {path.stem for path in folder.glob("*.py") if makes_a_model(path)}
    assert {row["estimator"].split(".")[1] for row in registry().values()} == making
    assert {path.stem for path in folder.glob("*.py")} == known | making | set(NOT_FITTING)
    assert {"estimators", "fold_work", "result_rows", "artifacts", "explaining"} <= known


def prints_of(rows: list[dict[str, Any]], column: str) -> dict[str, str]:
    """Hashes of the fitted rows by fold."""
    return {row["fold_id"]: row[column] for row in rows if row["status"] == "fitted"}


@pytest.mark.parametrize(
    ("change", "is_other"),
    [
        ({"in_ensemble": False}, False),
        ({"asset_classes": ["equity"]}, False),
        ({"seed": 8}, True),
        ({"parameters": {"fit_intercept": False}}, True),
        ({"grid": {"alpha": [1.0, 2.0]}}, True),
        ({"estimator": "sklearn.linear_model.Ridge"}, True),
    ],
)
def test_a_fit_is_known_by_what_it_depends_on_in_its_row(
    frames: dict[str, pd.DataFrame], change: dict[str, Any], is_other: bool
) -> None:
    equity = {"equity": frames["equity"]}
    before = prints_of(fitted(equity, ["ridge"]), "fit_fingerprint")
    after = prints_of(fitted(equity, [{**registry()["ridge"], **change}]), "fit_fingerprint")
    assert before.keys() == after.keys()
    assert (before != after) == is_other


def test_a_fold_that_ends_elsewhere_is_not_kept(frames: dict[str, pd.DataFrame]) -> None:
    equity = {"equity": frames["equity"]}
    yearly = fitted(equity, ["ridge"], min_train_months=20)
    kept = from_table(to_table(yearly))
    longer = fitted(equity, ["ridge"], min_train_months=20, refit_months=24, kept=kept)
    ends = {row["fold_id"]: str(row.get("fold_end_date")) for row in longer}
    assert ends["equity_2020"] == "2021-12-31"


@pytest.mark.parametrize("kind", ["walk_forward", "k_fold", "combinatorial"])
def test_hyper_parameters_can_be_chosen_by_each_purged_splitter(
    frames: dict[str, pd.DataFrame], kind: str
) -> None:
    rows = fitted(frames, ["ridge"], inner_splits=kind)
    tuned = [row for row in rows if row["status"] == "fitted"]
    assert tuned
    for row in tuned:
        items = row["tuning"].to_pylist()
        assert len(items) == row["n_tried"] == 4
        best = max(items, key=lambda item: item["validation_rank_ic"])
        assert best["is_chosen"]


def test_refits_within_the_year(frames: dict[str, pd.DataFrame]) -> None:
    rows = fitted({"equity": frames["equity"]}, ["ridge"], refit_months=6)
    done = {row["fold_id"]: row for row in rows if row["status"] == "fitted"}
    assert list(done) == ["equity_2019_07", "equity_2020_01", "equity_2020_07"]
    assert done["equity_2020_01"]["fold_end_date"].isoformat() == "2020-06-30"


def test_nothing_to_learn_from_is_no_error(frames: dict[str, pd.DataFrame]) -> None:
    none = fitted({"equity": frames["equity"].iloc[:0]}, ["ridge"])
    assert {row["status"] for row in none} == {"skipped"}
    short = fitted({"equity": frames["equity"].query("as_of_date < '2018-06-01'")}, ["ridge"])
    assert {row["status"] for row in short} == {"skipped"}


@pytest.mark.parametrize(
    ("estimator", "parameters"),
    [
        ("sklearn.ensemble.GradientBoostingRegressor", {"n_estimators": 10}),
        ("sklearn.ensemble.HistGradientBoostingRegressor", {"max_iter": 10}),
        ("sklearn.neighbors.KNeighborsRegressor", {"n_neighbors": 30}),
        ("sklearn.svm.SVR", {"kernel": "linear"}),
        ("sklearn.cross_decomposition.PLSRegression", {"n_components": 2}),
        # Coefficients that are not those of the prediction: it is a power of e.
        ("tests.models_ml.broken.Exponential", {}),
    ],
)
def test_any_regressor_is_explained(
    frames: dict[str, pd.DataFrame], estimator: str, parameters: dict[str, Any]
) -> None:
    row = {"name": "own", "estimator": estimator, "asset_classes": ["equity"], "seed": 1}
    rows = fitted({"equity": frames["equity"]}, [{**row, "parameters": parameters}])
    done = [one for one in rows if one["fold_id"] == "equity_2020"]
    assert [one["reason"] for one in done] == [None]
    sampled = pd.DataFrame(done[0]["shap_sample"].to_pylist())
    by_name = sampled.groupby(["as_of_date", "symbol"])
    sums = by_name["shap_value"].sum() + done[0]["base_value"]
    assert np.allclose(sums, by_name["model_score"].first(), atol=1e-6, rtol=0)
    assert sampled["shap_value"].abs().max() > 0
