"""Rows of strategies.csv: a dozen with the awkward settings, and as many random ones as asked for.

Random rows are written as a user may write them: most can be held, some can never be.
"""

from __future__ import annotations

import csv
import math
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tests.builds import REPOSITORY

Row = dict[str, Any]

PLAIN: Row = {
    "asset_class": "equity", "score": "momentum_12_1", "side": "long_only", "weighting": "equal",
    "top_fraction": 0.3, "gross_long": 1, "gross_short": 0, "max_weight": 0.2, "min_weight": 0,
    "crypto_share": 0, "rebalance": "monthly", "cost_model": "tiers", "benchmark": "cash",
    "aum_usd": 10_000_000,
}  # fmt: skip
SHORT = {"side": "long_short", "gross_short": 1}
COIN = {"asset_class": "crypto", "crypto_share": 1, "max_weight": 0.4, "rebalance": "weekly"}
MIXED = {"asset_class": "both", "crypto_share": 0.3, "score": "composite"}
AWKWARD: dict[str, Row] = {
    "turnover_capped": {**PLAIN, "turnover_cap": 0.1},
    "capped_and_banded": {
        **PLAIN, **SHORT, "rebalance": "weekly", "turnover_cap": 0.15, "no_trade_band": 0.01,
    },
    "banded": {**PLAIN, "score": "composite", "weighting": "score", "no_trade_band": 0.02},
    "patient": {**PLAIN, **MIXED, "participation_cap": 0.02, "aum_usd": 300_000_000},
    "all_three": {
        **PLAIN, **SHORT, **COIN, "score": "momentum_3w", "turnover_cap": 0.3,
        "no_trade_band": 0.005, "participation_cap": 0.05, "aum_usd": 50_000_000,
    },
    "never_done": {
        **PLAIN, **SHORT, **MIXED, "rebalance": "weekly", "participation_cap": 0.001,
        "turnover_cap": 0.2, "aum_usd": 1_000_000_000, "cost_model": "almgren_tiers",
    },
    "buffered": {
        **PLAIN, **SHORT, "score": "composite_value", "top_fraction": 0.2, "hold_fraction": 0.4,
        "rebalance": "quarterly", "weighting": "inverse_volatility",
    },
    "sectors_capped": {
        **PLAIN, "weighting": "score", "sector_cap": 0.15, "max_weight": 0.1, "min_weight": 0.03,
        "top_fraction": 0.5, "hold_fraction": 0.8,
    },
    "neutral": {**PLAIN, "side": "market_neutral", "gross_short": 1, "score": "size"},
    "neutral_of_both": {
        **PLAIN, **MIXED, "side": "market_neutral", "gross_short": 0.8, "turnover_cap": 0.25,
    },
    "equal_risk": {**PLAIN, "weighting": "risk_parity", "max_weight": 0.5, "cost_model": "free"},
    "funded": {**PLAIN, **COIN, "score": "size", "cost_model": "perpetual_tiers"},
    "ruined": {**PLAIN, **SHORT, **COIN, "gross_long": 4, "gross_short": 4, "max_weight": 2},
    "all_in_cash": {**PLAIN, "gross_long": 0},
    "half_in_cash": {**PLAIN, "gross_long": 0.5, "cost_model": "free"},
}  # fmt: skip

TIER: Row = {
    "cost_model": "tiers", "asset_class": "equity", "min_dollar_volume_usd": 0,
    "commission_bps": 1, "half_spread_bps": 12, "impact_law": "square_root",
    "impact_coefficient": 0.7, "borrow_bps_ann": 60, "funding_bps_ann": 20,
}  # fmt: skip
CLASSES = {"equity": {}, "crypto": {"borrow_bps_ann": 900, "funding_bps_ann": 300}}
TIERS = {0: {}, 3_000_000: {"half_spread_bps": 5}, 40_000_000: {"half_spread_bps": 2}}
LAWS = {
    "tiers": {},
    "almgren_tiers": {"impact_law": "almgren", "impact_coefficient": 1.2},
    "perpetual_tiers": {"impact_law": "none", "borrow_bps_ann": 0, "funding_bps_ann": 1095},
}
COST_MODELS = [
    {**TIER, "asset_class": kind, "min_dollar_volume_usd": floor, "cost_model": name,
     **of_class, **of_tier, **law}
    for name, law in LAWS.items()
    for kind, of_class in CLASSES.items()
    for floor, of_tier in TIERS.items()
]  # fmt: skip

