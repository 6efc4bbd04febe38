"""What factors earned, how well they ranked what came, and how they move together."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from reports.dashboard.charts import MOST_SERIES, bars, colours, draw, heat, intervals, lines
from reports.dashboard.reading import Reading
from reports.dashboard.tables import show as show_table
from reports.dashboard.words import day_text
from reports.glossary import help_on
from reports.registry import project_vars

VIEWS = ("Premia", "Growth", "Information", "Fifths", "Correlation", "Crypto beside equities")


def show(now: Reading) -> None:
    """Choose classes, families and factors; look at them from six sides."""
    st.title("Factors")
    known = now.rows("factors_choices")
    if known.empty:
        st.info("No factor is registered: see docs/add_a_factor.md, then `make build publish`.")
        return
    st.markdown(
        "What each factor earned, and how sure one can be of it, long what its paper expects to "
        f"win and short the rest, to **{day_text(now.snapshot.build.last_date)}**. Returns are "
        "decimals shown in %, before costs."
    )
    classes = list(dict.fromkeys(known.sort_values("asset_class", ascending=False)["asset_class"]))
    left, right = st.columns([1, 2])
    chosen_classes = (
        left.multiselect("Asset class", classes, default=classes, key="factors_classes") or classes
    )
    families = right.pills(
        "Family",
        list(dict.fromkeys(known["family"])),
        selection_mode="multi",
        key="factors_families",
        help="None chosen: all.",
    )
    pool = known[known["asset_class"].isin(chosen_classes)]
    if families:
        pool = pool[pool["family"].isin(families)]
    names = list(dict.fromkeys(pool["factor"]))
    chosen = (
        st.multiselect("Factors", names, placeholder="All of these families", key="factors_names")
        or names
    )
    view = st.segmented_control(
        "View",
        VIEWS,
        default=VIEWS[0],
        required=True,
        label_visibility="collapsed",
        key="factors_view",
    )
    parameters = {"asset_classes": chosen_classes, "factors": chosen}
    DRAWN[view](now, parameters)
    with st.expander("What these factors are"):
        show_table(
            pool[pool["factor"].isin(chosen)],
            comments=now.comments("factors.factor_registry"),
            key="factors_registry",
        )


def none_there(rows: pd.DataFrame, why: str) -> bool:
    """Say what to do where there is nothing to draw."""
    if rows.empty:
        st.info(f"Nothing to draw: {why} Choose other factors or classes.")
    return rows.empty


def show_premia(now: Reading, parameters: dict[str, Any]) -> None:
    """Mean long-short return a year with its interval."""
    rows = now.rows("factors_premia", **parameters)
    if none_there(rows, "these factors have too short a history for a premium."):
        return
    rows["is_sure"] = rows["fdr_p_value"] < 0.05
    draw(
        intervals(
            rows,
            label="factor",
            value="mean_ann",
            lower="lower_ann",
            upper="upper_ann",
            title="premium, % a year",
            form=".0%",
        ),
        alternative="Premium of each factor with its 95 % interval",
    )
    st.caption(
        f"Dot: premium. {help_on('premium')} Line: 95 % interval (HAC, fixed-b). Filled: "
        "significant at 5 % after adjusting for the number of factors tried (Benjamini and "
        "Hochberg), adjusted p below 0.05; of twenty worthless factors one interval leaves out 0 "
        "by luck."
    )
    show_table(
        rows.drop(columns=["is_sure", "first_date", "last_date"]),
        comments=now.comments("analysis.factor_premia"),
        key="factors_premia",
    )


def few(parameters: dict[str, Any]) -> dict[str, Any]:
    """At most as many factors as lines can be told apart, said where some are left out."""
    names = parameters["factors"]
    if len(names) > MOST_SERIES:
        st.caption(f"The first {MOST_SERIES} of {len(names)} factors: choose others above.")
    return {**parameters, "factors": names[:MOST_SERIES]}


def by_class(rows: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The rows of each asset class, equities first."""
    return sorted(rows.groupby("asset_class"), key=lambda pair: pair[0], reverse=True)


