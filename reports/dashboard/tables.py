"""Tables: each column with its heading, its unit, its number format and its explanation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st
from pandas.api import types

from reports.dashboard.reading import CSV_ROWS, Reading, csv_of
from reports.dashboard.words import heading

PAGE_ROWS = 100
WIDE = ("note", "notes", "reason", "row_json", "paper", "message")
FEW_ROWS = 10  # of which a table is as high as it needs to be
PERCENT = re.compile(
    r"(weight|return|_vol|turnover|drawdown|share|coverage|hit_rate|psr|dsr|pbo|spread|alpha_ann"
    r"|exposure|^ret|mean_ann|lower_ann|upper_ann|difference_ann|cost_return|winsor)"
)
PRECISE = re.compile(r"(^p_|_p_value|p_value|score|(^|_)ic($|_)|shap|importance|correlation|r2)")
RATIO = re.compile(r"(t_stat|critical_value|seconds|sharpe|sortino|calmar|beta|ratio)")


def column(name: str, values: pd.Series, explanation: str | None) -> Any:
    """How a column is shown, by its name and type."""
    label = heading(name)
    if types.is_bool_dtype(values) or name.startswith(("is_", "has_")):
        return st.column_config.CheckboxColumn(
            label.removeprefix("is ").removeprefix("has "), help=explanation
        )
    if name.endswith("_at"):
        return st.column_config.DatetimeColumn(label, help=explanation, format="YYYY-MM-DD HH:mm")
    if types.is_datetime64_any_dtype(values) or name == "date" or name.endswith("_date"):
        return st.column_config.DateColumn(label, help=explanation, format="YYYY-MM-DD")
    if types.is_numeric_dtype(values):
        return st.column_config.NumberColumn(
            label, help=explanation, format=number_format(name, values)
        )
    width = "large" if name in WIDE else None
    return st.column_config.TextColumn(label, help=explanation, width=width)


def number_format(name: str, values: pd.Series) -> str | None:
    """The format of a number, by the unit that its column's name gives."""
    if name in ("load_id", "old_load_id", "year", "rank", "quantile", "horizon"):
        return "%d"
    if types.is_integer_dtype(values):
        return "localized"
    if RATIO.search(name):
        return "%.2f"
    if PRECISE.search(name):
        return "%.4g"
    if PERCENT.search(name):
        return "percent"
    if name.endswith("_usd") or name.startswith("n_"):
        return "localized"
    return "%.6g"


def rounded(frame: pd.DataFrame) -> pd.DataFrame:
    """Amounts of money without more digits than anybody reads."""
    amounts = [
        name for name in frame if name.endswith("_usd") and types.is_float_dtype(frame[name])
    ]
    digits = {name: 0 if frame[name].abs().max() >= 1000 else 2 for name in amounts}
    return frame.round(digits)


def show(
    frame: pd.DataFrame,
    *,
    comments: Mapping[str, str] | None = None,
    hidden: tuple[str, ...] = (),
    key: str | None = None,
    height: int | None = None,
    selectable: bool = False,
) -> int | None:
    """Show a table; the place of the row that is selected, where one can be.

    Parameters
    ----------
    comments : what the warehouse says of the columns, shown where the pointer rests.
    hidden : columns that are not shown.
    """
    said = comments or {}
    shown = rounded(frame[[name for name in frame.columns if name not in (*hidden, "n_rows")]])
    options: dict[str, Any] = {"height": height} if height and len(frame) > FEW_ROWS else {}
    if selectable:
        options |= {"on_select": "rerun", "selection_mode": "single-row"}
    state = st.dataframe(
        shown,
        hide_index=True,
        column_config={name: column(name, shown[name], said.get(name)) for name in shown},
        placeholder="\u2013",
        key=key,
        **options,
    )
    rows = state.selection.rows if selectable else []
    return rows[0] if rows and rows[0] < len(frame) else None


def paged(
    reading: Reading,
    name: str,
    *,
    key: str,
    empty: str,
    comments: Mapping[str, str] | None = None,
    hidden: tuple[str, ...] = (),
    n_rows: int | None = None,
    selectable: bool = False,
    **parameters: Any,
) -> pd.Series | None:
    """A table read page by page, with a file of it to download; the row that is selected.

    Parameters
    ----------
    empty : what to say, and to do, where there are no rows.
    n_rows : of all pages, where the query does not say so in a column ``n_rows``.
    """
    place = f"{key}_page"
    asked = max(int(st.session_state.get(place, 1)), 1)
    rows = read_page(reading, name, asked, parameters)
    if rows.empty and asked > 1:  # the filters leave fewer pages than before
        st.session_state[place] = asked = 1
        rows = read_page(reading, name, asked, parameters)
    if rows.empty:
        st.info(empty, icon=":material/info:")
        return None
    total = int(rows["n_rows"].iloc[0]) if n_rows is None else n_rows
    selected = show(
        rows, comments=comments, hidden=hidden, key=f"{key}_{asked}", selectable=selectable
    )
    left, right = st.columns([3, 1], vertical_alignment="center")
    n_pages = -(-total // PAGE_ROWS)
    with left:
        first = (asked - 1) * PAGE_ROWS + 1
        st.caption(f"Rows {first:,} to {first + len(rows) - 1:,} of {total:,}")
        if n_pages > 1:
            st.pagination(n_pages, key=place)
    right.download_button(
        download_label(total),
        data=lambda: csv_of(reading.files, reading.snapshot.identity, name, parameters),
        file_name=f"{reading.files.name}_{name}_{date_of(reading)}.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        key=f"{key}_download",
        help=f"Of build {reading.snapshot.build.build_fingerprint[:12]}, as this page.",
    )
    return None if selected is None else rows.iloc[selected]


def download_label(n_rows: int) -> str:
    """What a file holds: all rows, or how many of how many."""
    if n_rows <= CSV_ROWS:
        return f"Download CSV, all {n_rows:,} rows"
    return f"Download CSV, the first {CSV_ROWS:,} of {n_rows:,} rows"


def read_page(reading: Reading, name: str, page: int, parameters: dict[str, Any]) -> pd.DataFrame:
    """One page of a query's rows."""
    return reading.rows(name, n_rows=PAGE_ROWS, first_row=(page - 1) * PAGE_ROWS, **parameters)


def date_of(reading: Reading) -> date | str:
    """The last day of the data, for names of files."""
    return reading.snapshot.build.last_date or "empty"
