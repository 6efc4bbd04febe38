"""The options of the scale market, as a dataset YAML gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from ingest.errors import DatasetError

FIRST_DAY = date(2000, 1, 3)
COIN_YEARS = 10  # coins have the last of the years, or all where there are fewer
ALLOWED = {
    "seed": (0, 2**63 - 1),
    "n_equities": (1, 99_999),
    "n_coins": (0, 99_999),
    "years": (1, 100),
}


@dataclass(frozen=True)
class ScaleOptions:
    """What shapes the market: equal options give equal rows.

    Attributes
    ----------
    n_equities, n_coins : names listed at a time; one that leaves is followed by another.
    years : length of the market from `FIRST_DAY`; coins are there for the last ten of them.
    """

    seed: int = 20000103
    n_equities: int = 5000
    n_coins: int = 500
    years: int = 25

    @property
    def last_day(self) -> date:
        """The last day of the market."""
        return _years_on(FIRST_DAY, self.years) - timedelta(days=3)

    @property
    def first_coin_day(self) -> date:
        """The day on which the first coins are traded."""
        return _years_on(FIRST_DAY, max(self.years - COIN_YEARS, 0))


def read_options(options: Mapping[str, Any]) -> ScaleOptions:
    """Check the options of the dataset YAML.

    Raises
    ------
    DatasetError : an unknown option, a value that is no whole number, or one out of range.
    """
    known = [field.name for field in fields(ScaleOptions)]
    for name, value in options.items():
        if name not in known:
            raise DatasetError(
                f"scale source: unknown option {name!r}; allowed are {', '.join(sorted(known))}."
            )
        least, most = ALLOWED[name]
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise DatasetError(
                f"scale source: {name} is {value!r}; it must be a whole number from {least} to "
                f"{most}."
            )
    return ScaleOptions(**options)


def _years_on(day: date, years: int) -> date:
    return day.replace(year=day.year + years)
