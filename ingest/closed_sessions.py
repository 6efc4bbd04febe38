"""Which sessions of a venue are over at an instant."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pandas as pd

ALWAYS_OPEN = "24/7"
LOOKED_BACK = timedelta(days=45)  # longer than any holiday closure of a venue


def last_closed_session(venue: str, now: datetime, *, delay: timedelta) -> date:
    """The newest session whose close lies at least ``delay`` before ``now``.

    Of a venue that never closes it is the UTC day before ``now``. A venue that had no session for
    45 days gives a day before them.

    Parameters
    ----------
    venue : code of exchange_calendars.
    now : with a time zone.
    """
    from exchange_calendars import get_calendar  # slow to import: only when it is asked for

    today = pd.Timestamp(now).tz_convert("UTC").tz_localize(None).normalize()
    if venue == ALWAYS_OPEN:
        return (today - timedelta(days=1)).date()
    # The day after: east of Greenwich a session of tomorrow's date can close before UTC midnight.
    calendar = get_calendar(venue, start=today - LOOKED_BACK, end=today + timedelta(days=1))
    over = calendar.closes[calendar.closes + delay <= pd.Timestamp(now)]
    return over.index[-1].date() if len(over) else (today - LOOKED_BACK).date()


def time_zone(venue: str) -> str:
    """The venue's time zone, such as America/New_York."""
    from exchange_calendars import get_calendar

    return "UTC" if venue == ALWAYS_OPEN else str(get_calendar(venue).tz)
