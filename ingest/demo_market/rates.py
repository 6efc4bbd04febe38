"""Exchange rates and the short US dollar yield, on weekdays."""

from __future__ import annotations

import numpy as np

from ingest.demo_market.equities import USD_PER_UNIT
from ingest.demo_market.options import DemoOptions

FX_VOL_ANN = 0.08
LOWEST_YIELD, HIGHEST_YIELD = 0.001, 0.04
DAYS_BEFORE_START = 10


def weekdays(options: DemoOptions) -> np.ndarray:
    """Weekdays from ten days before the market to its end."""
    first = np.datetime64(options.first_session, "D") - DAYS_BEFORE_START
    days = np.arange(first, np.datetime64(options.last_day, "D") + 1)
    return days[np.is_busday(days)]


def fx_paths(options: DemoOptions) -> dict[str, np.ndarray]:
    """US dollars for one unit, by currency, on the weekdays."""
    n = len(weekdays(options))
    paths = {}
    for currency in ("EUR", "GBP"):
        steps = options.rng("fx", currency).normal(0, FX_VOL_ANN / np.sqrt(260), n)
        around = 0.0
        walk = np.empty(n)
        for k, step in enumerate(steps):
            around = 0.9995 * around + step
            walk[k] = around
        paths[currency] = np.round(USD_PER_UNIT[currency] * np.exp(walk), 6)
    return paths


def usd_yield(options: DemoOptions) -> np.ndarray:
    """Effective annual yield on the weekdays, from 0.1 % to 4 % in an S-curve, to 0.01 %."""
    share = np.linspace(0, 1, len(weekdays(options)))
    rise = 1 / (1 + np.exp(-12 * (share - 0.6)))
    rise = (rise - rise[0]) / (rise[-1] - rise[0])
    return np.round(LOWEST_YIELD + (HIGHEST_YIELD - LOWEST_YIELD) * rise, 4)