SCORES = {
    "equity": ("momentum_12_1", "size", "beta_1y", "composite_volatility"),
    "crypto": ("momentum_3w", "size", "max_return_1m"),
    "both": ("size", "volatility_1y", "beta_1y"),
}
ANY_SCORE = ("composite", "ridge")


def random_row(draw: np.random.Generator, rhythms: tuple[str, ...]) -> Row:
    """A strategy; about a third can never be held, for one reason or another."""
    kind = str(draw.choice(["equity", "crypto", "both"]))
    side = str(draw.choice(["long_only", "long_short", "market_neutral"]))
    is_short = side != "long_only"
    top = round(draw.uniform(0.05, 0.5 if is_short else 0.8), 3)
    row: Row = {
        "asset_class": kind,
        "score": str(draw.choice([*SCORES[kind], *ANY_SCORE])),
        "side": side,
        "weighting": str(
            draw.choice(
                ["equal", "score", "inverse_volatility", "cap", "risk_parity"],
                p=[0.25, 0.25, 0.2, 0.2, 0.1],
            )
        ),
        "top_fraction": top,
        "hold_fraction": one_in(draw, 3, round(min(top * draw.uniform(1, 2.2), 1.0), 3)),
        "gross_long": round(draw.uniform(0.3, 1.6), 3),
        "gross_short": round(draw.uniform(0.3, 1.6), 3) if is_short else 0,
        "max_weight": round(draw.uniform(0.05, 0.6), 3),
        "min_weight": one_in(draw, 3, round(draw.uniform(0, 0.08), 3)) or 0,
        "sector_cap": one_in(draw, 3, round(draw.uniform(0.1, 0.9), 3)),
        "crypto_share": {"equity": 0, "crypto": 1}.get(kind, round(draw.uniform(0, 1), 2)),
        "rebalance": str(draw.choice(rhythms)),
        "turnover_cap": one_in(draw, 3, round(draw.uniform(0.02, 0.8), 3)),
        "no_trade_band": one_in(draw, 3, round(draw.uniform(0.001, 0.03), 4)),
        "participation_cap": one_in(draw, 3, round(draw.uniform(0.0005, 0.1), 4)),
        "cost_model": str(draw.choice([*LAWS, "free"])),
        "benchmark": str(draw.choice(["market", "cash"])),
        "aum_usd": round(10 ** draw.uniform(5, 9)),
    }
    return {**row, **(one_in(draw, 8, fault(draw)) or {})}


def one_in(draw: np.random.Generator, n: int, value: Any) -> Any:
    """The value once in n times, else None."""
    return value if draw.integers(n) == 0 else None


def fault(draw: np.random.Generator) -> Row:
    """Cells that no strategy may have."""
    faults: list[Row] = [
        {"top_fraction": 0},
        {"top_fraction": 1.2},
        {"hold_fraction": 0.01},
        {"gross_long": 0, "gross_short": 1},
        {"gross_short": -0.5},
        {"max_weight": 0.02, "min_weight": 0.03},
        {"crypto_share": 1.5},
        {"sector_cap": 0},
        {"turnover_cap": -0.1},
        {"participation_cap": "much"},
        {"no_trade_band": 0},
        {"rebalance": "hourly"},
        {"side": "short_only"},
        {"score": "luck"},
        {"cost_model": "cheap"},
        {"benchmark": "NO_SUCH"},
        {"weighting": ""},
        {"aum_usd": None},
    ]
    return faults[draw.integers(len(faults))]


def awkward_rows() -> list[Row]:
    """The named rows, a cell for every column."""
    empty = dict.fromkeys(
        ("hold_fraction", "sector_cap", "turnover_cap", "no_trade_band", "participation_cap")
    )
    return [{**empty, "strategy": name, **row} for name, row in AWKWARD.items()]


