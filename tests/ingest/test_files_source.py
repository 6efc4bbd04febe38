"""The files source: hand-made vendor files, mapped, joined, and what is wrong with them named."""

from __future__ import annotations

import gzip
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from ingest.config import load_dataset
from ingest.errors import IngestError
from ingest.runs import ingest
from ingest.sources import Job
from ingest.sources.files import fetch
from warehouse.files import connect_work, dataset_files

PRICES = """Ticker,Date,Adj Close,Vol
AAA,2020-01-02,10.5,100
AAA,2020-01-03,11,
"""
PRICE_ENTRY: dict[str, Any] = {
    "file": "prices.csv",
    "columns": {"symbol": "Ticker", "bar_date": "Date", "close": "Adj Close"},
    "currency": "USD",
    "price_basis": "as_traded",
}
UNIVERSE_ENTRY: dict[str, Any] = {
    "file": "list.csv",
    "columns": {"symbol": "Ticker"},
    "constants": {"asset_class": "equity", "venue": "XNYS", "currency": "USD"},
}


class Vendor:
    """A folder with vendor files and the dataset file that maps them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str, encoding: str = "utf-8") -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_bytes(text.encode(encoding))

    def dataset(self, **options: Any):
        path = self.folder / "mine.yml"
        source = {"source": "files", **options}
        document = {"name": "mine", "base_currency": "USD", "sources": [source]}
        path.write_text(yaml.safe_dump(document, sort_keys=False))
        return load_dataset(str(path))

    def fetch(self, **options: Any) -> list[dict[str, Any]]:
        """All rows of all batches, as they leave the source."""
        dataset = self.dataset(**options)
        batches = fetch(Job(dataset, dataset.sources[0].options))
        return [row for batch in batches for row in batch.rows.to_pylist()]

    def land(self, **options: Any):
        return ingest(self.dataset(**options))[0].landed

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        connection = connect_work(dataset_files("mine"))
        rows = connection.execute(sql).fetchall()
        connection.close()
        return rows


@pytest.fixture
def vendor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vendor:
    monkeypatch.setenv("FACTORHOUSE_WAREHOUSE_DIR", str(tmp_path / "warehouse"))
    found = Vendor(tmp_path)
    found.write("prices.csv", PRICES)
    found.write("list.csv", "Ticker,Class\nAAA,x\nBBB,y\n")
    return found


def entry(**changes: Any) -> dict[str, Any]:
    columns = {**PRICE_ENTRY["columns"], **changes.pop("columns", {})}
    return {**PRICE_ENTRY, **changes, "columns": columns}


def closes(vendor: Vendor, **changes: Any) -> list[Any]:
    return [row["close"] for row in vendor.fetch(prices=[entry(**changes)])]


def test_a_csv_is_mapped_with_its_line_numbers(vendor: Vendor) -> None:
    assert vendor.fetch(prices=[entry(columns={"volume": "Vol"})]) == [
        {
            "symbol": "AAA",
            "bar_date": day,
            "close": close,
            "volume": volume,
            "currency": "USD",
            "price_basis": "as_traded",
            "source_row": row,
        }
        for day, close, volume, row in (
            ("2020-01-02", "10.5", "100", 2),
            ("2020-01-03", "11", None, 3),
        )
    ]
    vendor.land(prices=[entry(columns={"volume": "Vol"})])
    assert vendor.query("select bar_date, close, volume from raw.prices order by all") == [
        (date(2020, 1, 2), 10.5, 100.0),
        (date(2020, 1, 3), 11.0, None),
    ]


def test_parquet_is_typed_and_numbered(vendor: Vendor) -> None:
    table = pa.table({"Ticker": ["AAA"], "Date": [datetime(2020, 1, 2)], "Adj Close": [1.5]})
    pq.write_table(table, vendor.folder / "prices.parquet")
    rows = vendor.fetch(prices=[entry(file="prices.parquet", columns={"open": '"Adj Close" * 2'})])
    assert (rows[0]["close"], rows[0]["open"], rows[0]["source_row"]) == (1.5, 3.0, 1)
    vendor.land(prices=[entry(file="prices.parquet")])
    assert vendor.query("select bar_date from raw.prices") == [(date(2020, 1, 2),)]


def test_an_expression_over_a_csv_sees_numbers(vendor: Vendor) -> None:
    expression = 'case when Vol > 50 then "Adj Close" / 2 else "Adj Close" end'
    assert closes(vendor, columns={"close": expression}) == [5.25, 11.0]


def test_text_in_an_expression_is_a_reject_with_its_line(vendor: Vendor) -> None:
    rows = "".join(f"AAA,2020-02-{day},1,1\n" for day in range(10, 20))
    vendor.write("prices.csv", PRICES.replace("10.5", "n.a.") + rows)
    summary = vendor.land(prices=[entry(columns={"close": '"Adj Close" / 2'})])
    assert (summary.tables[0].landed, summary.tables[0].rejected) == (11, 1)
    assert vendor.query("select reason, source_row, row_json from raw.rejects") == [
        (
            "untyped:close",
            2,
            '{"symbol":"AAA","bar_date":"2020-01-02","close":"n.a.","currency":"USD",'
            '"price_basis":"as_traded"}',
        )
    ]


def test_an_expression_on_text_sees_text(vendor: Vendor) -> None:
    vendor.write("prices.csv", "Ticker;Date;Adj Close\nAAA;2020-01-02;1,5\n")
    assert closes(vendor, columns={"close": "replace(\"Adj Close\", ',', '.')"}) == ["1.5"]
    rows = vendor.fetch(prices=[entry(columns={"symbol": "lower(Ticker) || '.x'"})])
    assert rows[0]["symbol"] == "aaa.x"


def test_missing_values_are_empty_cells(vendor: Vendor) -> None:
    vendor.write("prices.csv", PRICES.replace("11", "NA"))
    assert closes(vendor, missing_values=["NA"]) == ["10.5", None]


def test_where_picks_rows_by_numbers_and_by_text(vendor: Vendor) -> None:
    assert closes(vendor, where="Vol > 50 and Ticker = 'AAA'") == ["10.5"]
    with pytest.raises(IngestError, match=r"prices\.csv: `where:`"):
        closes(vendor, where="Ticker = 'ZZZ'")


def test_constants_stand_in_every_row(vendor: Vendor) -> None:
    rows = vendor.fetch(prices=[entry(constants={"volume": 7})])
    assert {row["volume"] for row in rows} == {"7"}


def test_dates_follow_their_format(vendor: Vendor) -> None:
    vendor.write("prices.csv", PRICES.replace("2020-01-02", "13/01/2020"))
    with pytest.raises(IngestError, match=r"1 of 2 rows .*line 2.*'13/01/2020'.*date_format"):
        vendor.land(prices=[entry()])
    with pytest.raises(IngestError, match=r"line 3.*'2020-01-03 \(not %d/%m/%Y\)'"):
        vendor.land(prices=[entry(date_format="%d/%m/%Y")])
    vendor.write("prices.csv", PRICES.replace("2020-01-0", "202001"))
    vendor.write("prices.csv", "Ticker,Date,Adj Close\nAAA,20200102,1\nAAA,20200203,1\n")
    vendor.land(prices=[entry(date_format="%Y%m%d")])
    assert vendor.query("select bar_date from raw.prices order by 1") == [
        (date(2020, 1, 2),),
        (date(2020, 2, 3),),
    ]


def test_symbols_are_renamed(vendor: Vendor) -> None:
    vendor.write("prices.csv", "Ticker,Date,Adj Close\nbrk-b,2020-01-02,1\nSOL,2020-01-02,1\n")
    symbols = {
        "rename": {"SOL": "SOL1"},
        "replace": {"-": "."},
        "upper": True,
        "prefix": "x",
        "suffix": "-USD",
    }
    found = [row["symbol"] for row in vendor.fetch(prices=[entry(symbols=symbols)])]
    assert found == ["xBRK.B-USD", "xSOL1-USD"]


def test_globs_variables_and_the_file_name(vendor: Vendor, monkeypatch) -> None:
    monkeypatch.setenv("MY_PRICES", "bars")
    for name in ("bbb", "aaa"):
        vendor.write(f"bars/{name}.us.csv", "Date,Adj Close\n2020-01-02,1\n")
    rows = vendor.fetch(prices=[entry(file="${MY_PRICES}/*.csv", columns={"symbol": "file_stem"})])
    assert [row["symbol"] for row in rows] == ["aaa", "bbb"]
    with pytest.raises(IngestError, match="NOT_SET, which is not set"):
        vendor.fetch(prices=[entry(file="${NOT_SET}/x.csv")])


def test_lines_are_counted_through_blank_lines_and_quoted_breaks(vendor: Vendor) -> None:
    text = 'Ticker,Date,Adj Close,Name\nAAA,2020-01-02,1,"two\nlines"\n\nAAA,2020-01-03,2,x\n'
    vendor.write("prices.csv", text)
    assert [row["source_row"] for row in vendor.fetch(prices=[entry()])] == [2, 5]


def test_gzip_byte_order_mark_and_windows_line_ends(vendor: Vendor) -> None:
    text = PRICES.replace("\n", "\r\n").encode("utf-8-sig")
    (vendor.folder / "prices.csv.gz").write_bytes(gzip.compress(text))
    assert closes(vendor, file="prices.csv.gz") == ["10.5", "11"]


@pytest.mark.parametrize(
    ("content", "changes", "words"),
    [
        (PRICES, {"file": "price.csv"}, ["There is no file", "price.csv", "relative"]),
        (
            PRICES,
            {"columns": {"close": "Adj Clse"}},
            ["prices.csv", "'Adj Clse'", "Did you mean 'Adj Close'?", "prices[0].columns.close"],
        ),
        (
            PRICES,
            {"columns": {"close": "Volu * 2"}},
            ["'Volu'", "Did you mean 'Vol'?", "Ticker, Date, Adj Close, Vol"],
        ),
        (PRICES, {"where": "Volume > 1"}, ["'Volume'", "'Vol'", "prices[0].where"]),
        (PRICES, {"columns": {"close": "nosuch(Vol)"}}, ["no valid SQL", "nosuch"]),
        ("", {}, ["is empty"]),
        ("Ticker,Date,Adj Close\n", {}, ["no data rows"]),
        ("Ticker,Date,Adj Close\nAAA,2020-01-02\n", {}, ["cannot be read", "Line: 2"]),
        (PRICES, {"constants": {"currency": "EUR"}}, ["currency twice", "constants.currency"]),
        (PRICES, {"file": "mine.yml"}, [".csv", ".parquet"]),
    ],
)
def test_what_is_wrong_with_a_file_is_named(vendor: Vendor, content, changes, words) -> None:
    vendor.write("prices.csv", content)
    with pytest.raises(IngestError) as raised:
        vendor.land(prices=[entry(**changes)])
    missing = [word for word in words if word not in str(raised.value)]
    assert not missing, str(raised.value)


def test_a_canonical_column_that_is_not_said_is_named(vendor: Vendor) -> None:
    without = {key: value for key, value in PRICE_ENTRY.items() if key != "currency"}
    with pytest.raises(IngestError, match=r"prices\[0\] does not say what currency is"):
        vendor.fetch(prices=[without])


def test_encoding_is_said_or_asked_for(vendor: Vendor) -> None:
    vendor.write("prices.csv", PRICES.replace("AAA", "ÄÄÄ"), encoding="latin-1")
    with pytest.raises(IngestError, match=r"cannot be read \(utf-8\).*encoding: latin-1"):
        closes(vendor)
    assert vendor.fetch(prices=[entry(encoding="latin-1")])[0]["symbol"] == "ÄÄÄ"


def test_expressions_reach_no_other_file(vendor: Vendor) -> None:
    with pytest.raises(IngestError, match="disabled"):
        closes(vendor, columns={"close": "(select count(*) from read_text('/etc/hostname'))"})


def test_wide_statements_become_rows(vendor: Vendor) -> None:
    text = "t,q,equity,preferred,shares\nAAA,2020-03-31,10,2,5\nAAA,2020-06-30,11,,6\n"
    vendor.write("statements.csv", text)
    options = {
        "file": "statements.csv",
        "form": "wide",
        "columns": {"symbol": "t", "period_end_date": "q"},
        "frequency": "quarter",
        "currency": "USD",
        "metrics": {"book_equity": "equity - preferred", "shares_outstanding": "shares"},
    }
    vendor.land(fundamentals=[options])
    assert vendor.query(
        "select metric, period_end_date, value, currency, frequency, published_at "
        "from raw.fundamentals order by all"
    ) == [
        ("book_equity", date(2020, 3, 31), 8.0, "USD", "quarter", None),
        ("shares_outstanding", date(2020, 3, 31), 5.0, None, "quarter", None),
        ("shares_outstanding", date(2020, 6, 30), 6.0, None, "quarter", None),
    ]


def test_long_statements_are_picked_and_renamed(vendor: Vendor) -> None:
    text = "t,q,filed,tag,v\nAAA,2020-03-31,2020-05-01 16:00:00-04:00,Rev,9\nAAA,2020-03-31,,X,1\n"
    vendor.write("facts.csv", text)
    options = {
        "file": "facts.csv",
        "columns": {
            "symbol": "t",
            "period_end_date": "q",
            "published_at": "filed",
            "metric": "tag",
            "value": "v",
        },
        "frequency": "quarter",
        "currency": "USD",
        "metrics": {"revenue": "Rev"},
    }
    vendor.land(fundamentals=[options])
    assert vendor.query("select metric, published_at, value from raw.fundamentals") == [
        ("revenue", datetime(2020, 5, 1, 20), 9.0)
    ]


def test_market_caps_are_daily_metrics(vendor: Vendor) -> None:
    vendor.write("caps.csv", "t,d,cap\nBTC,2020-01-02,1e9\n")
    columns = {"symbol": "t", "period_end_date": "d", "value": "cap"}
    options = {"file": "caps.csv", "columns": columns, "currency": "USD"}
    vendor.land(market_caps=[{**options, "symbols": {"suffix": "-USD"}}])
    assert vendor.query("select symbol, metric, frequency, value from raw.fundamentals") == [
        ("BTC-USD", "market_cap", "day", 1e9)
    ]


def universe(vendor: Vendor, **options: Any) -> list[tuple[Any, ...]]:
    vendor.land(**options)
    return vendor.query(
        "select symbol, asset_class, asset_kind, sector, member_from, member_to "
        "from raw.universe order by all"
    )


def test_universe_entries_add_up_and_kinds_are_marked(vendor: Vendor) -> None:
    vendor.write("coins.csv", "Ticker,Date\nBTC,1\nUSDT,1\nUSDT,2\nWBTC,1\n")
    coins = {
        "file": "coins.csv",
        "columns": {"symbol": "Ticker"},
        "constants": {"asset_class": "crypto", "venue": "24/7", "currency": "USD"},
        "symbols": {"suffix": "-USD"},
        "kinds": {"stablecoin": ["USDT"], "wrapped": ["WBTC-USD"]},
    }
    assert universe(vendor, universe=[UNIVERSE_ENTRY, coins]) == [
        ("AAA", "equity", "stock", None, None, None),
        ("BBB", "equity", "stock", None, None, None),
        ("BTC-USD", "crypto", "coin", None, None, None),
        ("USDT-USD", "crypto", "stablecoin", None, None, None),
        ("WBTC-USD", "crypto", "wrapped", None, None, None),
    ]


def test_a_kind_that_names_no_symbol_is_told(vendor: Vendor, caplog) -> None:
    vendor.fetch(universe=[{**UNIVERSE_ENTRY, "kinds": {"etf": ["AAA", "SPY"]}}])
    assert "universe[0].kinds.etf: not in the file: SPY" in caplog.text


def test_sectors_are_joined_by_symbol(vendor: Vendor) -> None:
    vendor.write("sectors.csv", "s,sec\naaa,Energy\nZZZ,Other\n")
    sectors = {"file": "sectors.csv", "columns": {"symbol": "s", "sector": "sec"}}
    sectors["symbols"] = {"upper": True}
    assert universe(vendor, universe=[{**UNIVERSE_ENTRY, "sectors": sectors}]) == [
        ("AAA", "equity", "stock", "Energy", None, None),
        ("BBB", "equity", "stock", None, None, None),
    ]


def test_sectors_follow_the_symbol_rules_of_their_entry(vendor: Vendor) -> None:
    vendor.write("sectors.csv", "s,sec\nAAA,Energy\n")
    sectors = {"file": "sectors.csv", "columns": {"symbol": "s", "sector": "sec"}}
    listing = {**UNIVERSE_ENTRY, "symbols": {"suffix": ".N"}, "sectors": sectors}
    assert [row[3] for row in universe(vendor, universe=[listing])] == ["Energy", None]


def test_the_first_listing_that_has_a_value_gives_it(vendor: Vendor) -> None:
    vendor.write("second.csv", "Ticker,Class\nAAA,late\nBBB,late\n")
    vendor.write("first.csv", "Ticker,Class\nAAA,early\nBBB,\n")
    columns = {"symbol": "Ticker", "sector": "Class"}
    first, second = (
        {**UNIVERSE_ENTRY, "file": file, "columns": columns} for file in ("first.csv", "second.csv")
    )
    assert universe(vendor, universe=[UNIVERSE_ENTRY, first, second]) == [
        ("AAA", "equity", "stock", "early", None, None),
        ("BBB", "equity", "stock", "late", None, None),
    ]


def test_membership_spells_expand_the_universe(vendor: Vendor) -> None:
    spells = "AAA,2010-01-01,2012-01-01\nAAA,2015-01-01,\nOLD,2000-01-01,\n"
    vendor.write("spells.csv", f"t,a,b\n{spells}")
    membership = {
        "file": "spells.csv",
        "columns": {"symbol": "t", "member_from": "a", "member_to": "b"},
        "constants": UNIVERSE_ENTRY["constants"],
    }
    listing = {**UNIVERSE_ENTRY, "columns": {"symbol": "Ticker", "sector": "Class"}}
    options = {"universe": [listing], "membership": [membership]}
    assert universe(vendor, **options) == [
        ("AAA", "equity", "stock", "x", date(2010, 1, 1), date(2012, 1, 1)),
        ("AAA", "equity", "stock", "x", date(2015, 1, 1), None),
        ("BBB", "equity", "stock", "y", None, None),
        ("OLD", "equity", "stock", None, date(2000, 1, 1), None),
    ]
    assert vendor.land(**options).tables[0].unchanged == 4


def test_a_symbol_in_two_classes_names_both_files(vendor: Vendor) -> None:
    vendor.write("coins.csv", "Ticker\nAAA\n")
    constants = {"asset_class": "crypto", "venue": "24/7", "currency": "USD"}
    coins = {**UNIVERSE_ENTRY, "file": "coins.csv", "constants": constants}
    with pytest.raises(IngestError, match=r"'AAA'.*coins\.csv.*list\.csv.*suffix"):
        vendor.land(universe=[UNIVERSE_ENTRY, coins])


def test_split_adjusted_files_with_splits_are_unadjusted(vendor: Vendor) -> None:
    vendor.write("splits.csv", "t,d,r\nAAA,2020-01-03,2\n")
    splits = {
        "file": "splits.csv",
        "columns": {"symbol": "t", "ex_date": "d", "value": "r"},
        "constants": {"action_type": "split"},
    }
    prices = entry(price_basis="split_adjusted", columns={"volume": "Vol"})
    vendor.land(prices=[prices], corporate_actions=[splits])
    assert vendor.query("select close, volume, price_basis from raw.prices order by bar_date") == [
        (21.0, 50.0, "as_traded"),
        (11.0, None, "as_traded"),
    ]


def test_rates_are_mapped(vendor: Vendor) -> None:
    vendor.write("fx.csv", "d,eurusd\n2020-01-02,0.5\n")
    vendor.write("rf.csv", "d,pct\n2020-01-02,5\n")
    vendor.land(
        fx_rates=[
            {
                "file": "fx.csv",
                "columns": {"rate_date": "d", "usd_per_unit": "1 / eurusd"},
                "constants": {"currency": "EUR"},
            }
        ],
        interest_rates=[
            {
                "file": "rf.csv",
                "columns": {"rate_date": "d", "yield_ann": "pct / 100"},
                "constants": {"currency": "USD"},
                "quote_convention": "bank_discount",
            }
        ],
    )
    assert vendor.query("select currency, usd_per_unit from raw.fx_rates") == [("EUR", 2.0)]
    assert vendor.query("select yield_ann, quote_convention from raw.interest_rates") == [
        (0.05, "bank_discount")
    ]
