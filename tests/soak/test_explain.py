"""Fifty random weights each of the small and the default demo market, from what is shown alone."""

from __future__ import annotations

import pytest

from tests.contract.explained import Published, Recomputed, random_weights
from tests.contract.test_explain import misses

N_WEIGHTS, SEED = 50, 11


@pytest.mark.parametrize("name, n_days", [("small_market", None), ("demo_market", 5)])
def test_fifty_random_weights_follow_from_what_is_shown(request, name, n_days):
    published = Published(request.getfixturevalue(name).published)
    sections: dict = {}
    wrong, worst = {}, 0.0
    for day, strategy, symbol, weight in random_weights(published, N_WEIGHTS, SEED, n_days):
        explained = published.ask("from explain_weight(?, ?, ?)", day.date(), strategy, symbol)
        assert explained["value"].iloc[0] == weight
        shared = sections if n_days else None
        off = misses(explained, Recomputed(published, day, strategy, shared), symbol)
        worst = max(worst, off["weight"])
        missed = {item: miss for item, miss in off.items() if not miss <= 1e-9}
        if missed:
            wrong[day, strategy, symbol] = missed
    published.close()
    print(f"{name}: {N_WEIGHTS} weights, the worst off by {worst:.1e}")
    assert not wrong
