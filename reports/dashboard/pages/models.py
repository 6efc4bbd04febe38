"""The scoring models: how well they ranked, what they learned, what failed."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from reports.dashboard.charts import MOST_SERIES, bars, colours, draw, heat, intervals
from reports.dashboard.reading import Reading
from reports.dashboard.tables import show as show_table
from reports.dashboard.words import day_text
from reports.glossary import help_on

FACTORS = 12
COMPOSITE = "composite"
ENSEMBLE = "ensemble"  # a mean of the others: nothing of its own to explain


def show(now: Reading) -> None:
    """Choose a class and models; look at quality, importance, parameters and failures."""
    st.title("Scoring models")
    known = now.rows("models_choices")
    if known.empty:
        st.info(
            "No model has scored anything: each refit needs three years of month ends. Run "
            "`make summary` for the reasons, or choose models with `make build MODELS=ridge`."
        )
        return
    st.markdown(
        "How well each model ranked the month that came after, on days it had not learned from, to "
        f"**{day_text(now.snapshot.build.last_date)}**. The untrained composite is what each must "
        "beat."
    )
    left, right = st.columns([1, 3])
    classes = sorted(known["asset_class"].unique(), reverse=True)
    asset_class = left.radio("Asset class", classes, horizontal=True, key="models_class")
    names = list(known.loc[known["asset_class"] == asset_class, "model"])
    chosen = right.multiselect("Models", names, placeholder="All", key="models_names") or names
    rows = now.rows("models_metrics", asset_class=asset_class, models=chosen)
    show_quality(now, rows)
    show_folds(rows)
    trained = sorted(set(chosen) - {COMPOSITE}, key=lambda name: (name == ENSEMBLE, name))
    if trained:
        show_one(now, asset_class, trained)
    show_runs(now, asset_class, chosen)


def show_quality(now: Reading, rows: pd.DataFrame) -> None:
    """All refits together, with intervals."""
    st.subheader("All refits together", help=help_on("information coefficient"))
    overall = rows[rows["is_overall"]].copy()
    overall["is_sure"] = (overall["lower_ic"] > 0) | (overall["upper_ic"] < 0)
    overall = overall.sort_values("rank_ic", ascending=False)
    draw(
        intervals(
            overall,
            label="model",
            value="rank_ic",
            lower="lower_ic",
            upper="upper_ic",
            title="rank correlation with the next month's return",
            form=".2f",
        ),
        alternative="Out-of-sample rank correlation of each model with its 95 % interval",
    )
    columns = ["fold_id", "is_overall", "is_sure", "lower_ic", "upper_ic", "n_train"]
    show_table(
        overall.drop(columns=columns),
        comments=now.comments("scores.model_metrics"),
        key="models_overall",
    )


def show_folds(rows: pd.DataFrame) -> None:
    """Each refit's year."""
    folds = rows[~rows["is_overall"] & rows["rank_ic"].notna()].copy()
    if folds.empty:
        return
    st.subheader("Refit by refit", help=help_on("fold"))
    folds["year"] = pd.to_datetime(folds["test_start_date"]).dt.year
    chart = heat(
        folds,
        x=alt.X("year:O", title="year scored", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("model:N", title=None),
        value="rank_ic",
        title="rank IC",
        form=".2f",
        bound=0.15,
        height=60 + 28 * folds["model"].nunique(),
    )
    draw(chart, alternative="Rank correlation of each model in each year")
    st.caption("Rank correlation with the next month's return: blue above 0, orange below.")


def show_one(now: Reading, asset_class: str, trained: list[str]) -> None:
    """What one model learned."""
    st.subheader("What a model learned", help=help_on("SHAP value"))
    model = st.selectbox("Model", trained, key="models_one")
    importance = now.rows("models_importance", model=model, asset_class=asset_class, n_rows=FACTORS)
    if importance.empty:
        st.info(f"{model} has no explained scores: the mean of several models is not explained.")
    else:
        show_importance(now, importance, model, asset_class)
    parameters = now.rows("models_parameters", model=model, asset_class=asset_class)
    with st.expander("Settings of each refit"):
        if parameters.empty:
            st.info(f"{model} has no settings to choose.")
        else:
            show_table(
                parameters,
                comments=now.comments("scores.model_parameters"),
                key="models_parameters",
            )


def show_importance(now: Reading, importance: pd.DataFrame, model: str, asset_class: str) -> None:
    """The mean size of SHAP values by factor, and the values of one refit."""
    left, right = st.columns(2)
    order = list(dict.fromkeys(importance["factor"]))
    mean = importance.groupby("factor", as_index=False)["mean_abs_shap"].mean()
    height = max(120, 26 * len(order))
    y = alt.Y("factor:N", title=None, sort=order)
    chart = bars(
        mean,
        x=alt.X(
            "mean_abs_shap:Q",
            title="mean move of a score (|SHAP|), in ranks",
            axis=alt.Axis(format="~g", tickCount=4),
        ),
        y=y,
        tooltip=["factor:N", alt.Tooltip("mean_abs_shap:Q", title="mean |SHAP|", format=".4f")],
    ).properties(height=height)
    with left:
        st.markdown("**How much each factor moves scores, all refits**")
        draw(chart, alternative=f"Mean absolute SHAP value of each factor, {model}")
    folds = list(dict.fromkeys(importance.sort_values("year", ascending=False)["fold_id"]))
    with right:
        fold = st.selectbox("Refit", folds, key="models_fold")
        values = now.rows(
            "models_shap", model=model, asset_class=asset_class, fold_id=fold, n_rows=FACTORS
        )
        if values.empty:
            st.info("No score of this refit was explained.")
        else:
            draw(
                shap_chart(values, height),
                alternative=f"SHAP values of sampled scores, {model}, {fold}",
            )


def shap_chart(values: pd.DataFrame, height: int) -> alt.Chart:
    """Each sampled score's share by factor, coloured by the name's rank."""
    order = list(dict.fromkeys(values["factor"]))
    return (
        alt.Chart(values)
        .transform_calculate(jitter="random()")
        .mark_circle(size=16, opacity=0.7)
        .encode(
            x=alt.X(
                "shap_value:Q",
                title="move of one score (SHAP), in ranks",
                axis=alt.Axis(format="~g", tickCount=4),
            ),
            y=alt.Y("factor:N", title=None, sort=order),
            yOffset="jitter:Q",
            color=alt.Color(
                "feature_value:Q",
                title="rank of the name: low to high",
                scale=alt.Scale(
                    domain=[-0.5, 0, 0.5], range=[colours()[1], "#BBBBBB", colours()[0]]
                ),
                legend=alt.Legend(
                    format=".1f", title="the name's rank, low to high", gradientLength=160
                ),
            ),
            tooltip=[
                "symbol:N",
                alt.Tooltip("as_of_date:T", title="as of", format="%d %b %Y"),
                alt.Tooltip("feature_value:Q", title="rank", format=".2f"),
                alt.Tooltip("shap_value:Q", title="SHAP", format=".4f"),
            ],
        )
        .properties(height=height)
    )


def show_runs(now: Reading, asset_class: str, chosen: list[str]) -> None:
    """Every refit that was tried, what failed first."""
    runs = now.rows("models_runs", asset_class=asset_class, models=chosen[: 10 * MOST_SERIES])
    st.subheader("What was tried")
    counts = runs["status"].value_counts()
    said = ", ".join(f"{count:,} {status}" for status, count in counts.items())
    if runs.empty:
        st.info("None of these models is fitted: they are computed from others.")
        return
    if "failed" in counts:
        st.error(f"{counts['failed']:,} refits failed: their reasons stand first below.")
    st.caption(f"{said}. Skipped: the history before it was too short, or nothing to score.")
    show_table(runs, comments=now.comments("scores.model_runs"), key="models_runs", height=320)
