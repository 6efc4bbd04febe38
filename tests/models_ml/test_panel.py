"""A panel has the same rows in the same order, however they came."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from models_ml.panel import Panel, frames_of, in_order

ROWS = pd.DataFrame(
    {
        "as_of_date": pd.to_datetime(["2020-01-31", "2020-01-31", "2020-02-29", "2020-02-29"]),
        "symbol": ["AA", "B", "A", "C"],
        "asset_class": "equity",
        "is_month_end": True,
        "size": [0.5, np.nan, -0.5, 0.25],
        "target_rank": [0.5, -0.5, np.nan, np.nan],
        "label_end_date": pd.to_datetime(["2020-02-28", "2020-02-28", None, None]),
    }
)
OF_PANEL = ("dates", "symbols", "classes", "ranks", "target", "label_ends", "is_month_end")


def as_arrow(rows: pd.DataFrame) -> pa.Table:
    """As DuckDB hands it over: dates, and in several pieces."""
    table = pa.Table.from_pandas(rows, preserve_index=False)
    for name in ("as_of_date", "label_end_date"):
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, table[name].cast(pa.timestamp("s")).cast(pa.date32()))
    return pa.concat_tables([table.slice(0, 3), table.slice(3)])


def test_each_class_has_its_rows() -> None:
    coins = ROWS.assign(asset_class="crypto").iloc[:1]
    frames = frames_of(as_arrow(pd.concat([coins, ROWS], ignore_index=True)))
    assert list(frames) == ["crypto", "equity"]
    for found, rows in ((frames["crypto"], coins), (frames["equity"], ROWS)):
        pd.testing.assert_frame_equal(found, rows, check_dtype=False, check_index_type=False)
        assert found["as_of_date"].dtype == found["label_end_date"].dtype == "datetime64[us]"


def test_rows_that_do_not_stand_by_class_are_refused() -> None:
    mixed = ROWS.assign(asset_class=["equity", "crypto", "equity", "equity"])
    with pytest.raises(ValueError, match="stand by asset_class"):
        frames_of(as_arrow(mixed))


def test_rows_in_their_order_are_taken_as_they_stand() -> None:
    assert in_order(ROWS) is ROWS
    one_day = ROWS.iloc[[1, 0, 2, 3]]
    assert in_order(one_day)["symbol"].tolist() == ["AA", "B", "A", "C"]


@pytest.mark.parametrize("order", [[3, 2, 1, 0], [1, 0, 2, 3], [2, 3, 0, 1]])
def test_the_order_in_which_rows_come_does_not_matter(order: list[int]) -> None:
    panel, other = Panel.of(ROWS, ["size"]), Panel.of(ROWS.iloc[order], ["size"])
    for name in (*OF_PANEL, "row_hashes", "label_hashes"):
        np.testing.assert_array_equal(getattr(panel, name), getattr(other, name))
