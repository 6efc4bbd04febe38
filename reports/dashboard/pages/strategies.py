"""Strategies side by side over a range of days: growth, drawdowns, metrics and luck."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from reports.dashboard.books import BUILD, TRIED_IN, Picked, comparable, picked_of
from reports.dashboard.charts import MOST_SERIES, draw, heat, lines
from reports.dashboard.reading import Reading
from reports.dashboard.tables import show as show_table
from reports.dashboard.words import day_text
from reports.glossary import help_on

RANGES = {"All": None, "10 years": 3652, "5 years": 1826, "3 years": 1096, "1 year": 365}
OWN = "Own dates"
WEEKLY_ABOVE, MONTHLY_ABOVE = 400, 7000  # days drawn one by one, then by week


def show(now: Reading) -> None:
    """Pick strategies and a range; see how they grew, fell and measure up."""
    st.title("Compare strategies")
    sentence, picker = st.empty(), st.container()
    choices = comparable(now)
    if choices.empty:
        st.info(
            "No strategy has returns yet: none has traded. Run `make summary` to see why, or add "
            "one to `dbt_project/seeds/strategies.csv` and run `make build publish`."
        )
        return
    names = list(choices["strategy"])
    labels = dict(zip(names, choices["label"], strict=True))
    chosen = picker.multiselect(
        "Strategies",
        names,
        format_func=labels.__getitem__,
        default=names[: min(3, len(names))],
        max_selections=MOST_SERIES,
        help=f"Up to {MOST_SERIES}. " + help_on("strategy"),
        key="strategies_picked",
    )
    if not chosen:
        st.info("Pick a strategy to see its returns.")
        return
    picked = picked_of(choices, chosen)
    series, is_log, benchmark = options(chosen)
    span = choices[choices["strategy"].isin(chosen)]
    first, last, is_whole = days(span)
    sentence.markdown(
        f"What 1 became, and how sure one can be of it, from **{first:%d %b %Y}** to "
        f"**{last:%d %b %Y}**, "
        + ("after all costs." if series == "net" else "before trading costs and borrow fees.")
    )
    parameters = {
        "series": series,
        "first_date": first.isoformat(),
        "last_date": last.isoformat(),
    }
    for name, day in picked.rows(now, "strategies_ruined").itertuples(index=False):
        st.warning(f"**{name}** lost all on {day_text(day)} and was closed.")
    show_growth(now, picked, parameters, is_log=is_log, benchmark=benchmark)
    show_metrics(now, picked, parameters, is_whole=is_whole)
    show_luck(now, picked)
    show_months(now, picked.of(BUILD))


def options(picked: list[str]) -> tuple[str, bool, str | None]:
    """Net or before costs, linear or log, and whose benchmark is drawn."""
    cells = st.columns([2, 1, 2])
    series = cells[0].segmented_control(
        "Returns",
        ["net", "gross"],
        default="net",
        required=True,
        key="strategies_series",
        format_func={"net": "After costs", "gross": "Before costs"}.get,
        help="Before costs: before trading costs and borrow fees; cash earns in both.",
    )
    is_log = cells[1].toggle(
        "Log scale", key="strategies_log", help="Equal distances are equal ratios."
    )
    benchmark = cells[2].selectbox(
        "Benchmark of", picked, index=None, placeholder="None drawn", key="strategies_benchmark"
    )
    return series, is_log, benchmark


def days(span: pd.DataFrame) -> tuple[date, date, bool]:
    """The range chosen, and whether it is all there is."""
    first, last = span["first_date"].min().date(), span["last_date"].max().date()
    chosen = st.segmented_control(
        "Days", [*RANGES, OWN], default="All", required=True, key="strategies_range"
    )
    if chosen == OWN:
        left, right, _ = st.columns([1, 1, 2])
        begin = left.date_input(
            "From", first, min_value=first, max_value=last, key="strategies_from"
        )
        end = right.date_input("To", last, min_value=first, max_value=last, key="strategies_to")
        if begin >= end:
            st.warning(f"From {begin} to {end} is no range: all days are shown.")
            return first, last, True
        return begin, end, (begin, end) == (first, last)
    length = RANGES[chosen]
    if length is None:
        return first, last, True
    begin = max(first, last - timedelta(days=length - 1))
    return begin, last, begin == first


def bucket(parameters: dict[str, Any]) -> str:
    """What one point of a line stands for, so that no line has more than some 700 points."""
    span = date.fromisoformat(parameters["last_date"]) - date.fromisoformat(
        parameters["first_date"]
    )
    if span.days <= WEEKLY_ABOVE:
        return "day"
    return "week" if span.days <= MONTHLY_ABOVE else "month"


def show_growth(
    now: Reading,
    picked: Picked,
    parameters: dict[str, Any],
    *,
    is_log: bool,
    benchmark: str | None,
) -> None:
    """Growth and drawdowns, one below the other."""
    step = bucket(parameters)
    rows = picked.rows(now, "strategies_growth", bucket=step, **parameters)
    names = picked.names
    if benchmark:
        followed = Picked({benchmark: picked.books[benchmark]})
        own = {**parameters, "series": "benchmark"}
        other = followed.rows(now, "strategies_growth", bucket=step, **own)
        label = f"benchmark of {benchmark}"
        rows = pd.concat([rows, other.assign(strategy=label)])
        names = [*names[: MOST_SERIES - 1], label]
    if rows.empty:
        st.info("These strategies have no returns in the range: choose a longer one.")
        return
    if is_log:
        rows = rows[rows["growth"] > 0]
    growth = lines(
        rows,
        y="growth",
        title="value of 1 invested" + (" (log scale)" if is_log else ""),
        series="strategy",
        names=names,
        form=".2~f",
        is_log=is_log,
    )
    drawdown = lines(
        rows,
        y="drawdown",
        title="drawdown, %",
        series="strategy",
        names=names,
        form=".0%",
        height=170,
        zero=True,
        legend=False,
    )
    draw(growth, alternative="Growth of 1 in each strategy over the range")
    draw(drawdown, alternative="Drawdown of each strategy over the range")
    if step != "day":
        st.caption(
            f"One point a {step}: the value at its end, the deepest drawdown within it. The "
            "metrics below are of all days."
        )


def show_metrics(
    now: Reading, picked: Picked, parameters: dict[str, Any], *, is_whole: bool
) -> None:
    """The metrics of the range, computed by the warehouse."""
    st.subheader("Metrics of these days")
    metrics = picked.rows(now, "strategies_metrics", **parameters)
    comments = now.comments("performance.summary")
    comments |= {"ann_return": "prod(1 + r)^(A / n) - 1, of the returns chosen above."}
    show_table(metrics, comments=comments, key="strategies_metrics")
    if metrics.empty:
        return
    n_trials = int(metrics["n_trials"].max()) if metrics["n_trials"].notna().any() else 0
    st.caption(
        f"**psr**: {help_on('psr')} **dsr**: {help_on('dsr')} Counted so far: {n_trials:,} trials. "
        "Standard definitions, annualized by the days there are in the years spanned."
    )
    if not is_whole:
        st.warning(
            "You chose this range after the results were there. psr and dsr count the trials, not "
            "the ranges one looks at: read them as upper bounds. The record of all days is the "
            "honest one.",
            icon=":material/casino:",
        )


def show_luck(now: Reading, picked: Picked) -> None:
    """How often the best of a group in half of its days was no better in the other half."""
    schemas = sorted({BUILD, *picked.books.values()})
    luck = pd.concat(
        [
            now.rows("strategies_luck", books=schema).assign(tried_in=TRIED_IN[schema])
            for schema in schemas
        ]
    )
    if not luck.empty:
        with st.expander("Would the best of one half be good in the other? (pbo)"):
            st.caption(help_on("pbo"))
            show_table(luck, comments=now.comments("performance.overfitting"))


def show_months(now: Reading, picked: list[str]) -> None:
    """Net return by calendar month of one strategy of the build."""
    if not picked:
        return
    st.subheader("Month by month")
    name = st.selectbox("Strategy", picked, key="strategies_months")
    rows = now.rows("strategies_months", strategy=name)
    if rows.empty:
        st.info("No full month yet.")
        return
    rows["month"] = pd.to_datetime(rows["month_date"]).dt.strftime("%b")
    order = [f"{date(2000, month, 1):%b}" for month in range(1, 13)]
    bound = float(rows["net_return"].abs().quantile(0.95)) or 0.01
    chart = heat(
        rows,
        x=alt.X(
            "month:O",
            title=None,
            sort=order,
            axis=alt.Axis(labelAngle=0, orient="top", domain=False, ticks=False),
        ),
        y=alt.Y("year:O", title=None, axis=alt.Axis(domain=False, ticks=False)),
        value="net_return",
        title="net return",
        form=".1%",
        bound=bound,
        height=30 + 26 * rows["year"].nunique(),
    )
    draw(chart, alternative=f"Net return of {name} by month, in percent")
    st.caption("Net return of each calendar month, %; blue above 0, orange below.")
