"""Statement items from company facts, on companies worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from ingest.edgar_facts.metrics import FLOWS, STOCKS, tags_of
from ingest.edgar_facts.statements import statement_rows
from tests.upstreams.edgar import Company, Fact, Filing

CASH = "NetCashProvidedByUsedInOperatingActivities"
CONTRACTS = "RevenueFromContractWithCustomerExcludingAssessedTax"
WITH_MINORITY = "StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest"
COVER = "dei:EntityCommonStockSharesOutstanding"


def items(metric: str, *filings: Filing) -> list[tuple]:
    """(period end, frequency, filed, value) of a metric, by filing date."""
    rows = statement_rows(Company(1, filings=list(filings)).facts())
    own = rows.filter(pl.col("metric") == metric).sort(
        "published_at", "period_end_date", "frequency"
    )
    columns = ("period_end_date", "frequency", "published_at", "value")
    return [tuple(map(_plain, row)) for row in own.select(columns).rows()]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def of_year(*ends_and_values: tuple[str, float], start: str = "2020-01-01") -> list[Fact]:
    return [(start, end, value) for end, value in ends_and_values]


Q1 = Filing("10-Q", "2020-05-01", {CASH: of_year(("2020-03-31", 10))})
Q2 = Filing("10-Q", "2020-08-01", {CASH: of_year(("2020-06-30", 25))})
Q3 = Filing("10-Q", "2020-10-30", {CASH: of_year(("2020-09-30", 45))})
YEAR = Filing("10-K", "2021-02-15", {CASH: of_year(("2020-12-31", 70))})


def test_quarters_come_from_what_is_filed_since_the_start_of_the_year() -> None:
    assert items("operating_cash_flow", Q1, Q2, Q3, YEAR) == [
        ("2020-03-31", "quarter", "2020-05-01", 10),
        ("2020-06-30", "quarter", "2020-08-01", 15),
        ("2020-09-30", "quarter", "2020-10-30", 20),
        ("2020-12-31", "quarter", "2021-02-15", 25),
        ("2020-12-31", "year", "2021-02-15", 70),
    ]


def test_a_quarter_without_the_one_before_it_is_not_known() -> None:
    assert items("operating_cash_flow", Q1, Q3, YEAR) == [
        ("2020-03-31", "quarter", "2020-05-01", 10),
        ("2020-12-31", "quarter", "2021-02-15", 25),
        ("2020-12-31", "year", "2021-02-15", 70),
    ]


def test_a_late_first_part_makes_its_quarter_known_then() -> None:
    late = Filing("10-Q", "2020-09-10", Q1.facts)
    assert items("operating_cash_flow", late, Q2) == [
        ("2020-03-31", "quarter", "2020-09-10", 10),
        ("2020-06-30", "quarter", "2020-09-10", 15),
    ]


def test_a_restated_part_restates_the_quarters_that_come_of_it_from_its_own_filing_on() -> None:
    half_year = Filing("10-Q/A", "2020-09-15", {CASH: of_year(("2020-06-30", 26))})
    year = Filing("10-K/A", "2021-04-10", {CASH: of_year(("2020-12-31", 73))})
    assert items("operating_cash_flow", Q1, Q2, half_year, Q3, YEAR, year) == [
        ("2020-03-31", "quarter", "2020-05-01", 10),
        ("2020-06-30", "quarter", "2020-08-01", 15),
        ("2020-06-30", "quarter", "2020-09-15", 16),
        ("2020-09-30", "quarter", "2020-10-30", 19),
        ("2020-12-31", "quarter", "2021-02-15", 25),
        ("2020-12-31", "year", "2021-02-15", 70),
        ("2020-12-31", "quarter", "2021-04-10", 28),
        ("2020-12-31", "year", "2021-04-10", 73),
    ]


def test_an_amendment_of_the_same_day_is_the_last_word() -> None:
    amended = Filing("10-Q/A", "2020-05-01", {CASH: of_year(("2020-03-31", 11))})
    expected = [("2020-03-31", "quarter", "2020-05-01", 11)]
    assert items("operating_cash_flow", Q1, amended) == expected
    assert items("operating_cash_flow", amended, Q1) == expected


def test_comparatives_repeat_nothing_and_restate_what_differs() -> None:
    same = {CASH: [*of_year(("2020-03-31", 10)), ("2021-01-01", "2021-03-31", 12)]}
    other = {CASH: [*of_year(("2020-06-30", 27)), ("2021-01-01", "2021-06-30", 30)]}
    filings = (Q1, Q2, Filing("10-Q", "2021-05-01", same), Filing("10-Q", "2021-08-01", other))
    assert items("operating_cash_flow", *filings) == [
        ("2020-03-31", "quarter", "2020-05-01", 10),
        ("2020-06-30", "quarter", "2020-08-01", 15),
        ("2021-03-31", "quarter", "2021-05-01", 12),
        ("2020-06-30", "quarter", "2021-08-01", 17),
        ("2021-06-30", "quarter", "2021-08-01", 18),
    ]


def test_a_quarter_that_is_filed_itself_counts_before_one_that_is_derived() -> None:
    facts = {"NetIncomeLoss": [("2020-01-01", "2020-03-31", 5)]}
    half = {"NetIncomeLoss": [("2020-01-01", "2020-06-30", 11), ("2020-04-01", "2020-06-30", 7)]}
    derived_first = Filing("10-Q", "2020-08-01", {"NetIncomeLoss": half["NetIncomeLoss"][:1]})
    filed_later = Filing("10-Q/A", "2020-08-20", half)
    first = Filing("10-Q", "2020-05-01", facts)
    assert items("net_income", first, filed_later)[1:] == [
        ("2020-06-30", "quarter", "2020-08-20", 7)
    ]
    assert items("net_income", first, derived_first, filed_later)[1:] == [
        ("2020-06-30", "quarter", "2020-08-01", 6),
        ("2020-06-30", "quarter", "2020-08-20", 7),
    ]
    half_alone = {"NetIncomeLoss": [("2020-01-01", "2020-06-30", 13)]}
    restated = Filing("10-Q/A", "2020-09-01", half_alone)
    assert items("net_income", first, filed_later, restated)[1:] == [
        ("2020-06-30", "quarter", "2020-08-20", 7)
    ]


@pytest.mark.parametrize(
    "weeks", [(13, 13, 13, 13), (13, 13, 13, 14), (12, 12, 12, 17), (16, 12, 12, 12)], ids=str
)
def test_years_of_weeks(weeks: tuple[int, ...]) -> None:
    start = date(2019, 9, 1)
    filings, total = [], 0
    for number, n_weeks in enumerate(weeks, 1):
        total += n_weeks
        end = start + timedelta(weeks=total, days=-1)
        facts = {CASH: [(start.isoformat(), end.isoformat(), number * (number + 1) / 2)]}
        form = "10-K" if number == 4 else "10-Q"
        filings.append(Filing(form, (end + timedelta(days=30)).isoformat(), facts))
    found = items("operating_cash_flow", *filings)
    assert [row[3] for row in found if row[1] == "quarter"] == [1, 2, 3, 4]
    assert [row[3] for row in found if row[1] == "year"] == [10]


def test_a_company_changes_its_tag_for_revenue() -> None:
    old = Filing("10-Q", "2017-05-01", {"SalesRevenueNet": [("2017-01-01", "2017-03-31", 100)]})
    new = Filing(
        "10-Q",
        "2018-05-01",
        {CONTRACTS: [("2017-01-01", "2017-03-31", 97), ("2018-01-01", "2018-03-31", 110)]},
    )
    assert items("revenue", old, new) == [
        ("2017-03-31", "quarter", "2017-05-01", 100),
        ("2017-03-31", "quarter", "2018-05-01", 97),
        ("2018-03-31", "quarter", "2018-05-01", 110),
    ]


def test_of_two_tags_in_one_filing_the_preferred_one_counts() -> None:
    span = ("2020-01-01", "2020-03-31")
    both = Filing("10-Q", "2020-05-01", {CONTRACTS: [(*span, 60)], "Revenues": [(*span, 90)]})
    assert items("revenue", both) == [("2020-03-31", "quarter", "2020-05-01", 90)]


def test_what_stands_in_for_a_tag_never_replaces_it() -> None:
    span = ("2020-01-01", "2020-03-31")
    own = Filing("10-Q", "2020-05-01", {"NetIncomeLoss": [(*span, 8)]})
    later = Filing("10-Q", "2021-05-01", {"ProfitLoss": [(*span, 9)]})
    assert items("net_income", own, later) == [("2020-03-31", "quarter", "2020-05-01", 8)]
    assert items("net_income", later) == [("2020-03-31", "quarter", "2021-05-01", 9)]


def balance(filed: str, form: str = "10-Q", end: str = "2020-03-31", **values: float) -> Filing:
    return Filing(form, filed, {tag: [(None, end, value)] for tag, value in values.items()})


def test_book_equity_leaves_out_preferred_stock_and_minorities() -> None:
    end, filed = "2020-03-31", "2020-05-01"
    plain = balance(filed, StockholdersEquity=50, PreferredStockValue=5)
    assert items("book_equity", plain) == [(end, "quarter", filed, 45)]
    mixed = balance(filed, MinorityInterest=7, **{WITH_MINORITY: 57})
    assert items("book_equity", mixed) == [(end, "quarter", filed, 50)]
    # A statement of changes in equity repeats old days in part: nothing is restated by that.
    later = balance("2021-05-01", **{WITH_MINORITY: 57})
    assert items("book_equity", mixed, later) == [(end, "quarter", filed, 50)]
    alone = balance("2021-05-01", StockholdersEquity=50)
    assert items("book_equity", plain, alone) == [(end, "quarter", filed, 45)]


def test_what_is_not_filed_is_composed() -> None:
    sheet = balance(
        "2020-05-01",
        LiabilitiesAndStockholdersEquity=100,
        MinorityInterest=4,
        **{WITH_MINORITY: 30, "RedeemableNoncontrollingInterestEquityCarryingAmount": 6},
    )
    assert items("total_liabilities", sheet) == [("2020-03-31", "quarter", "2020-05-01", 64)]
    span = ("2020-01-01", "2020-03-31")
    income = Filing(
        "10-Q",
        "2020-05-01",
        {
            "Revenues": [(*span, 20)],
            "CostOfGoodsSold": [(*span, 12)],
            "SellingAndMarketingExpense": [(*span, 2)],
            "GeneralAndAdministrativeExpense": [(*span, 3)],
        },
    )
    for metric, value in (("gross_profit", 8), ("sga_expense", 5), ("cost_of_goods_sold", 12)):
        assert items(metric, income) == [("2020-03-31", "quarter", "2020-05-01", value)]


def test_shares_are_of_the_cover_page_or_else_of_the_filing() -> None:
    cover = Filing("10-Q", "2020-05-01", {COVER: [(None, "2020-04-20", 1000)]})
    classes = Filing(
        "10-Q",
        "2020-08-01",
        {"CommonStockSharesOutstanding": [(None, "2019-12-31", 990), (None, "2020-06-30", 1100)]},
    )
    both = Filing(
        "10-Q",
        "2020-10-30",
        {
            COVER: [(None, "2020-10-20", 1200)],
            "CommonStockSharesOutstanding": [(None, "2020-09-30", 1190)],
        },
    )
    assert items("shares_outstanding", cover, classes, both) == [
        ("2020-04-20", "quarter", "2020-05-01", 1000),
        ("2020-08-01", "quarter", "2020-08-01", 1100),
        ("2020-10-20", "quarter", "2020-10-30", 1200),
    ]


def test_only_reports_count() -> None:
    span = ("2020-01-01", "2020-12-31")
    proxy = Filing("DEF 14A", "2021-04-01", {"NetIncomeLoss": [(*span, 1000)]})
    prospectus = Filing("S-4", "2021-01-20", {"NetIncomeLoss": [(*span, 990)]})
    recast = Filing("8-K", "2021-06-01", {"NetIncomeLoss": [(*span, 980)]})
    year = Filing("10-K", "2021-02-15", {"NetIncomeLoss": [(*span, 1001)]})
    assert items("net_income", prospectus, year, proxy, recast) == [
        ("2020-12-31", "year", "2021-02-15", 1001),
        ("2020-12-31", "year", "2021-06-01", 980),
    ]


def test_strange_facts_are_left_out() -> None:
    strange = Filing(
        "10-Q",
        "2020-05-01",
        {
            "Assets": [
                (None, "2020-03-31", None),
                (None, "2019-09-30", float("nan")),
                (None, "2020-06-30", 5),  # after its filing
                (None, "soon", 6),
                ("2020-01-01", "2020-03-31", 7),  # a stock over a span
                (None, "2019-12-31", 8),
                (None, "2019-12-31", 8),
            ],
            CASH: [("2020-03-31", "2020-01-01", 9), (None, "2020-03-31", 10)],
        },
    )
    undated = Filing("10-Q", "", {"Assets": [(None, "2020-03-31", 11)]})
    assert items("total_assets", strange, undated) == [("2019-12-31", "quarter", "2020-05-01", 8)]
    assert items("operating_cash_flow", strange) == []


def test_the_currency_of_a_filing_is_the_one_that_most_of_its_facts_are_in() -> None:
    years = [(None, f"{year}-12-31", year) for year in (2019, 2020)]
    document = Company(1, filings=[Filing("20-F", "2021-03-01", {"Assets": years}, "EUR")]).facts()
    units = document["facts"]["us-gaap"]["Assets"]["units"]
    units["USD"] = [{**units["EUR"][1], "val": 2400}]
    rows = statement_rows(document)
    assert rows.select("value", "currency").rows() == [(2019, "EUR"), (2020, "EUR")]


def test_a_company_changes_its_currency() -> None:
    old = Filing("10-K", "2020-03-01", {"Assets": [(None, "2019-12-31", 100)]}, "USD")
    both_years = [(None, "2019-12-31", 90), (None, "2020-12-31", 95)]
    new = Filing("10-K", "2021-03-01", {"Assets": both_years}, "EUR")
    rows = statement_rows(Company(1, filings=[old, new]).facts())
    assert [
        (str(day), *row) for day, *row in rows.select("period_end_date", "value", "currency").rows()
    ] == [
        ("2019-12-31", 100, "USD"),
        ("2019-12-31", 90, "EUR"),
        ("2020-12-31", 95, "EUR"),
    ]


def test_no_tag_is_of_a_span_and_of_a_day() -> None:
    assert not tags_of(FLOWS) & tags_of(STOCKS)


def test_a_company_without_facts_has_no_rows() -> None:
    assert statement_rows({"facts": {}}).is_empty()
    assert statement_rows({"facts": {"ifrs-full": {"Assets": {"units": {}}}}}).is_empty()
