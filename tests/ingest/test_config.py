"""Dataset files: what is read, and how each mistake in one is named."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from ingest.config import DATASETS, load_dataset, nearest
from ingest.errors import DatasetError, IngestError
from ingest.tables import raw_tables

GOOD = """
name: mine
base_currency: USD
start: 2012-01-01
sources:
  - source: files
    prices:
      - file: prices.csv
        columns: {symbol: Ticker, bar_date: Date, close: Close}
        currency: USD
        price_basis: as_traded
"""


def write(folder: Path, text: str) -> str:
    path = folder / "mine.yml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_dataset_file_is_read(tmp_path: Path) -> None:
    dataset = load_dataset(write(tmp_path, GOOD))
    assert (dataset.name, dataset.start, dataset.end) == ("mine", date(2012, 1, 1), None)
    assert [spec.source for spec in dataset.sources] == ["files"]
    assert "source" not in dataset.sources[0].options
    assert dataset.path == tmp_path / "mine.yml"


@pytest.mark.parametrize("path", sorted(DATASETS.glob("*.yml")), ids=lambda path: path.stem)
def test_shipped_datasets_are_valid(path: Path) -> None:
    assert load_dataset(str(path)).name == path.stem
    assert load_dataset(path.stem).path == path


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("start:", "stat:", ["'stat'", "Did you mean 'start'?", "mine.yml"]),
        ("prices:", "pricess:", ["'pricess'", "Did you mean 'prices'?", "sources[0]"]),
        ("close: Close", "clsoe: Close", ["'clsoe'", "Did you mean 'close'?", "prices[0].columns"]),
        (
            "currency: USD\n        price",
            "curency: USD\n        price",
            ["'curency'", "'currency'"],
        ),
        ("as_traded", "as_trade", ["price_basis", "as_trade", "split_adjusted"]),
        ("source: files", "source: fils", ["'fils'", "Did you mean 'files'?", "sample"]),
        ("name: mine", "name: raw", ["raw", "schema", "prepared"]),
        ("name: mine", "name: main", ["main", "Not allowed"]),
        ("name: mine", "name: Mine", ["Mine", "does not match"]),
        ("start: 2012-01-01", "start: 2012-13-01", ["not valid YAML", "month"]),
        ("start: 2012-01-01", "start: soon", ["start is 'soon'", "2012-01-31"]),
        ("start: 2012-01-01", "start: 2012-01-01\nend: 2011-01-01", ["after end"]),
        ("name: mine", "name: mine\nname: yours", ["'name'", "twice"]),
        ("file: prices.csv", "file: on", ["true", "quotes"]),
        ("base_currency: USD\n", "", ["base_currency", "required"]),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, words: list[str]) -> None:
    assert old in GOOD
    with pytest.raises(DatasetError) as raised:
        load_dataset(write(tmp_path, GOOD.replace(old, new, 1)))
    missing = [word for word in words if word.lower() not in str(raised.value).lower()]
    assert not missing, str(raised.value)


def test_a_name_that_is_not_there_lists_what_is() -> None:
    with pytest.raises(DatasetError, match=r"Did you mean 'sample'.*demo, .*sample"):
        load_dataset("sampel")
    with pytest.raises(IngestError, match="no dataset file"):
        load_dataset("nowhere/mine.yml")


def test_what_is_no_mapping_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no mapping"):
        load_dataset(write(tmp_path, "- a\n"))
    with pytest.raises(DatasetError, match="not valid YAML"):
        load_dataset(write(tmp_path, "name: [a\n"))


def test_the_schema_names_the_columns_of_the_raw_tables() -> None:
    schema = json.loads((DATASETS / "schema.json").read_text(encoding="utf-8"))
    options = schema["$defs"]["source_options"]["files"]["properties"]
    for name, table in raw_tables().items():
        columns = options[name]["items"]["properties"]["columns"]["properties"]
        assert set(columns) == set(table.columns), name


def test_nearest_says_nothing_where_nothing_is_near() -> None:
    assert nearest("clsoe", ["open", "close"]) == " Did you mean 'close'?"
    assert nearest("xyz", ["open", "close"]) == ""