def show_growth(now: Reading, parameters: dict[str, Any]) -> None:
    """Cumulative long-short returns at equal volatility."""
    asked = few(parameters)
    rows = now.rows("factors_growth", **asked)
    if none_there(rows, "these factors have no returns."):
        return
    for asset_class, part in by_class(rows):
        st.subheader(asset_class)
        names = [name for name in asked["factors"] if name in set(part["factor"])]
        draw(
            lines(
                part,
                y="growth",
                title="value of 1, at 10 % volatility a year",
                series="factor",
                names=names,
                is_log=True,
                form=".2~f",
                height=280,
            ),
            alternative=f"Growth of each factor's long-short return, {asset_class}",
        )
    st.caption(f"{help_on('long-short return')} Scaled to 10 % volatility a year; log scale.")


def show_information(now: Reading, parameters: dict[str, Any]) -> None:
    """Information coefficients by horizon, and over time."""
    asked = few(parameters)
    decay = now.rows("factors_ic_decay", **asked)
    if none_there(decay, "no return had come after these factors' dates."):
        return
    st.subheader("By days looked ahead", help=help_on("IC decay"))
    for (asset_class, part), cell in zip(by_class(decay), st.columns(2), strict=False):
        cell.markdown(f"**{asset_class}**")
        with cell:
            draw(
                decay_chart(part, asked["factors"]),
                alternative=f"Mean information coefficient by horizon, {asset_class}",
            )
    st.caption(help_on("information coefficient") + " Bars: 95 % intervals.")
    months = {name: row["month"] for name, row in project_vars()["sessions"].items()}
    over_time = now.rows(
        "factors_ic_over_time",
        equity_month=months["equity"],
        crypto_month=months["crypto"],
        **asked,
    )
    if over_time.empty:
        return
    st.subheader("Over time, one month ahead: mean of the last 12 months")
    for asset_class, part in by_class(over_time):
        names = [name for name in asked["factors"] if name in set(part["factor"])]
        st.markdown(f"**{asset_class}**")
        draw(
            lines(
                part,
                y="ic_12m",
                title="mean IC of 12 months",
                series="factor",
                names=names,
                form=".2f",
                height=220,
                zero=True,
            ),
            alternative=f"Information coefficient over time, {asset_class}",
        )


def decay_chart(rows: pd.DataFrame, factors: list[str]) -> alt.LayerChart:
    """Mean information coefficient by horizon with intervals."""
    names = [name for name in factors if name in set(rows["factor"])]
    base = alt.Chart(rows).encode(
        x=alt.X("horizon:O", title="days looked ahead", axis=alt.Axis(labelAngle=0)),
        xOffset=alt.XOffset("factor:N", sort=names),
        color=alt.Color(
            "factor:N",
            scale=alt.Scale(domain=names, range=colours()[: len(names)]),
            legend=alt.Legend(columns=2),
        ),
    )
    rules = base.mark_rule(strokeWidth=1.5).encode(
        y=alt.Y("lower_ic:Q", title="mean IC", axis=alt.Axis(format=".2f")), y2="upper_ic:Q"
    )
    dots = base.mark_circle(size=45).encode(
        y="mean_ic:Q",
        tooltip=[
            "factor:N",
            alt.Tooltip("horizon:O", title="days"),
            alt.Tooltip("mean_ic:Q", title="mean IC", format=".3f"),
            alt.Tooltip("t_stat:Q", title="t", format=".1f"),
        ],
    )
    zero = alt.Chart(rows).mark_rule(strokeDash=[3, 3]).encode(y=alt.datum(0))
    return alt.layer(zero, rules, dots).properties(height=280)


