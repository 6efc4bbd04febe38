"""Sessions of every venue in the universe, from its official calendar, reaching past the data.

One row per venue and session_date. Crypto (venue 24/7, always here) trades every day. A session is
known in advance, so that month ends and trade dates never depend on the last row of data.
"""

import datetime

import exchange_calendars
import pandas as pd

# Long enough past the last bar for the newest trade date and the newest week's and month's end.
DAYS_PAST_DATA = 400


def model(dbt, session):
    dbt.config(materialized="table")
    venues = dbt.ref("stg_raw__universe").aggregate("venue").fetchall()
    # A bar dated after the day it was seen is no bar, and its year no place to look for sessions.
    bars = "min(bar_date), least(max(bar_date), cast(max(observed_at) as date))"
    first, last = dbt.ref("stg_raw__prices").aggregate(bars).fetchall()[0]
    if first is None:
        raise ValueError("raw.prices holds no bar in the chosen dates: nothing to build from.")
    frames = [
        sessions_of(venue, first, last + datetime.timedelta(days=DAYS_PAST_DATA))
        for venue in sorted({"24/7"} | {venue for (venue,) in venues})
    ]
    return pd.concat(frames, ignore_index=True)


def sessions_of(venue: str, first: datetime.date, last: datetime.date) -> pd.DataFrame:
    """Columns venue, session_date (date) and session_no (1 on the first), first to last."""
    if venue == "24/7":
        days = pd.date_range(first, last, freq="D")
    else:
        calendar_class = type(exchange_calendars.get_calendar(venue))
        start = max(pd.Timestamp(first), calendar_class.bound_min() or pd.Timestamp(first))
        end = min(pd.Timestamp(last), calendar_class.bound_max() or pd.Timestamp(last))
        days = exchange_calendars.get_calendar(venue, start=start, end=end).sessions
    return pd.DataFrame(
        {
            "venue": venue,
            "session_date": days.date,
            "session_no": range(1, len(days) + 1),
        }
    )
