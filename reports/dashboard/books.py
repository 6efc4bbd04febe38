"""Which strategies can be compared: those of the build and, if asked, those of the last sweep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from reports.dashboard.reading import Reading
from reports.sweep import setting_words, told_apart

BUILD, SWEEP = "performance", "sweep_performance"  # the schemas that their books stand in
TRIED_IN = {BUILD: "the build", SWEEP: "the last sweep"}


@dataclass(frozen=True)
class Picked:
    """Strategies that were picked.

    Attributes
    ----------
    books : by strategy, the schema that its books stand in.
    """

    books: dict[str, str]

    @property
    def names(self) -> list[str]:
        """The strategies in the order in which they were picked."""
        return list(self.books)

    def of(self, schema: str) -> list[str]:
        """Those whose books stand in a schema."""
        return [name for name, own in self.books.items() if own == schema]

    def rows(self, now: Reading, query: str, **parameters: Any) -> pd.DataFrame:
        """The rows of a query on the strategies and their books, the build's first."""
        parts = [
            now.rows(query, strategies=self.of(schema), books=schema, **parameters)
            for schema in dict.fromkeys(sorted(self.books.values()))
        ]
        full = [part for part in parts if len(part)] or parts[:1]
        return pd.concat(full, ignore_index=True)


def comparable(now: Reading) -> pd.DataFrame:
    """What can be picked: strategy, label, books, first_date, last_date.

    Where a sweep is published a toggle adds its strategies, best Sharpe ratio first, each with the
    settings that tell them apart; one named as a strategy of the build is left out.
    """
    built = now.rows("strategies_choices")
    choices = built.assign(label=built["strategy"], books=BUILD)
    if now.first("strategies_has_sweep")["is_published"] and st.toggle(
        "Also those of the last sweep",
        key="strategies_sweep",
        help="Strategies of `make sweep`: each is one of many tried, so read dsr first.",
    ):
        swept = now.rows("strategies_swept")
        swept = swept[~swept["strategy"].isin(built["strategy"])]
        choices = pd.concat([choices, swept.assign(label=labels(swept), books=SWEEP)])
    return choices[["strategy", "label", "books", "first_date", "last_date"]]


def labels(swept: pd.DataFrame) -> list[str]:
    """The name of each strategy of a sweep with what it does not share with the others."""
    told = told_apart(swept)
    return [
        ": ".join(filter(None, (row["strategy"], ", ".join(words_of(row, told)))))
        for _, row in swept.iterrows()
    ]


def words_of(row: pd.Series, told: Sequence[str]) -> list[str]:
    """Settings of a strategy in words."""
    return [setting_words(name, row[name]) for name in told]


def picked_of(choices: pd.DataFrame, names: Sequence[str]) -> Picked:
    """The strategies picked, with the schema of each."""
    books = dict(zip(choices["strategy"], choices["books"], strict=True))
    return Picked({name: books[name] for name in names})
