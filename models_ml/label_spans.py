"""What a purged splitter knows of its rows: their dates, when their labels end, which may teach."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

COLUMNS = ("as_of_date", "label_end_date")
TIME = "datetime64[us]"


@dataclass(frozen=True)
class LabelSpans:
    """Rows with the span of time that each one's label covers.

    Attributes
    ----------
    as_of_dates : datetime64 of shape (rows,), the day on which a row's label starts.
    label_end_dates : datetime64 of shape (rows,); NaT where the label has not ended.
    is_trainable : bool of shape (rows,): the row may be learned from, and its label has ended.
    dates : the distinct as_of_dates, sorted.
    date_numbers : for each row, the position of its date in ``dates``.
    """

    as_of_dates: np.ndarray
    label_end_dates: np.ndarray
    is_trainable: np.ndarray
    dates: np.ndarray
    date_numbers: np.ndarray

    @classmethod
    def of(cls, groups: Any) -> LabelSpans:
        """Read ``groups``, a frame or structured array.

        Its columns: as_of_date; label_end_date, NaT where the label has not ended; and is_trainable
        (bool), all true where the column is missing.

        Raises
        ------
        ValueError
            A column or an as_of_date is missing, or a label ends before it starts.
        """
        names = getattr(groups, "columns", None)
        names = getattr(getattr(groups, "dtype", None), "names", None) if names is None else names
        missing = [name for name in COLUMNS if name not in (names if names is not None else ())]
        if missing:
            given = type(groups).__name__ if names is None else list(names)
            raise ValueError(
                f"groups must be a frame or structured array with the columns {list(COLUMNS)} and, "
                f"where not every row may be learned from, is_trainable; {missing} not in {given}"
            )
        starts, ends = (np.asarray(pd.to_datetime(groups[name]), dtype=TIME) for name in COLUMNS)
        if (n_wrong := int(np.isnat(starts).sum())) > 0:
            raise ValueError(f"every row needs an as_of_date: {n_wrong} of {len(starts)} have none")
        if (n_wrong := int((ends < starts).sum())) > 0:
            raise ValueError(f"no label ends before its as_of_date: {n_wrong} of {len(starts)} do")
        allowed = groups["is_trainable"] if "is_trainable" in names else np.ones(len(starts), bool)
        dates, numbers = np.unique(starts, return_inverse=True)
        return cls(starts, ends, np.asarray(allowed, dtype=bool) & ~np.isnat(ends), dates, numbers)

    @cached_property
    def last_label_ends(self) -> np.ndarray:
        """For each of ``dates``, the last day of its rows' labels; the date itself where none."""
        if not len(self.dates):
            return self.dates
        order = np.argsort(self.date_numbers, kind="stable")
        firsts = np.searchsorted(self.date_numbers[order], np.arange(len(self.dates)))
        return np.fmax(np.fmax.reduceat(self.label_end_dates[order], firsts), self.dates)

    def check_dates_suffice(self, name: str, n_blocks: int, *, dates_a_block: int) -> None:
        """Refuse more blocks, given by the setting so named, than the dates can fill."""
        if len(self.dates) < n_blocks * dates_a_block:
            raise ValueError(
                f"{name} is {n_blocks}, which needs {n_blocks * dates_a_block} dates or more; "
                f"groups have {len(self.dates)}"
            )

    def n_dates_of(self, rows: np.ndarray) -> int:
        """On how many different dates the rows at these positions lie."""
        return int(np.count_nonzero(np.bincount(self.date_numbers[rows])))

    def rows_on(self, block: np.ndarray) -> np.ndarray:
        """Positions of the rows on a block of neighbouring dates, given by their positions."""
        return np.flatnonzero((self.date_numbers >= block[0]) & (self.date_numbers <= block[-1]))

    def learnable_before(self, first_test_date: np.datetime64, embargo_days: int) -> np.ndarray:
        """Which rows a model may have learned from when it first decides, as a mask.

        Those before ``first_test_date`` whose labels ended by then, less the embargo.
        """
        last_label_end = first_test_date - np.timedelta64(embargo_days, "D")
        known = self.is_trainable & (self.label_end_dates <= last_label_end)
        return known & (self.as_of_dates < first_test_date)

    def learnable_around(self, block: np.ndarray, embargo_days: int) -> np.ndarray:
        """Which rows, before and after a block of test dates, share nothing with it, as a mask.

        A row's label lies wholly before the block's first date, or starts after its last date, its
        last label's end and the embargo that follows. Test labels that have not ended count for
        nothing: such a row cannot be compared with what happened.
        """
        first, last = self.dates[block[0]], self.last_label_ends[block].max()
        is_after = self.as_of_dates > last + np.timedelta64(embargo_days, "D")
        return self.is_trainable & ((self.label_end_dates < first) | is_after)
