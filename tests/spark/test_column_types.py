"""Integers of any width are the same kind; a number of another kind stops the build."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse.files import WarehouseError, connect_work, dataset_files
from warehouse.spark.column_types import check_types


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("1::bigint as n, 0.5::double as x, [1::bigint] as l", None),
        ("1::integer as n, 0.5::double as x, [1::integer] as l", None),
        ("1::integer as n, 0.5::decimal(3, 1) as x, [1] as l", r"x is DECIMAL\(3,1\), not DOUBLE"),
        ("1::double as n, 0.5::double as x, [1] as l", "n is DOUBLE, not INTEGER"),
        ("1 as n, 0.5::double as x", "l is missing"),
        ("1 as n, 0.5::double as x, [1] as l, 1 as more", "more is INTEGER, not None"),
    ],
)
def test_kinds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: str, said: str | None
) -> None:
    monkeypatch.setenv("FACTORHOUSE_WAREHOUSE_DIR", str(tmp_path))
    files = dataset_files("kinds")
    parts = tmp_path / "parts.parquet"
    connection = connect_work(files)
    connection.execute("create table meant (n integer, x double, l integer[])")
    connection.execute(f"copy (select {made}) to '{parts}'")
    connection.close()
    if said is None:
        check_types(files, {"main.meant": str(parts)})
        return
    with pytest.raises(WarehouseError, match=said):
        check_types(files, {"main.meant": str(parts)})
