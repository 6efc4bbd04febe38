"""The same 14 features four times: Qlib's expressions, SQL, pandas and polars.

They are of the forms of Qlib's Alpha158. Windows are sessions of the name's own calendar; a
suspended session counts in the window and adds nothing to it; one bar is enough (Qlib's rule).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl

QLIB = {
    "kmid": "($close-$open)/$open",
    "klen": "($high-$low)/$open",
    "roc20": "Ref($close,20)/$close",
    "roc60": "Ref($close,60)/$close",
    "ma5": "Mean($close,5)/$close",
    "ma20": "Mean($close,20)/$close",
    "ma60": "Mean($close,60)/$close",
    "std5": "Std($close,5)/$close",
    "std20": "Std($close,20)/$close",
    "max20": "Max($high,20)/$close",
    "min20": "Min($low,20)/$close",
    "rsv20": "($close-Min($low,20))/(Max($high,20)-Min($low,20)+1e-12)",
    "corr20": "Corr($close,$volume,20)",
    "vstd20": "Std($volume,20)/($volume+1e-12)",
}

SQL = """
select
    prices.as_of_date,
    prices.symbol,
    (prices.close - prices.open) / prices.open as kmid,
    (prices.high - prices.low) / prices.open as klen,
    lag(prices.close, 20) over history / prices.close as roc20,
    lag(prices.close, 60) over history / prices.close as roc60,
    avg(prices.close) over week / prices.close as ma5,
    avg(prices.close) over month / prices.close as ma20,
    avg(prices.close) over quarter / prices.close as ma60,
    stddev_samp(prices.close) over week / prices.close as std5,
    stddev_samp(prices.close) over month / prices.close as std20,
    max(prices.high) over month / prices.close as max20,
    min(prices.low) over month / prices.close as min20,
    (prices.close - min(prices.low) over month)
    / (max(prices.high) over month - min(prices.low) over month + 1e-12) as rsv20,
    corr(prices.close, prices.volume) over month as corr20,
    stddev_samp(prices.volume) over month / (prices.volume + 1e-12) as vstd20

from prices

window
    history as (partition by prices.symbol order by prices.session_no),
    week as (
        partition by prices.symbol order by prices.session_no
        rows between 4 preceding and current row
    ),
    month as (
        partition by prices.symbol order by prices.session_no
        rows between 19 preceding and current row
    ),
    quarter as (
        partition by prices.symbol order by prices.session_no
        rows between 59 preceding and current row
    )
"""


def wide(prices: pd.DataFrame, field: str) -> pd.DataFrame:
    """A field with one column per name and one row per session; NaN outside its listing."""
    frame = np.full((prices["session_no"].max() + 1, prices["symbol"].nunique()), np.nan)
    frame[prices["session_no"], pd.factorize(prices["symbol"])[0]] = prices[field]
    return pd.DataFrame(frame)


def by_pandas(prices: pd.DataFrame) -> pd.DataFrame:
    """Windows over the rows of each name; the correlation, slow when grouped, side by side."""
    by_name = prices.groupby("symbol", sort=False)
    opened, high, low, close, volume = (
        prices[field].to_numpy() for field in ("open", "high", "low", "close", "volume")
    )

    def rolled(statistic: str, field: str, window: int) -> np.ndarray:
        windows = by_name[field].rolling(window, min_periods=1)
        return getattr(windows, statistic)().to_numpy()

    correlation = (
        wide(prices, "close").rolling(20, min_periods=1).corr(wide(prices, "volume")).to_numpy()
    )
    highest, lowest = rolled("max", "high", 20), rolled("min", "low", 20)
    return pd.DataFrame(
        {
            "as_of_date": prices["as_of_date"],
            "symbol": prices["symbol"],
            "kmid": (close - opened) / opened,
            "klen": (high - low) / opened,
            "roc20": by_name["close"].shift(20).to_numpy() / close,
            "roc60": by_name["close"].shift(60).to_numpy() / close,
            "ma5": rolled("mean", "close", 5) / close,
            "ma20": rolled("mean", "close", 20) / close,
            "ma60": rolled("mean", "close", 60) / close,
            "std5": rolled("std", "close", 5) / close,
            "std20": rolled("std", "close", 20) / close,
            "max20": highest / close,
            "min20": lowest / close,
            "rsv20": (close - lowest) / (highest - lowest + 1e-12),
            "corr20": correlation[prices["session_no"], pd.factorize(prices["symbol"])[0]],
            "vstd20": rolled("std", "volume", 20) / (volume + 1e-12),
        }
    )


def by_polars(prices: pl.LazyFrame) -> pl.LazyFrame:
    """Expressions over the rows of each name."""
    opened, high, low, close, volume = map(pl.col, ("open", "high", "low", "close", "volume"))

    def rolled(statistic: str, column: pl.Expr, window: int) -> pl.Expr:
        return getattr(column, f"rolling_{statistic}")(window, min_samples=1).over("symbol")

    highest, lowest = rolled("max", high, 20), rolled("min", low, 20)
    return prices.select(
        "as_of_date",
        "symbol",
        kmid=(close - opened) / opened,
        klen=(high - low) / opened,
        roc20=close.shift(20).over("symbol") / close,
        roc60=close.shift(60).over("symbol") / close,
        ma5=rolled("mean", close, 5) / close,
        ma20=rolled("mean", close, 20) / close,
        ma60=rolled("mean", close, 60) / close,
        std5=rolled("std", close, 5) / close,
        std20=rolled("std", close, 20) / close,
        max20=highest / close,
        min20=lowest / close,
        rsv20=(close - lowest) / (highest - lowest + 1e-12),
        corr20=pl.rolling_corr(close, volume, window_size=20, min_samples=1).over("symbol"),
        vstd20=rolled("std", volume, 20) / (volume + 1e-12),
    )
