"""Signals of today, and the ranks they come from."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from reports.dashboard.charts import bars, colours, draw
from reports.dashboard.reading import Reading
from reports.dashboard.tables import paged
from reports.glossary import help_on

SIGNALS = ("buy", "sell", "hold")
SORTS = ("largest trade", "largest target weight", "best rank", "symbol")


def show(now: Reading) -> None:
    """What to do today, and how every name ranks."""
    st.title("Signals and ranks")
    choices = now.first("signals_choices")
    view = st.segmented_control(
        "Show",
        ["Signals", "Ranks"],
        default="Signals",
        required=True,
        label_visibility="collapsed",
        key="signals_view",
    )
    if view == "Ranks":
        show_ranks(now, choices)
    elif not len(choices["strategies"]):
        st.info(
            "No strategy has a signal: none has traded yet. Run `make summary` to see why, or add "
            "one to `dbt_project/seeds/strategies.csv` and run `make build publish`."
        )
    else:
        show_signals(now, choices)


def show_signals(now: Reading, choices: pd.Series) -> None:
    """Filters, what they leave in numbers, the trades by strategy, and the table."""
    sentence = st.empty()
    chosen = st.multiselect(
        "Strategies",
        choices["strategies"],
        placeholder="All strategies",
        help=help_on("strategy"),
        key="signals_strategies",
    )
    filters = asset_filters(choices, "signals")
    left, right = st.columns([3, 2])
    signals = left.pills(
        "Signal", SIGNALS, selection_mode="multi", help=help_on("signal"), key="signals_signals"
    )
    sort = right.selectbox("Order by", SORTS, key="signals_sort")
    parameters = {
        "strategies": chosen or list(choices["strategies"]),
        "signals": list(signals),
        **filters,
    }
    totals = now.first("signals_totals", **parameters)
    sentence.markdown(
        f"What {plural(totals['n_strategies'], 'strategy', 'strategies')} would do at the close of "
        f"**{days(totals)}**. Weights are shares of a strategy's book, prices in the currency of "
        "the quote."
    )
    show_totals(totals)
    if totals["n_rows"]:
        show_turnover(now, parameters)
    selected = paged(
        now,
        "signals_rows",
        key="signals_rows",
        n_rows=int(totals["n_rows"]),
        comments=now.comments("signals.live_signals"),
        selectable=True,
        empty="No signal is left by these filters: take one away.",
        sort=sort,
        **parameters,
    )
    link_to_why(now, selected)


def show_totals(totals: pd.Series) -> None:
    """The numbers of what the filters leave."""
    cells = st.columns(4)
    for cell, signal in zip(cells, SIGNALS, strict=False):
        cell.metric(signal.capitalize(), f"{totals[f'n_{signal}s']:,}", help=help_on("signal"))
    turnover = totals["turnover"]
    cells[3].metric(
        "Turnover, mean of the strategies",
        "\u2013" if pd.isna(turnover) else f"{100 * turnover:.1f} %",
        help=help_on("turnover"),
    )
    if totals["has_waiting_books"]:
        st.caption("For some of these strategies the day is no rebalance: their books would wait.")
    if totals["n_without_bar"]:
        st.caption(
            f"{totals['n_without_bar']:,} of these names have no bar that day and cannot be traded."
        )


def show_turnover(now: Reading, parameters: dict[str, Any]) -> None:
    """How much each strategy buys and sells, in one bar each."""
    shown = st.expander("Bought and sold, by strategy", key="signals_turnover", on_change="rerun")
    if not shown.open:
        return
    rows = now.rows("signals_by_strategy", **parameters)
    chart = bars(
        rows,
        x=alt.X(
            "share:Q",
            title="bought and sold, % of the book",
            axis=alt.Axis(format=".0%", tickCount=8),
        ),
        y=alt.Y("strategy:N", title=None, sort="-x"),
        color=alt.Color("signal:N", scale=alt.Scale(domain=["buy", "sell"], range=colours()[:2])),
        tooltip=[
            alt.Tooltip("strategy:N"),
            alt.Tooltip("signal:N"),
            alt.Tooltip("share:Q", title="share of the book", format=".1%"),
            alt.Tooltip("n_names:Q", title="names"),
        ],
    ).properties(height=max(60, 20 * rows["strategy"].nunique()))
    with shown:
        draw(chart, alternative="Share of each strategy's book that it buys and sells today")


def link_to_why(now: Reading, selected: pd.Series | None) -> None:
    """From a selected row to where its weight comes from."""
    if selected is None:
        st.caption("Select a row to ask where its weight comes from.")
    elif st.button(
        f"Why this weight of {selected['symbol']} in {selected['strategy']}?",
        type="primary",
        icon=":material/account_tree:",
    ):
        now.open(
            "why",
            strategy=selected["strategy"],
            symbol=selected["symbol"],
            day=f"{selected['as_of_date']:%Y-%m-%d}",
        )


def show_ranks(now: Reading, choices: pd.Series) -> None:
    """Every name by one score, on the newest day of its class."""
    scores = now.rows("ranks_choices")
    kinds = dict(zip(scores["score_name"], scores["kind"], strict=True))
    name = st.selectbox(
        "Ranked by",
        list(kinds),
        format_func=lambda score: f"{score}  ({kinds[score]})",
        help=help_on("score"),
        key="ranks_score",
    )
    st.markdown(
        "Every tradable name on the newest day of its class, best first: equities and coins are "
        "ranked apart. A factor's score runs from \u22120.5 to 0.5 of its cross-section, a "
        "composite's is in standard deviations, a model's is its predicted rank less one half."
    )
    filters = asset_filters(choices, "ranks")
    day = now.first("ranks_day")["day"]
    paged(
        now,
        "ranks_rows",
        key="ranks_rows",
        score_name=name,
        day=f"{day:%Y-%m-%d}",
        empty="No name is ranked by this score on the newest day: choose another score, or take a "
        "filter away.",
        **filters,
    )


def asset_filters(choices: pd.Series, key: str) -> dict[str, Any]:
    """Asset class, country, sector and a search, side by side."""
    cells = st.columns(4)
    names = ("asset_classes", "countries", "sectors")
    labels = ("Asset class", "Country", "Sector")
    chosen: dict[str, Any] = {
        name: cell.multiselect(label, choices[name], placeholder="All", key=f"{key}_{name}")
        for cell, name, label in zip(cells, names, labels, strict=False)
    }
    text = cells[3].text_input("Symbol or name", placeholder="Part of it", key=f"{key}_text")
    return {**chosen, "text": text.strip()}


def plural(count: int, one: str, many: str) -> str:
    """A count with its noun."""
    return f"{count:,} {one if count == 1 else many}"


def days(totals: pd.Series) -> str:
    """The day, or the days of both classes."""
    first, last = totals["first_as_of_date"], totals["last_as_of_date"]
    if pd.isna(first):
        return "no day"
    if first == last:
        return f"{last:%d %b %Y}"
    return f"{first:%d %b %Y} (coins: {last:%d %b %Y})"
