"""The options of the demo market, as a dataset YAML gives them."""

from __future__ import annotations

import difflib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np

from ingest.errors import DatasetError

MINIMUM = {"seed": 0, "n_equities": 48, "n_coins": 16, "years": 4}


@dataclass(frozen=True)
class DemoOptions:
    """What shapes the market: equal options give identical bytes.

    Attributes
    ----------
    seed : any integer from 0.
    n_equities : names in all, half US, a quarter each UK and Germany; at least 48, so that the
        smaller countries keep the 10 names a cross-section needs.
    n_coins : coins in all, with two stablecoins and one wrapped coin; at least 16.
    years : length, at least 4; the market ends with the last whole month inside it.
    first_session : first calendar day of the market.
    """

    seed: int = 20120101
    n_equities: int = 300
    n_coins: int = 60
    years: int = 12
    first_session: date = date(2012, 1, 2)

    @property
    def last_day(self) -> date:
        """The last month end within `years` of the first session."""
        first = np.datetime64(self.first_session, "D")
        months = first.astype("datetime64[M]") + 12 * self.years
        past = months.astype("datetime64[D]") + (first - first.astype("datetime64[M]"))
        return ((past.astype("datetime64[M]")).astype("datetime64[D]") - 1).astype(object)

    def rng(self, *stream: str) -> np.random.Generator:
        """An independent generator for one named part, so that parts do not shift each other."""
        return np.random.default_rng([self.seed, zlib.crc32("/".join(stream).encode())])


def read_options(options: Mapping[str, Any]) -> DemoOptions:
    """Check the options of the dataset YAML.

    Raises
    ------
    DatasetError : an unknown option, a value of the wrong type, or one that is too small.
    """
    known = {field.name for field in fields(DemoOptions)}
    values: dict[str, Any] = {}
    for name, value in options.items():
        if name not in known:
            nearest = difflib.get_close_matches(name, known, n=1)
            hint = f" Did you mean {nearest[0]}?" if nearest else ""
            raise DatasetError(
                f"demo source: unknown option {name!r}; allowed are {', '.join(sorted(known))}."
                f"{hint}"
            )
        values[name] = _day(value) if name == "first_session" else _whole(name, value)
    return DemoOptions(**values)


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < MINIMUM[name]:
        raise DatasetError(
            f"demo source: {name} is {value!r}; it must be a whole number of at least "
            f"{MINIMUM[name]}."
        )
    return value


def _day(value: Any) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError as error:
        raise DatasetError(
            f"demo source: first_session is {value!r}; it must be a date like 2012-01-02."
        ) from error
