"""When the venues close: the instants at which trades are booked."""

from __future__ import annotations

from functools import cache

import exchange_calendars
import pandas as pd

END_OF_DAY = pd.Timedelta("23:59:59")


def close_times(venues: pd.Series, days: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """The close of each venue on each day; the day's end where it is closed or never closes.

    Parameters
    ----------
    venues : exchange codes such as XNYS, or 24/7, one for each day.
    days : midnights in UTC.

    Returns
    -------
    Instants in UTC, each on its day.
    """
    ends = pd.Series((days + END_OF_DAY).as_unit("us"), index=range(len(days)))
    for venue in set(venues) - {"24/7"}:
        is_here = (venues == venue).to_numpy()
        own = days[is_here].tz_localize(None)
        closes = closes_of(venue, own.min().year, own.max().year).reindex(own)
        ends[is_here] = closes.fillna(pd.Series(own, own).dt.tz_localize("UTC") + END_OF_DAY).array
    return pd.DatetimeIndex(ends)


@cache
def closes_of(venue: str, first_year: int, last_year: int) -> pd.Series:
    """The close of each session of a venue in UTC, on the session's date without a time zone."""
    calendar = exchange_calendars.get_calendar(
        venue, start=pd.Timestamp(first_year, 1, 1), end=pd.Timestamp(last_year + 1, 1, 31)
    )
    return calendar.closes.dt.as_unit("us")