def show_fifths(now: Reading, parameters: dict[str, Any]) -> None:
    """Mean return of each fifth of the names."""
    asked = few(parameters)
    rows = now.rows("factors_quantiles", **asked)
    if none_there(rows, "these factors have no returns by fifths."):
        return
    for asset_class, part in by_class(rows):
        st.subheader(asset_class)
        chart = bars(
            part,
            x=alt.X("quantile:O", title="fifth", axis=alt.Axis(labelAngle=0)),
            y=alt.Y("mean_ann:Q", title="mean return, % a year", axis=alt.Axis(format=".0%")),
            tooltip=[
                alt.Tooltip("factor:N"),
                alt.Tooltip("quantile:O", title="fifth"),
                alt.Tooltip("mean_ann:Q", title="a year", format=".1%"),
            ],
        ).properties(width=115, height=170)
        draw(
            chart.facet(alt.Facet("factor:N"), columns=5),
            alternative=f"Mean return of the fifths of each factor, {asset_class}",
        )
    st.caption("Fifth 5 holds what the paper expects to earn most; equally weighted, monthly.")


def show_correlation(now: Reading, parameters: dict[str, Any]) -> None:
    """Which factors are the same bet."""
    asset_class = parameters["asset_classes"][0]
    if len(parameters["asset_classes"]) > 1:
        asset_class = st.radio(
            "Asset class", parameters["asset_classes"], horizontal=True, key="factors_correlation"
        )
    rows = now.rows("factors_correlation", asset_class=asset_class, factors=parameters["factors"])
    if none_there(rows, f"these factors have no common days in {asset_class}."):
        return
    names = list(
        dict.fromkeys(name for name in parameters["factors"] if name in set(rows["factor_a"]))
    )
    draw(
        heat(
            rows,
            x=alt.X("factor_a:N", title=None, sort=names, axis=alt.Axis(labelAngle=-60)),
            y=alt.Y("factor_b:N", title=None, sort=names),
            value="correlation",
            title="correlation",
            form=".2f",
            bound=1,
            height=150 + 26 * len(names),
            text=len(names) <= 14,
        ),
        alternative=f"Correlation of the factors' returns, {asset_class}",
    )
    st.caption(
        "Correlation of daily long-short returns: 1 the same bet, 0 none in common, "
        "\u22121 the opposite."
    )


def show_beside(now: Reading, parameters: dict[str, Any]) -> None:
    """Factors that both classes have."""
    rows = now.rows("factors_beside", factors=parameters["factors"])
    if none_there(rows, "none of these factors is known of both equities and coins."):
        return
    long = pd.concat(
        [
            rows[["factor"]].assign(
                asset_class=name, mean_ann=rows[f"{name}_mean_ann"], t_stat=rows[f"{name}_t_stat"]
            )
            for name in ("equity", "crypto")
        ]
    )
    chart = bars(
        long,
        x=alt.X("mean_ann:Q", title="premium, % a year", axis=alt.Axis(format=".0%")),
        y=alt.Y("factor:N", title=None, sort=list(rows["factor"])),
        tooltip=[
            alt.Tooltip("factor:N"),
            alt.Tooltip("asset_class:N", title="class"),
            alt.Tooltip("mean_ann:Q", title="premium", format=".1%"),
            alt.Tooltip("t_stat:Q", title="t", format=".1f"),
        ],
        yOffset=alt.YOffset("asset_class:N", sort=["equity", "crypto"]),
        color=alt.Color(
            "asset_class:N", scale=alt.Scale(domain=["equity", "crypto"], range=colours()[:2])
        ),
    ).properties(height=max(120, 40 * len(rows)))
    draw(chart, alternative="Premium of each factor in equities beside that in crypto")
    show_table(rows, comments=now.comments("analysis.equity_against_crypto"), key="factors_beside")
    st.caption(
        "p of the difference: how likely a difference as large would be if both classes "
        "paid the same. Weekly correlation with its 95 % interval."
    )


DRAWN = dict(
    zip(
        VIEWS,
        (show_premia, show_growth, show_information, show_fifths, show_correlation, show_beside),
        strict=True,
    )
)
