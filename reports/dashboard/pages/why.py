"""From a weight down to the raw rows it came from, each with its load and source."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from reports.dashboard.reading import Reading
from reports.dashboard.tables import paged
from reports.dashboard.tables import show as show_table

STAGES = {
    "weight": ("The weight", "What the strategy wanted, and what stood before and after."),
    "rule": ("Its trade", "How it was traded: what had drifted, caps, bands, turnover scale."),
    "leg": ("Its leg", "The name among those chosen with it: raw weight, caps, scales."),
    "score": ("Its score", "What it was ranked by."),
    "factor": ("Its factors", "Raw value, the bounds it was cut at, z-score and rank."),
    "input": ("What the factors were computed from", "Prices, volumes and statement items."),
    "raw": ("The raw rows", "As the source said it, with the load that brought it."),
}
MOST = 500


def show(now: Reading) -> None:
    """Choose a strategy, a day and a name; see why its weight is what it is."""
    st.title("Why this number?")
    strategies = list(now.rows("why_strategies")["strategy"])
    if not strategies:
        st.info("No strategy has decided anything yet: run `make summary` to see why.")
        return
    chosen = choose(now, strategies)
    if chosen is None:
        return
    strategy, day, symbol = chosen
    st.query_params.from_dict({"strategy": strategy, "day": day, "symbol": symbol})
    st.markdown(
        f"How **{symbol}** came to its weight in **{strategy}** by the decision of **{day}**, step "
        "by step down to what the sources said. Weights are shares of the book."
    )
    rows = now.rows("why_weight", strategy=strategy, day=day, symbol=symbol)
    if rows.empty:
        st.info(f"{symbol} has no weight in {strategy} on {day}: choose another name or day.")
        return
    for stage, part in rows.groupby("stage", sort=False):
        show_stage(str(stage), part)
    show_deeper(now, rows, {"strategy": strategy, "day": day, "symbol": symbol})


def choose(now: Reading, strategies: list[str]) -> tuple[str, str, str] | None:
    """The strategy, day and name chosen; those of the address to begin with."""
    asked = st.query_params
    cells = st.columns([2, 1, 2])
    strategy = cells[0].selectbox(
        "Strategy", strategies, index=place(strategies, asked.get("strategy")), key="why_strategy"
    )
    days = [f"{day:%Y-%m-%d}" for day in now.rows("why_days", strategy=strategy)["as_of_date"]]
    if not days:
        st.info(f"{strategy} has never decided anything: choose another strategy.")
        return None
    day = cells[1].selectbox("Decided on", days, index=place(days, asked.get("day")), key="why_day")
    names = now.rows("why_symbols", strategy=strategy, day=day)
    labels = dict(zip(names["symbol"], name_labels(names), strict=True))
    if not labels:
        st.info(f"{strategy} wanted nothing on {day}: choose another day.")
        return None
    symbols = list(labels)
    symbol = cells[2].selectbox(
        "Name",
        symbols,
        index=place(symbols, asked.get("symbol")),
        key="why_symbol",
        format_func=lambda name: labels.get(name, name),
    )
    return strategy, day, symbol


def place(options: list[str], wanted: str | None) -> int:
    """Where an option stands; the first where it does not."""
    return options.index(wanted) if wanted in options else 0


def name_labels(names: pd.DataFrame) -> list[str]:
    """Symbol, name and weight of each, for the list."""
    return [
        f"{row.symbol}  {row.name or ''}  {100 * row.desired_weight:.2f} %"
        for row in names.itertuples(index=False)
    ]


def show_stage(stage: str, rows: pd.DataFrame) -> None:
    """The rows of one stage, whatever columns they have; those without a value are left out."""
    title, sentence = STAGES.get(stage, (stage, ""))
    st.subheader(title)
    if sentence:
        st.caption(sentence)
    filled = rows.dropna(axis="columns", how="all").drop(columns=["step", "stage"], errors="ignore")
    show_table(readable(filled), key=f"why_stage_{stage}", height=None if len(rows) <= 12 else 440)


def readable(rows: pd.DataFrame) -> pd.DataFrame:
    """Values of different units as texts, each with the digits it needs.

    A row's ``value_text`` is its value where it has no number, else its ``note``.
    """
    if "unit" not in rows or not {"value", "value_text"} & set(rows):
        return rows
    numbers = rows["value"] if "value" in rows else pd.Series(None, rows.index, dtype="float64")
    texts = rows["value_text"] if "value_text" in rows else pd.Series("", rows.index)
    said, is_number = texts.where(texts.notna(), "").astype(str), numbers.notna()
    shown = rows.drop(columns=["value", "value_text"], errors="ignore")
    place = shown.columns.get_loc("unit")
    shown.insert(place, "value", numbers.map(number_text).where(is_number, said))
    notes = said.where(is_number, "")
    if notes.any():
        shown.insert(place + 2, "note", notes)
    return shown


def number_text(value: float) -> str:
    """A number with six digits; empty where there is none."""
    if pd.isna(value):
        return ""
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{value:,.0f}"
    if abs(value) >= 100_000:
        return f"{value:,.0f}"
    return f"{value:,.6g}" if abs(value) >= 1e-4 else f"{value:.4g}"


def show_deeper(now: Reading, rows: pd.DataFrame, asked: dict[str, str]) -> None:
    """The whole leg, the cross-section of a factor, and its raw rows."""
    st.subheader("Deeper")
    leg, section, inputs = st.tabs(["The whole leg", "The cross-section of a factor", "Raw rows"])
    factors = factors_of(now, rows)
    with leg:
        members = now.rows("why_leg", n_rows=MOST, **asked)
        st.caption(f"Every name of the legs of this decision, best first (at most {MOST}).")
        show_table(members.dropna(axis="columns", how="all"), key="why_leg", height=420)
    with section:
        factor = st.selectbox("Factor", factors, key="why_factor")
        members = now.rows("why_factor", factor=factor, n_rows=MOST, **asked)
        if members.empty:
            st.info(f"{asked['symbol']} was not ranked by {factor} that day: it lacked the data.")
        else:
            st.caption("Who it was ranked among: bounds, z-scores and ranks; its own row first.")
            show_table(members.dropna(axis="columns", how="all"), key="why_section", height=420)
    with inputs:
        factor = st.selectbox("Factor", factors, key="why_inputs_factor")
        paged(
            now,
            "why_inputs",
            key="why_inputs",
            factor=factor,
            day=asked["day"],
            symbol=asked["symbol"],
            empty=f"No raw row of {asked['symbol']} went into {factor}: it lacked the data.",
        )


def factors_of(now: Reading, rows: pd.DataFrame) -> list[str]:
    """The factors that the explanation names, else all there are."""
    known = list(dict.fromkeys(now.rows("factors_choices")["factor"]))
    said = rows.loc[rows["stage"] == "factor", "item"].astype(str).tolist()
    named = [factor for factor in known if any(factor in item for item in said)]
    return named or known
