"""What arrives between two updates of live sources ends as one full fetch would, and is on record.

A split, a dividend, a silently rewritten price and a restated statement, by the real clients over
loopback.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import yaml

from tests.builds import Market, market
from tests.conftest import made_once, shared_folder
from tests.contract.file_market import query
from tests.contract.later_data import n_differing_everywhere
from tests.upstreams.asking import FAST
from tests.upstreams.edgar import Company, Edgar, Filing
from tests.upstreams.loopback import Loopback
from tests.upstreams.yahoo import YahooUpstream, instant, sessions, small_market, split_prices

DAYS = sessions(date(2019, 1, 2), date(2020, 12, 31))
FIRST, SECOND = date(2020, 10, 1), date(2020, 10, 30)
SPLIT, DIVIDEND, REWRITE = date(2020, 10, 15), date(2020, 10, 20), date(2020, 9, 21)
SPLITTER, PAYER, REWRITTEN, RESTATER = "T001", "T002", "T004", "T005"
N_SYMBOLS = 18
# How a table was reached, not what is in it.
OF_THE_ROAD = ("load_id", "n_revisions", "newest_load_id", "newest_observed_at", "last_answered_at")
ON_RECORD = ("prepared.revisions", "prepared.build_clock")


def report(form: str, filed: str, income: float) -> Filing:
    """The annual report of 2019."""
    facts = {
        "NetIncomeLoss": [("2019-01-01", "2019-12-31", income)],
        "StockholdersEquity": [(None, "2019-12-31", 5e8)],
        "dei:EntityCommonStockSharesOutstanding": [(None, filed, 1e7)],
    }
    return Filing(form, filed, facts)


def upstreams() -> tuple[YahooUpstream, Edgar]:
    """Yahoo and the SEC as of the first fetch."""
    quoted = small_market(N_SYMBOLS, DAYS)
    by_symbol = {one.symbol: one for one in quoted}
    splitter = by_symbol[SPLITTER]
    splitter.splits = {SPLIT: (4, 1)}
    splitter.dividends = {date(2020, 6, 1): 0.25}
    split_prices(splitter)
    by_symbol[PAYER].dividends = {DIVIDEND: 0.5}
    companies = {
        one.symbol: Company(1000 + number, filings=[report("10-K", "2020-03-02", 1e7 + number)])
        for number, one in enumerate(quoted)
    }
    return YahooUpstream(quoted, now=instant(FIRST)), Edgar(companies)


def write_dataset(folder: Path) -> Path:
    """A dataset of both sources."""
    names = [f"T{number:03d},XNYS,US,USD" for number in range(N_SYMBOLS)]
    (folder / "names.csv").write_text("\n".join(["symbol,venue,country,currency", *names]))
    common = {"universe": ["names.csv"], "fetching": FAST}
    document = {
        "name": "live_market",
        "base_currency": "USD",
        "sources": [
            {"source": "yahoo", **common},
            {"source": "edgar", "user_agent": "Tests tests@example.com", **common},
        ],
    }
    path = folder / "live_market.yml"
    path.write_text(yaml.safe_dump(document))
    return path


@dataclass(frozen=True)
class Roads:
    """The market fetched in two pieces and at once; first.duckdb holds what landed of the first."""

    pieces: Market
    whole: Market


def make_roads(folder: Path) -> None:
    """Both roads, and a copy of what landed of the first piece."""
    path = write_dataset(folder)
    yahoo, edgar = upstreams()
    with Loopback(folder, yahoo, edgar) as loopback:
        pieces = market(folder / "pieces", path, **loopback.environment)
        whole = market(folder / "whole", path, **loopback.environment)
        pieces.ingest("--now", f"{FIRST}T23:00:00")
        shutil.copyfile(pieces.path, folder / "first.duckdb")

        yahoo.now = instant(SECOND)
        bar = yahoo.quoted[REWRITTEN].bars[REWRITE]
        yahoo.quoted[REWRITTEN].bars[REWRITE] = [*bar[:3], round(bar[3] * 0.998, 2), bar[4]]
        edgar.companies[RESTATER].filings.append(report("10-K/A", "2020-10-12", 4e6))
        pieces.ingest("--update", "--now", f"{SECOND}T23:00:00")
        pieces.models_before_analysis()
        shutil.copyfile(pieces.path, folder / "second.duckdb")

        whole.ingest("--now", f"{SECOND}T23:00:00")
        whole.remembers(pieces)
        whole.models_before_analysis()


@pytest.fixture(scope="module")
def roads(tmp_path_factory: pytest.TempPathFactory) -> Roads:
    folder = shared_folder(tmp_path_factory) / "live_market"
    made_once(folder, make_roads)
    path = folder / "live_market.yml"
    return Roads(market(folder / "pieces", path), market(folder / "whole", path))


def test_two_pieces_make_the_tables_of_one_fetch(roads: Roads) -> None:
    second = roads.pieces.folder.parent / "second.duckdb"
    found = n_differing_everywhere(
        roads.whole.path, second, roads.whole.target, leave=OF_THE_ROAD, but_layer="analysis"
    )
    assert {name: n for name, n in found.items() if name not in ON_RECORD} == {}
    n_actions = query(
        second,
        "select count(*) filter (action_type = 'split'), "
        "count(*) filter (action_type = 'cash_dividend') from staging.stg_raw__corporate_actions "
        "where symbol in (?, ?) and ex_date between ? and ?",
        SPLITTER,
        PAYER,
        SPLIT,
        DIVIDEND,
    )
    assert n_actions == [(1, 1)]


def test_an_update_asks_only_for_what_is_new(roads: Roads) -> None:
    second = roads.pieces.folder.parent / "second.duckdb"
    since = query(
        second,
        "select run_id, min(since), max(since) from raw.fetch_log where source = 'yahoo' "
        "group by all order by all",
    )
    assert since[0][1:] == (None, None)
    assert FIRST > since[1][1] == since[1][2] > date(2020, 8, 1)


def test_the_rewrite_and_nothing_else_is_a_revision_of_prices(roads: Roads) -> None:
    second = roads.pieces.folder.parent / "second.duckdb"
    found = query(
        second, "select symbol, date, field from prepared.revisions where table_name = 'prices'"
    )
    assert found == [(REWRITTEN, REWRITE, "close")]


def test_a_restatement_is_news_and_no_revision(roads: Roads) -> None:
    second = roads.pieces.folder.parent / "second.duckdb"
    published = query(
        second,
        "select value, cast(published_at as date) from raw.fundamentals "
        "where symbol = ? and metric = 'net_income' order by published_at",
        RESTATER,
    )
    assert published == [(1e7 + 5, date(2020, 3, 2)), (4e6, date(2020, 10, 12))]
    assert query(second, "from prepared.revisions where table_name = 'fundamentals'") == []
