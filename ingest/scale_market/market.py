"""Draws the tables of the scale market, a block of names at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa

from ingest.scale_market.options import FIRST_DAY, ScaleOptions
from warehouse.files import connect_memory

VARIABLE = re.compile(r"\$(\w+)")
SQL = Path(__file__).resolve().parent / "sql"
VENUES = ("XNYS", "XLON", "XFRA", "24/7")
NOTHING_LANDED = date(1900, 1, 1)
BLOCK = 250  # names drawn at a time: some 1.6 million bars of 25 years
COIN_BLOCK = 100  # coins, whose chains have three rows a day beside the bar


class ScaleMarket:
    """The market in memory, as it was known at the end of a day.

    Parameters
    ----------
    until : last day; rows dated or published later are not there.
    since : rows up to this day have landed before and are left out.
    """

    def __init__(self, options: ScaleOptions, *, until: date, since: date | None = None) -> None:
        self.options = options
        self.variables: dict[str, object] = {
            "seed": options.seed,
            "n_equities": options.n_equities,
            "n_coins": options.n_coins,
            "years": options.years,
            "first_day": FIRST_DAY,
            "first_coin_day": options.first_coin_day,
            "until": min(until, options.last_day),
            "since": since or NOTHING_LANDED,
        }
        self.connection = connect_memory()
        self.connection.execute("set enable_progress_bar = false")
        self._run("macros")
        self.connection.register("venue_days", venue_days(FIRST_DAY, self.variables["until"]))
        self._run("sessions")
        self._run("lives")
        self._run("steps_of")

    def tables(self) -> Iterator[tuple[str, pa.Table]]:
        """Names of raw tables with rows for them; a table comes in many pieces.

        Yields
        ------
        The canonical columns of the raw layer, except those that landing writes.
        """
        for name in ("universe", "fx_rates", "interest_rates"):
            yield name, self._rows(name)
        for first in range(0, self.options.n_equities, BLOCK):
            yield from self._block("equity", first, BLOCK, "statements")
        for first in range(0, self.options.n_coins, COIN_BLOCK):
            yield from self._block("crypto", first, COIN_BLOCK, "onchain")

    def _block(
        self, asset_class: str, first: int, n: int, fundamentals: str
    ) -> Iterator[tuple[str, pa.Table]]:
        n_places = self.options.n_equities if asset_class == "equity" else self.options.n_coins
        place = {"asset_class": asset_class, "first": first, "n": min(n, n_places - first)}
        self.variables |= place
        self._run("steps")
        self._run("walks")
        yield "prices", self._rows("prices")
        yield "corporate_actions", self._rows("corporate_actions")
        yield "fundamentals", self._rows(fundamentals)

    def _run(self, query: str) -> None:
        self.connection.execute(*self._query(query))

    def _rows(self, query: str) -> pa.Table:
        text, values = self._query(query)
        return self.connection.sql(text, params=values).to_arrow_table()

    def _query(self, query: str) -> tuple[str, dict[str, object] | None]:
        """The text of a query, and the variables that it names."""
        text = (SQL / f"{query}.sql").read_text(encoding="utf-8")
        used = {name: self.variables[name] for name in VARIABLE.findall(text)}
        return text, used or None


def venue_days(first: date, last: date) -> pa.Table:
    """The sessions of all venues between two days, both included: venue and session_date."""
    from exchange_calendars import get_calendar  # slow to import: only when a market is drawn

    found = []
    for venue in VENUES:
        if venue == "24/7":
            days = pd.date_range(first, last)
        else:
            # A calendar needs two sessions at least, so it is asked for more than is kept.
            calendar = get_calendar(venue, start=first, end=last + pd.Timedelta(days=30))
            days = calendar.sessions[calendar.sessions <= pd.Timestamp(last)]
        dates = pa.array(days.date, pa.date32())
        found.append(pa.table({"venue": [venue] * len(dates), "session_date": dates}))
    return pa.concat_tables(found)
