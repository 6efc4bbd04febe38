"""A seeded market of daily bars for the feature benchmark, and its dump into Qlib's binary form.

Every price is a number that fits in 32 bits, because Qlib stores no other: each engine then starts
from the same inputs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import exchange_calendars
import numpy as np
import pandas as pd

FIELDS = ("open", "high", "low", "close", "volume")


def bars(n_sessions: int, rng: np.random.Generator) -> pd.DataFrame:
    """Bars of one name: a random bridge with its own volatility, and a few suspensions (NaN)."""
    volatility = rng.uniform(0.01, 0.04)
    walk = rng.normal(0, volatility, n_sessions).cumsum()
    walk -= np.linspace(0, walk[-1], n_sessions)  # ends where it began: no price nears 0
    close = rng.uniform(20, 200) * np.exp(walk)
    opened = close * np.exp(rng.normal(0, volatility / 2, n_sessions))
    up, down = np.exp(np.abs(rng.normal(0, volatility / 2, (2, n_sessions))))
    frame = pd.DataFrame(
        {
            "open": opened,
            "high": np.maximum(opened, close) * up,
            "low": np.minimum(opened, close) / down,
            "close": close,
            "volume": np.exp(rng.normal(13, 1) + rng.normal(0, 0.5, n_sessions)).round(),
        }
    )
    for start in rng.integers(1, n_sessions - 1, rng.poisson(4)):
        frame.iloc[start : min(start + rng.integers(1, 10), n_sessions - 1)] = np.nan
    return frame.astype("float32").astype("float64")


def spells(n_names: int, n_sessions: int, rng: np.random.Generator) -> Iterator[tuple[int, int]]:
    """First session and the one after the last; three in ten list late, two in ten leave early."""
    for _ in range(n_names):
        first = int(rng.integers(0, n_sessions // 2)) if rng.random() < 0.3 else 0
        last = int(rng.integers(n_sessions // 2 + 100, n_sessions)) if rng.random() < 0.2 else None
        yield first, last or n_sessions


def market(n_names: int = 800, seed: int = 20070101) -> tuple[pd.DatetimeIndex, pd.DataFrame]:
    """Sessions 2007 to 2020, and one row per symbol and session of its listing.

    Columns: as_of_date, symbol, session_no (0 is the first session), open, high, low, close,
    volume; NaN while a name is suspended.
    """
    calendar = exchange_calendars.get_calendar("XNYS", start="2007-01-01", end="2020-12-31")
    sessions = calendar.sessions
    rng = np.random.default_rng(seed)
    frames = []
    for number, (first, last) in enumerate(spells(n_names, len(sessions), rng)):
        frame = bars(last - first, rng)
        frame.insert(0, "session_no", np.arange(first, last))
        frame.insert(0, "symbol", f"S{number:04d}")
        frame.insert(0, "as_of_date", sessions[first:last])
        frames.append(frame)
    return sessions, pd.concat(frames, ignore_index=True)


def dump(sessions: pd.DatetimeIndex, prices: pd.DataFrame, folder: Path) -> None:
    """Qlib's own files: a calendar, the listings, and per name and field 32-bit numbers.

    The first number of each is the session from which the others count.
    """
    days = sessions.strftime("%Y-%m-%d")
    for name in ("calendars", "instruments"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "calendars" / "day.txt").write_text("\n".join(days) + "\n")
    lines = []
    for symbol, frame in prices.groupby("symbol", sort=True):
        own = folder / "features" / str(symbol).lower()
        own.mkdir(parents=True, exist_ok=True)
        first, last = int(frame["session_no"].iloc[0]), int(frame["session_no"].iloc[-1])
        lines.append(f"{symbol}\t{days[first]}\t{days[last]}")
        for field in FIELDS:
            values = np.concatenate([[first], frame[field].to_numpy()]).astype("<f4")
            values.tofile(own / f"{field}.day.bin")
    (folder / "instruments" / "all.txt").write_text("\n".join(lines) + "\n")
