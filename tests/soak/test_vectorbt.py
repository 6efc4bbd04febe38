"""docs/examples/with_vectorbt.py gives the warehouse's returns, in vectorbt's own environment."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from reports.exports import write_exports
from tests.benchmarks.qlib_features import environment_python
from tests.benchmarks.strategy_sweep import LOCK
from tests.builds import REPOSITORY, Market

STRATEGIES = ["equity_composite_long_short", "crypto_risk_parity", "both_composite_long"]


def test_vectorbt_runs_the_book_to_the_same_returns(
    small_market: Market, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.exports.writing.strategies", lambda _: STRATEGIES)
    write_exports(small_market.files, tmp_path, kinds=["books"], file_format="csv")
    python = environment_python("vectorbt_env", LOCK)
    script = REPOSITORY / "docs" / "examples" / "with_vectorbt.py"
    for strategy in STRATEGIES:
        said = subprocess.run(
            [str(python), str(script), str(tmp_path / "books" / strategy)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        n_days, apart = re.findall(r"([\d,]+) days by vectorbt, largest difference (\S+)", said)[0]
        assert int(n_days.replace(",", "")) > 1000 and float(apart) < 1e-10