def random_rows(seed: int, n: int, rhythms: tuple[str, ...]) -> list[Row]:
    """n named rows, the same for the same seed."""
    draw = np.random.default_rng(seed)
    return [{"strategy": f"random_{no:03d}", **random_row(draw, rhythms)} for no in range(n)]


def impossible(row: Mapping[str, Any], universe: Mapping[str, Mapping[str, str | None]]) -> bool:
    """Whether METHODS section 8 says that a row can never be met, with the whole universe there.

    The words, scores and names of `fault` apart, which are wrong by themselves.
    """
    wrong = ("hourly", "short_only", "luck", "cheap", "NO_SUCH", "", "much")
    if any(row.get(name) in wrong for name in row if name != "strategy"):
        return True
    limits = ("hold_fraction", "sector_cap", "turnover_cap", "no_trade_band", "participation_cap")
    numbers = ("top_fraction", "gross_long", "gross_short", "max_weight", "min_weight", "aum_usd")
    if any(row[name] is not None and row[name] <= 0 for name in limits):
        return True
    if any(row[name] is None or row[name] < 0 for name in numbers):
        return True
    is_short = row["side"] != "long_only"
    most, hold = (0.5 if is_short else 1), row["hold_fraction"]
    widest = max(row["top_fraction"], hold or 0)
    contradictions = (
        not 0 < row["top_fraction"] <= widest <= most,
        hold is not None and hold < row["top_fraction"],
        not 0 <= row["min_weight"] <= row["max_weight"],
        row["max_weight"] == 0,
        row["gross_long"] == 0 and is_short,
        (row["gross_short"] > 0) != is_short,
        row["crypto_share"] > 1,
        row["min_weight"] > (row["sector_cap"] or math.inf),
    )
    return any(contradictions) or any(
        row["min_weight"] > gross + 1e-9
        or room(row, widest, list(universe[kind].values())) < gross - 1e-9
        or (row["weighting"] == "equal" and least(row, len(universe[kind])) > gross + 1e-9)
        for kind, gross in leg_grosses(row)
    )


def least(row: Mapping[str, Any], n_names: int) -> float:
    """What the chosen of so many names add up to, each at the minimum weight."""
    return math.floor(n_names * row["top_fraction"] + 1e-9) * row["min_weight"]


def leg_grosses(row: Mapping[str, Any]) -> Iterable[tuple[str, float]]:
    """Asset class and gross of every leg."""
    crypto = row["crypto_share"]
    shares = {"both": {"equity": 1 - crypto, "crypto": crypto}}
    for kind, share in shares.get(row["asset_class"], {row["asset_class"]: 1.0}).items():
        for gross in (row["gross_long"], row["gross_short"]):
            if gross * share > 0:
                yield kind, gross * share


def room(row: Mapping[str, Any], widest: float, sectors: list[str | None]) -> float:
    """The most that a leg can add up to, whatever its names."""
    n_names, cap = math.floor(len(sectors) * widest + 1e-9), row["max_weight"]
    sector_cap = row["sector_cap"] or math.inf
    counts = Counter(sectors)
    unsectored = counts.pop(None, 0) * cap
    by_sector = math.fsum(min(count * cap, sector_cap) for count in counts.values())
    return min(n_names * cap, unsectored + by_sector)


def write_seeds(folder: Path, strategies: Iterable[Row], *, only: bool = False) -> Path:
    """The project's seeds with more strategies and cost models; with ``only``, none of its own."""
    shutil.copytree(REPOSITORY / "dbt_project" / "seeds", folder)
    append(folder / "strategies.csv", strategies, only=only)
    append(folder / "cost_models.csv", COST_MODELS)
    return folder


def append(path: Path, rows: Iterable[Row], *, only: bool = False) -> None:
    """Add rows to a seed; a column that a row does not name stays empty."""
    lines = path.read_text().splitlines()
    with path.open("w", newline="") as file:
        file.write("\n".join(lines[:1] if only else lines) + "\n")
        csv.DictWriter(file, lines[0].split(","), lineterminator="\n").writerows(rows)
