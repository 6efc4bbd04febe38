"""The planted truth, written beside the warehouse for the tests that look for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.demo_market import planted
from ingest.demo_market.market import Market
from ingest.demo_market.observed import Observed
from ingest.demo_market.text_rows import UNUSABLE, reject_reason

TIMING = (
    "ranks are of the last session of a month (month_end); their drift is earned from the second "
    "session of the next month (first_session) to the first session of the month after it "
    "(last_session), as a portfolio earns it that trades at the close of the next session"
)
FACTORS = tuple(dict.fromkeys([*planted.EQUITY.premia, *planted.CRYPTO.premia]))


def write_truth(
    path: Path, market: Market, observed: Observed, counts: Mapping[str, int]
) -> tuple[Path, Path]:
    """Write the truth as JSON, and the planted drift by month and symbol as Parquet beside it.

    Parameters
    ----------
    path : the JSON file; its folder is created. The drift goes to `<its stem>_drift.parquet`.
    counts : rows per table of the whole market.

    Returns
    -------
    The two paths.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    drift = path.with_name(f"{path.stem}_drift.parquet")
    text = json.dumps(truth(market, observed, counts), indent=1, sort_keys=True, default=str)
    path.write_text(text + "\n", encoding="utf-8")
    pq.write_table(drift_table(market), drift)
    return path, drift


def truth(market: Market, observed: Observed, counts: Mapping[str, int]) -> dict[str, Any]:
    """Everything planted, as plain values; days are ISO text."""
    return {
        "options": asdict(market.options),
        "timing": TIMING,
        "counts": dict(counts),
        "models": {
            model.asset_class: asdict(model) | {"strong": planted.STRONG[model.asset_class]}
            for model in (planted.EQUITY, planted.CRYPTO)
        },
        "directions": planted.DIRECTION,
        "regime_change": {
            "date": market.markets["equity"].regime_date,
            "market_vol_factor": planted.REGIME_VOL_FACTOR,
            "market_premium_factor": planted.REGIME_PREMIUM_FACTOR,
        },
        "lives": [life for group in market.groups for life in _lives(group)],
        "splits": _splits(market, observed),
        "faults": [_fault(fault) for fault in observed.faults],
        "rejects": [
            {"table": table, "column": column, "text": text, "reason": reject_reason(column, text)}
            for table, cells in UNUSABLE.items()
            for column, text in cells
        ],
    }


def _lives(group) -> list[dict[str, Any]]:
    days = [*group.grid.sessions, None]
    lives = []
    for i, symbol in enumerate(group.symbols):
        kind, value = group.delisting[i], group.delisting_return[i]
        lives.append(
            {
                "symbol": symbol,
                "asset_class": group.model.asset_class,
                "asset_kind": group.kinds[i],
                "first_bar": days[group.first_row[i]],
                "last_bar": days[group.last_row[i]],
                "member_from": days[group.member_from[i]],
                "member_to": days[group.member_to[i]],
                "delisting": kind or None,
                "delisting_date": days[group.last_row[i] + 1] if kind else None,
                "delisting_return": None if np.isnan(value) else float(value),
                "roles": sorted(role for role in group.roles if group.roles[role][i]),
            }
        )
    return lives


def _splits(market: Market, observed: Observed) -> list[dict[str, Any]]:
    return [
        {"symbol": group.symbols[i], "date": group.grid.sessions[row], "ratio": ratio}
        for group, quotes in zip(market.groups, observed.quotes, strict=True)
        for row, i, ratio in quotes.splits
    ]


def _fault(fault) -> dict[str, Any]:
    values = asdict(fault)
    del values["row"]
    return values


def drift_table(market: Market) -> pa.Table:
    """One row per decision and listed symbol.

    Columns: month_end, first_session, last_session, symbol, asset_class, country,
    planted_drift_ann (premia and interaction, without the market), beta, and per planted factor
    direction x (rank_pct - 0.5) as in factors.factor_matrix, NULL where not ranked.
    """
    return pa.concat_tables(
        _decision_table(group, now, after)
        for group, paths in zip(market.groups, market.paths, strict=True)
        for now, after in zip(paths.decisions[:-1], paths.decisions[1:], strict=True)
    )


def _decision_table(group, now, after) -> pa.Table:
    live = np.flatnonzero(group.is_active(now.row))
    n, days = len(live), group.grid.sessions
    unranked = np.full(group.n, np.nan)
    columns = {
        name: pa.array(np.full(n, days[row]))
        for name, row in (
            ("month_end", now.row),
            ("first_session", now.row + 2),
            ("last_session", min(after.row + 1, len(days) - 1)),
        )
    }
    columns |= {
        "symbol": pa.array([group.symbols[i] for i in live], pa.string()),
        "asset_class": pa.array([group.model.asset_class] * n, pa.string()),
        "country": pa.array([group.country] * n, pa.string()),
        "planted_drift_ann": pa.array(now.drift_ann[live]),
        "beta": pa.array(group.beta[live]),
    }
    for factor in FACTORS:
        ranks = now.ranks.get(factor, unranked)[live]
        columns[factor] = pa.array(ranks, mask=np.isnan(ranks))
    return pa.table(columns)
