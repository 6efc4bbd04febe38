"""What models learn from and score: the rows of one or more asset classes in a fixed order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
import pandas as pd
import pyarrow as pa

KEYS = ("as_of_date", "symbol", "asset_class", "is_month_end")
LABEL = ("target_rank", "label_end_date")
DATES = ("as_of_date", "label_end_date")


@dataclass(frozen=True, eq=False)
class Panel:
    """Rows in the order of as_of_date and symbol.

    Attributes
    ----------
    asset_classes : those it holds.
    factors : names of the factors, in the registry's order.
    dates : as_of_date of each row, datetime64.
    symbols, classes : symbol and asset class of each row.
    ranks : one column per factor, its directed rank; NaN where missing.
    target : rank of the label, NaN where it has not ended.
    label_ends : datetime64, NaT where the label has not ended.
    is_month_end : rows on month ends: those learned from and evaluated.
    row_hashes, label_hashes : one number per row from its key and features, and from its label.
    """

    asset_classes: tuple[str, ...]
    factors: tuple[str, ...]
    dates: np.ndarray
    symbols: np.ndarray
    classes: np.ndarray
    ranks: pd.DataFrame
    target: np.ndarray
    label_ends: np.ndarray
    is_month_end: np.ndarray
    row_hashes: np.ndarray
    label_hashes: np.ndarray

    @classmethod
    def of(cls, frame: pd.DataFrame, factors: Sequence[str]) -> Panel:
        """From rows with as_of_date, symbol, asset_class, is_month_end, factors and label.

        The label's columns are target_rank and label_end_date.
        """
        rows = in_order(frame)
        keys = named(rows, [*KEYS, *factors])
        label = named(rows, LABEL)
        return cls(
            asset_classes=tuple(sorted(rows["asset_class"].unique(), reverse=True)),
            factors=tuple(factors),
            dates=rows["as_of_date"].to_numpy(dtype="datetime64[us]"),
            symbols=rows["symbol"].to_numpy(dtype=object),
            classes=rows["asset_class"].to_numpy(dtype=object),
            ranks=named(rows, factors),
            target=rows["target_rank"].to_numpy(dtype=float),
            label_ends=rows["label_end_date"].to_numpy(dtype="datetime64[us]"),
            is_month_end=rows["is_month_end"].to_numpy(dtype=bool),
            row_hashes=pd.util.hash_pandas_object(keys, index=False).to_numpy(),
            label_hashes=pd.util.hash_pandas_object(label, index=False).to_numpy(),
        )

    def spans(self, rows: np.ndarray | None = None) -> pd.DataFrame:
        """What the splitters read, of all rows or of those at some positions."""
        chosen = slice(None) if rows is None else rows
        is_trainable = self.is_month_end & ~np.isnan(self.target)
        return pd.DataFrame(
            {
                "as_of_date": self.dates[chosen],
                "label_end_date": self.label_ends[chosen],
                "is_trainable": is_trainable[chosen],
            }
        )


def frames_of(rows: pa.Table) -> dict[str, pd.DataFrame]:
    """By asset class the rows of labels.training_panel, which stand in the order of it.

    Raises
    ------
    ValueError : they do not.
    """
    frames, first = {}, 0
    for found in sorted(rows["asset_class"].value_counts().to_pylist(), key=itemgetter("values")):
        frame = rows.slice(first, found["counts"]).to_pandas(date_as_object=False)
        if (frame["asset_class"] != found["values"]).any():
            raise ValueError("rows of labels.training_panel must stand by asset_class")
        frames[found["values"]] = frame.astype(dict.fromkeys(DATES, "datetime64[us]"))
        first += found["counts"]
    return frames


def named(rows: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Some of the columns, without a copy of what is in them."""
    return pd.DataFrame({name: rows[name] for name in columns}, copy=False)


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows by as_of_date and symbol; the frame itself where they stand so."""
    days, symbols = (frame[name].to_numpy() for name in ("as_of_date", "symbol"))
    later, same_day = days[1:] > days[:-1], days[1:] == days[:-1]
    if (later | (same_day & (symbols[1:] >= symbols[:-1]))).all():
        return frame
    return frame.sort_values(["as_of_date", "symbol"], ignore_index=True, kind="stable")
