"""Genuine jumps: one asset is worth a multiple from one day to the next, and stays there."""

from __future__ import annotations

import numpy as np

from ingest.demo_market.returns import Decision, Paths
from ingest.demo_market.universe import Group

SESSIONS_OF_LIFE = 60


def jump_months(n_months: int, n_jumps: int) -> set[int]:
    """The months in which a jump happens, spread over the sample."""
    return {int(n_months * (k + 1.3) / (n_jumps + 1.6)) for k in range(n_jumps)}


def jump_once(
    group: Group, paths: Paths, ret: np.ndarray, first_row: int, *, allowed: np.ndarray
) -> None:
    """Let one unremarkable asset jump mid-month, in `ret`, and note it in the paths.

    Parameters
    ----------
    ret : returns of the month, rows = sessions, columns = assets; changed in place.
    first_row : row of the month's first session.
    allowed : mask of the assets that may jump.
    """
    k = len(ret) // 2
    allowed = allowed & ~np.isin(np.arange(group.n), [i for _, i in paths.jumps])
    i = _candidate(group, paths.decisions[-1], first_row + k, allowed)
    if i is not None:
        ret[k, i] = group.model.jump - 1
        paths.jumps.append((first_row + k, i))


def _candidate(group: Group, decision: Decision, row: int, allowed: np.ndarray) -> int | None:
    """The allowed asset nearest the middle of every ranking, so that no premium hangs on a jump."""
    ranks = np.array(list(decision.ranks.values()))
    extremity = np.abs(np.nan_to_num(ranks, nan=1.0)).max(axis=0)
    lasting = (group.first_row < row - SESSIONS_OF_LIFE) & (group.last_row > row + SESSIONS_OF_LIFE)
    extremity[~(allowed & lasting & group.may_rank(row))] = np.inf
    return int(extremity.argmin()) if np.isfinite(extremity.min()) else None
