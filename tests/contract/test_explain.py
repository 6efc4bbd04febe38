"""Why this number? Weights worked out again from what the explanation shows, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from tests.builds import Market
from tests.contract.explained import Published, Recomputed, Section, random_weights

SEED, N_DAYS, N_WEIGHTS = 7, 3, 12
MEASURES = ("raw_value", "winsorized_value", "neutralized_value", "z_score", "rank_pct", "n_names")


@pytest.fixture(scope="module")
def published(small_market: Market) -> Iterator[Published]:
    opened = Published(small_market.published)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def sections() -> dict[tuple, Section]:
    """What the raw rows of a day came to, shared by the strategies of the day."""
    return {}


def misses(explained: pd.DataFrame, again: Recomputed, symbol: str) -> dict[str, float]:
    """How far what was worked out again lies from what is shown: the weight, and each factor's
    measures, relative to their size where that is above 1.
    """
    found = {}
    target = again.target(symbol, again.desired())
    shown = explained[explained["stage"] == "weight"]["value"].iloc[0]
    found["weight"] = abs(target - shown)
    if not (again.legs["symbol"] == symbol).any():
        return found  # sold over several days, and wanted no more
    factors = again.factors(symbol)
    rows = explained[explained["stage"] == "factor"].dropna(subset="value")
    for item, value in zip(rows["item"], rows["value"], strict=True):
        factor, measure = item.split(": ")
        if measure in MEASURES:
            ours = factors[measure].get(factor, np.nan)
            found[item] = abs(ours - value) / max(1.0, abs(value))
    rows = explained[explained["item"].str.startswith("feature ")]
    for item, value in zip(rows["item"].str.removeprefix("feature "), rows["value"], strict=True):
        ours = factors["feature"].get(item, np.nan)
        found[f"feature {item}"] = abs((0.0 if np.isnan(ours) else ours) - value)
    return found


@pytest.mark.parametrize("number", range(N_WEIGHTS))
def test_a_random_weight_follows_from_what_is_shown(published, sections, number):
    day, strategy, symbol, weight = random_weights(published, N_WEIGHTS, SEED, N_DAYS)[number]
    explained = published.ask("from explain_weight(?, ?, ?)", day.date(), strategy, symbol)
    assert explained["value"].iloc[0] == weight
    off = misses(explained, Recomputed(published, day, strategy, sections), symbol)
    wrong = {item: miss for item, miss in off.items() if not miss <= 1e-9}
    assert not wrong, (day, strategy, symbol)


def only_weight(published: Published, day: str, strategy: str, symbol: str) -> pd.Series:
    """The one row of an explanation that has nothing to explain."""
    rows = published.ask("from explain_weight(?, ?, ?)", day, strategy, symbol)
    assert len(rows) == 1
    assert rows["value"].iloc[0] == 0
    return rows.iloc[0]


@pytest.mark.parametrize(
    ("day", "strategy", "symbol", "words"),
    [
        ("2017-01-05", "nobody", "US001", "no strategy nobody"),
        ("2017-01-05", "equity_momentum_long", "nothing", "no symbol nothing"),
        ("1990-01-05", "equity_momentum_long", "US001", "decides first on 20"),
        ("2017-01-05", "equity_momentum_long", "COIN01", "not held: not among the names"),
    ],
)
def test_what_cannot_be_explained_says_why(published, day, strategy, symbol, words):
    assert words in only_weight(published, day, strategy, symbol)["value_text"]


def test_a_name_that_was_not_chosen_says_its_place(published):
    rows = published.ask(
        "select symbol, score_rank, n_candidates from ranks_on('2017-01-05', 'momentum_12_1')"
        " where asset_class = 'equity' order by score_rank desc limit 1"
    )
    symbol, rank, n_names = rows.iloc[0]
    found = only_weight(published, "2017-01-05", "equity_momentum_long", symbol)
    assert found["value_text"] == f"not held: place {rank} of {n_names} by momentum_12_1"


def test_other_questions_of_the_unknown_have_no_rows(published):
    for query in (
        "from positions_on('2017-01-05', 'nobody')",
        "from positions_on('1990-01-05', 'equity_momentum_long')",
        "from ranks_on('2017-01-05', 'nothing')",
        "from factor_history('nothing')",
        "from explain_leg('2017-01-05', 'nobody')",
        "from explain_book('1990-01-05', 'equity_momentum_long')",
        "from explain_score('2017-01-05', 'nothing', 'composite')",
        "from explain_factor('2017-01-05', 'US001', 'nothing')",
        "from explain_inputs('2017-01-05', 'US001', 'nothing')",
        "from explain_inputs('1990-01-05', 'US001', 'composite')",
    ):
        assert published.ask(query).empty, query


def test_a_day_is_answered_by_the_newest_decision_at_or_before_it(published):
    rows = published.ask(
        "select as_of_date, symbol, trade_date from portfolios.target_weights"
        " where strategy = 'equity_momentum_long' order by as_of_date, symbol"
    )
    first, later = rows["as_of_date"].unique()[10:12]
    symbol, trade_date = rows.loc[rows["as_of_date"] == first, ["symbol", "trade_date"]].iloc[0]
    days = (first, trade_date, later - pd.Timedelta(days=1))
    said = [
        published.ask("from explain_weight(?, 'equity_momentum_long', ?)", day.date(), symbol)
        for day in days
    ]
    assert said[0]["as_of_date"].iloc[0] == first
    assert said[0].equals(said[1]) and said[0].equals(said[2])


def test_raw_rows_have_their_load_and_were_known_in_time(published):
    rows = published.ask("from explain_inputs('2016-06-30', 'US004', 'composite')")
    raw = rows[rows["relation"].str.startswith("raw.")]
    assert raw[["load_id", "source", "observed_at"]].notna().all(axis=None)
    dated = rows.dropna(subset="known_on_date")
    assert (dated["known_on_date"] <= pd.Timestamp("2016-06-30")).all()
    assert set(raw["relation"]) >= {"raw.prices", "raw.fundamentals", "raw.universe"}


def test_names_traded_late_say_on_which_day(published):
    late = published.ask(
        "select trades.as_of_date, trades.strategy, trades.symbol, trades.trade_date"
        " from portfolios.trades as trades"
        " join construction.books using (strategy)"
        " join construction.book_steps on books.schedule_no = book_steps.schedule_no"
        " and trades.trade_date = book_steps.trade_date"
        " where not book_steps.is_decision and books.participation_cap is null"
        " order by all limit 5"
    )
    assert len(late)
    for row in late.itertuples():
        book = published.ask(
            "from explain_book(?, ?) where symbol = ? and is_executed",
            row.as_of_date.date(),
            row.strategy,
            row.symbol,
        )
        assert book["trade_date"].iloc[0] == row.trade_date and not book["is_decision"].any()


def test_positions_on_a_day_are_the_books_of_the_day(published):
    strategy = "equity_composite_long_short"
    days = published.ask(
        "select date from performance.daily_pnl where strategy = ? order by date", strategy
    )["date"]
    trades = published.ask(
        "select distinct trade_date from portfolios.trades where strategy = ?", strategy
    )["trade_date"]
    for day in (trades.iloc[7], days[days > trades.iloc[7]].iloc[0], days.iloc[-1]):
        held = published.ask("from positions_on(?, ?)", day.date(), strategy)
        pnl = published.ask(
            "select gross_exposure, net_exposure from performance.daily_pnl"
            " where strategy = ? and date = (select min(date) from performance.daily_pnl"
            " where strategy = ? and date > ?)",
            strategy,
            strategy,
            day.date(),
        )
        if len(pnl):
            assert held["weight"].abs().sum() == pytest.approx(pnl["gross_exposure"].iloc[0])
        assert (held["date"] == day).all() and held["name"].notna().all()
