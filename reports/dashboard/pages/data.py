"""What landed and what was wrong with it: coverage, quarantine, rejects, revisions, loads."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from reports.dashboard.charts import MOST_SERIES, bars, draw, lines
from reports.dashboard.reading import Reading
from reports.dashboard.tables import paged
from reports.dashboard.tables import show as show_table
from reports.dashboard.words import day_text
from reports.glossary import help_on

VIEWS = ("Coverage", "Quarantine", "Rejects", "Revisions", "Loads", "Survivorship")


def show(now: Reading) -> None:
    """The state of the data from six sides."""
    build = now.snapshot.build
    st.title("Data")
    st.markdown(
        f"What the sources gave from **{day_text(build.first_date)}** to "
        f"**{day_text(build.last_date)}**, and what was wrong with it. Raw rows are never edited."
        if build.first_date and build.last_date
        else "What the sources gave. There are no prices yet: run `make ingest build publish`."
    )
    view = st.segmented_control(
        "View",
        VIEWS,
        default=VIEWS[0],
        required=True,
        label_visibility="collapsed",
        key="data_view",
    )
    DRAWN[view](now)


def show_coverage(now: Reading) -> None:
    """Share of sessions with a bar by market, and the poorest names."""
    rows = now.rows("data_coverage")
    if rows.empty:
        st.info("No price has landed: run `make ingest build publish`.")
        return
    cells = st.columns(4)
    n_sessions, n_bars = rows["n_sessions"].sum(), rows["n_bars"].sum()
    clean = (rows["coverage"] * rows["n_sessions"]).sum()
    cells[0].metric("Bars", f"{n_bars:,.0f}")
    cells[1].metric(
        "Coverage",
        f"{100 * clean / n_sessions:.2f} %",
        help="Share of the sessions of listed names with a bar that passed the cleaning rules.",
    )
    cells[2].metric("Gaps", f"{rows['n_gaps'].sum():,.0f}", help="Sessions without any bar.")
    cells[3].metric(
        "Carried prices",
        f"{rows['n_stale'].sum():,.0f}",
        help="Sessions on which an older price stands in, for at most five.",
    )
    draw_share(
        rows,
        "coverage",
        day="month_date",
        title="sessions with a clean bar, %",
        alternative="Share of sessions with a bar by month and market",
        form=".1%",
        height=260,
    )
    st.subheader("The names with the poorest data")
    paged(
        now,
        "data_worst",
        key="data_worst",
        empty="No name has data.",
        n_rows=int(now.rows("data_worst", n_rows=1, first_row=0)["n_names"].iloc[0]),
        hidden=("n_names",),
        comments=now.comments("prepared.data_quality"),
    )
    st.subheader("Who is listed")
    show_table(
        now.rows("data_listing"),
        comments=now.comments("prepared.listing_status"),
        key="data_listing",
    )


def show_quarantine(now: Reading) -> None:
    """Bars set aside, by rule and one by one."""
    st.caption(help_on("quarantine"))
    reasons = now.rows("data_quarantine_reasons")
    if reasons.empty:
        st.success("No bar was set aside: every one passed the cleaning rules.")
        return
    counts = reasons.groupby(["reason", "asset_class"], as_index=False)["n_set_aside"].sum()
    chart = bars(
        counts,
        x=alt.X(
            "n_set_aside:Q",
            title="bars or fields set aside",
            stack=True,
            axis=alt.Axis(tickMinStep=1, format=",d"),
        ),
        y=alt.Y("reason:N", title=None, sort="-x"),
        color=alt.Color(
            "asset_class:N",
            scale=alt.Scale(domain=["equity", "crypto"], range=["#0072B2", "#D55E00"]),
        ),
        tooltip=[
            "reason:N",
            alt.Tooltip("asset_class:N", title="class"),
            alt.Tooltip("n_set_aside:Q", title="set aside", format=",d"),
        ],
    ).properties(height=24 * counts["reason"].nunique() + 20)
    draw(chart, alternative="Number of bars that each cleaning rule set aside")
    left, right = st.columns(2)
    reason = left.selectbox(
        "Reason",
        ["", *dict.fromkeys(reasons["reason"])],
        format_func=lambda name: name or "all",
        key="data_reason",
    )
    text = right.text_input("Symbol", placeholder="Part of it", key="data_quarantine_text")
    paged(
        now,
        "data_quarantine",
        key="data_quarantine",
        reason=reason,
        text=text.strip(),
        comments=now.comments("prepared.quarantine"),
        empty="No bar is left by these filters: take one away.",
    )


def show_rejects(now: Reading) -> None:
    """Rows that could not be typed or keyed."""
    st.caption(help_on("reject"))
    paged(
        now,
        "data_rejects",
        key="data_rejects",
        comments=now.comments("raw.rejects"),
        empty="No row was rejected: all could be typed and keyed.",
    )


def show_revisions(now: Reading) -> None:
    """Values that a later load changed."""
    st.caption(help_on("revision"))
    text = st.text_input("Symbol", placeholder="Part of it", key="data_revisions_text")
    paged(
        now,
        "data_revisions",
        key="data_revisions",
        text=text.strip(),
        comments=now.comments("prepared.revisions"),
        empty="No value was revised: no later load has said otherwise so far.",
    )


def show_loads(now: Reading) -> None:
    """Every load."""
    st.caption("Each run of `make ingest` or `make update` by source, newest first. Times in UTC.")
    paged(
        now,
        "data_loads",
        key="data_loads",
        comments=now.comments("raw.loads"),
        empty="Nothing has landed: run `make ingest`.",
    )


def show_survivorship(now: Reading) -> None:
    """Members with and without data."""
    st.caption(help_on("survivorship"))
    rows = now.rows("data_survivorship")
    if rows.empty:
        st.info("No month has members yet: run `make build publish`.")
        return
    draw_share(
        rows,
        "share_with_data",
        day="as_of_date",
        title="members with data, %",
        alternative="Share of each market's members that have data, by month",
    )
    draw_share(
        rows.assign(share=rows["n_delisted_later"] / rows["n_listed"]),
        "share",
        day="as_of_date",
        title="listed names that were delisted later, %",
        alternative="Share of each month's listed names that were delisted later",
        zero=True,
    )
    spells = rows.groupby("market")["has_spells"].any()
    without = sorted(spells[~spells].index)
    if without:
        st.warning(
            f"The universe of {', '.join(without)} has no membership dates: it is today's list, "
            "so that its past holds survivors alone.",
            icon=":material/warning:",
        )
    newest = rows.groupby("market", sort=False).tail(1)
    show_table(
        newest,
        comments=now.comments("prepared.survivorship"),
        key="data_survivorship",
    )


def draw_share(
    rows: pd.DataFrame,
    share: str,
    *,
    day: str,
    title: str,
    alternative: str,
    form: str = ".0%",
    height: int = 240,
    zero: bool = False,
) -> None:
    """A share of each market over time, of as many markets as there are colours."""
    names = list(dict.fromkeys(rows["market"]))[:MOST_SERIES]
    chart = lines(
        rows[rows["market"].isin(names)].assign(date=rows[day]),
        y=share,
        title=title,
        series="market",
        names=names,
        form=form,
        height=height,
        zero=zero,
    )
    draw(chart, alternative=alternative)


DRAWN = dict(
    zip(
        VIEWS,
        (
            show_coverage,
            show_quarantine,
            show_rejects,
            show_revisions,
            show_loads,
            show_survivorship,
        ),
        strict=True,
    )
)
