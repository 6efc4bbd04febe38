"""The scoring models find in the demo market what was planted there, the interaction included."""

from __future__ import annotations

import json

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.builds import Market

LINEAR = ("ols", "ridge", "lasso", "elastic_net")
TREES = ("xgboost", "random_forest")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """All the trees where `make soak` fits them, the first alone in `make test`."""
    if "tree" in metafunc.fixturenames:
        chosen = TREES if metafunc.config.getoption("--soak") else TREES[:1]
        metafunc.parametrize("tree", chosen)


@pytest.fixture(scope="module")
def truth(demo_market: Market) -> dict:
    path = demo_market.path.with_name(f"{demo_market.name}_truth.json")
    return json.loads(path.read_text())["models"]


@pytest.fixture(scope="module")
def scored(demo_market: Market) -> pd.DataFrame:
    """Month-end scores, standardized by date, beside the planted drift and the planted ranks."""
    with duckdb.connect(str(demo_market.published), read_only=True) as connection:
        scores = connection.execute(
            "select s.as_of_date, s.symbol, s.asset_class, s.model, s.model_score "
            "from scores.model_scores as s inner join "
            "(select distinct as_of_date, asset_class from factors.factor_dates where is_month_end)"
            " using (as_of_date, asset_class)"
        ).df()
    planted = pd.read_parquet(
        demo_market.path.with_name(f"{demo_market.name}_truth_drift.parquet")
    ).drop(columns="asset_class")
    scores["as_of_date"] = pd.to_datetime(scores["as_of_date"])
    planted["as_of_date"] = pd.to_datetime(planted["month_end"])
    joined = scores.merge(planted, on=["as_of_date", "symbol"])
    by_date = joined.groupby(["model", "asset_class", "as_of_date"])["model_score"]
    joined["z"] = (joined["model_score"] - by_date.transform("mean")) / by_date.transform("std")
    return joined


def mean_slopes(rows: pd.DataFrame, ranks: list[str]) -> pd.DataFrame:
    """Coefficients of the scores on planted ranks, by date; a missing rank is the middle."""
    slopes = {
        date: np.linalg.lstsq(
            np.column_stack([np.ones(len(names)), names[ranks].fillna(0)]),
            names["z"].to_numpy(),
            rcond=None,
        )[0][1:]
        for date, names in rows.groupby("as_of_date")
    }
    return pd.DataFrame(slopes, index=ranks).T


@pytest.mark.parametrize("asset_class", ["equity", "crypto"])
def test_ridge_recovers_signs_and_order_of_the_premia(
    scored: pd.DataFrame, truth: dict, asset_class: str
) -> None:
    premia = pd.Series(truth[asset_class]["premia"]).sort_values(ascending=False)
    strong = truth[asset_class]["strong"]
    rows = scored[(scored["asset_class"] == asset_class) & (scored["model"] == "ridge")]
    found = mean_slopes(rows, list(premia.index)).mean()
    assert list(found[strong].sort_values(ascending=False).index) == list(
        premia[: len(strong)].index
    )
    assert found[strong].min() > 1  # deviations of the score per unit of rank
    assert found[strong].min() > 2 * found.drop(strong).abs().max()


@pytest.fixture(scope="module")
def corners(scored: pd.DataFrame, truth: dict) -> pd.DataFrame:
    """Names high or low in both factors of the planted interaction, where it moves drifts most."""
    first, second, _ = truth["equity"]["interaction"]
    equities = scored[scored["asset_class"] == "equity"].dropna(subset=[first, second])
    equities = equities.assign(product=4 * equities[first] * equities[second])
    equities.attrs["factors"] = [first, second]
    return equities


def test_trees_learn_the_interaction_and_linear_models_cannot(
    corners: pd.DataFrame, truth: dict, tree: str
) -> None:
    ranks = [*truth["equity"]["premia"], "product"]
    found = {
        model: mean_slopes(corners[corners["model"] == model], ranks)["product"]
        for model in (tree, *LINEAR)
    }
    t_value = found[tree].mean() / found[tree].std() * np.sqrt(len(found[tree]))
    assert t_value > 10
    for model in LINEAR:
        assert found[tree].mean() > 5 * abs(found[model].mean()), model


@pytest.mark.parametrize("linear", LINEAR)
def test_trees_beat_linear_models_where_the_interaction_is(
    corners: pd.DataFrame, tree: str, linear: str
) -> None:
    factors = corners.attrs["factors"]
    extreme = corners[(corners[factors].abs() > 0.25).all(axis=1)]
    agreement = {
        model: extreme[extreme["model"] == model]
        .groupby("as_of_date")[["z", "planted_drift_ann"]]
        .apply(lambda names: names.corr("spearman").iloc[0, 1])
        for model in (tree, linear)
    }
    difference = (agreement[tree] - agreement[linear]).dropna()
    assert difference.mean() / difference.std() * np.sqrt(len(difference)) > 3


@pytest.mark.parametrize("asset_class", ["equity", "crypto"])
def test_the_ensemble_ranks_at_least_as_well_as_the_median_model(
    demo_market: Market, asset_class: str
) -> None:
    with duckdb.connect(str(demo_market.published), read_only=True) as connection:
        rank_ics = dict(
            connection.execute(
                "select model, rank_ic from scores.model_metrics where fold_id = ?",
                [f"{asset_class}_all"],
            ).fetchall()
        )
    bars = ("ensemble", "composite", "xgboost_pooled")
    trained = [rank_ic for name, rank_ic in rank_ics.items() if name not in bars]
    assert len(trained) >= len(LINEAR) + 1
    assert rank_ics["ensemble"] >= np.median(trained)
    assert min(trained) > rank_ics["composite"]  # the bar each must beat
