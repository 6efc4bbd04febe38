"""The frame around every page: navigation, the sidebar, and the one build a page is shown from."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from reports.dashboard import first_build
from reports.dashboard.pages import data, factors, models, signals, strategies, trades, why
from reports.dashboard.reading import Reading, reading
from reports.dashboard.words import day_text
from reports.errors import ReportsError
from reports.glossary import GLOSSARY, help_on
from reports.registry import dataset_name
from warehouse.files import DatasetFiles, WarehouseError, dataset_files
from warehouse.reader import FileIdentity

ICON = (
    Path(__file__).resolve().parent / "icon.svg"
)  # a name of Material's would be fetched from its host
LOOK_AGAIN = 15  # seconds between two looks at the published file


@dataclass(frozen=True)
class Entry:
    """A page: its module's function, its title and sign, and where it is found."""

    show: Callable[[Reading], None]
    title: str
    icon: str


ENTRIES = {
    "signals": Entry(signals.show, "Signals and ranks", ":material/list_alt:"),
    "trades": Entry(trades.show, "Trades for my holdings", ":material/swap_horiz:"),
    "strategies": Entry(strategies.show, "Compare strategies", ":material/show_chart:"),
    "factors": Entry(factors.show, "Factors", ":material/functions:"),
    "models": Entry(models.show, "Scoring models", ":material/model_training:"),
    "data": Entry(data.show, "Data", ":material/database:"),
    "why": Entry(why.show, "Why this number?", ":material/account_tree:"),
}


def chosen_files() -> DatasetFiles:
    """The files of the dataset that FACTORHOUSE_DATASET names; default demo."""
    given = os.environ.get("FACTORHOUSE_DATASET") or "demo"
    return dataset_files(dataset_name(given), given)


def run() -> None:
    """Show the page that the visitor is on, from the newest published build."""
    st.set_page_config(page_title="Factorhouse", page_icon=str(ICON), layout="wide")
    pages: dict[str, Any] = {}
    for name, entry in ENTRIES.items():
        pages[name] = st.Page(
            partial(show_page, name, pages),
            title=entry.title,
            icon=entry.icon,
            url_path=name,
            default=name == "signals",
        )
    st.navigation(list(pages.values())).run()


def show_page(name: str, pages: dict[str, Any]) -> None:
    """One page, from one build; an error of ours is shown as its message."""
    try:
        files = chosen_files()
        if not files.published.exists():
            first_build.show(files)
            return
        with reading(files, pages) as now:
            sidebar(now)
            ENTRIES[name].show(now)
    except (ReportsError, WarehouseError) as error:
        st.error(str(error), icon=":material/error:")


def sidebar(now: Reading) -> None:
    """Which build is shown, and what the words mean."""
    build, context = now.snapshot.build, now.first("context")
    with st.sidebar:
        until = f"data to {day_text(build.last_date)}" if build.last_date else "no prices yet"
        st.markdown(f"**{now.files.name}**, {until}")
        st.caption(
            f"{context['n_assets']:,} names, {context['n_strategies']:,} strategies. Known at "
            f"{build.known_at:%Y-%m-%d %H:%M} UTC."
            if build.known_at
            else f"{context['n_assets']:,} names, {context['n_strategies']:,} strategies."
        )
        st.caption(f"Build `{build.build_fingerprint[:12]}`", help=help_on("build"))
        with st.popover("What the words mean", icon=":material/menu_book:"):
            words = sorted(GLOSSARY.items(), key=lambda entry: entry[0].lower())
            st.markdown("\n\n".join(f"**{term}**: {meaning}" for term, meaning in words))
        follow(now.files, now.snapshot.identity)
    greet_new_build(now)


def greet_new_build(now: Reading) -> None:
    """Say so when the page changed to another build under the visitor's eyes."""
    before = st.session_state.get("identity")
    st.session_state["identity"] = now.snapshot.identity
    if before is not None and before != now.snapshot.identity:
        st.toast(
            f"A new build was published: {now.snapshot.build.build_fingerprint[:12]}",
            icon=":material/update:",
        )


@st.fragment(run_every=LOOK_AGAIN)
def follow(files: DatasetFiles, shown: FileIdentity) -> None:
    """Show the page again once another file took the published name."""
    try:
        current = FileIdentity.of(files.published)
    except OSError:
        return
    if current != shown:
        st.rerun(scope="app")
