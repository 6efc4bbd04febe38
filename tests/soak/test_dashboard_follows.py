"""An open dashboard page changes to a newly published build by itself."""

from __future__ import annotations

from pathlib import Path

from reports.dashboard.app import LOOK_AGAIN
from tests.builds import Market
from tests.reports.dashboard.browser import chromium, served, visiting
from tests.reports.dashboard.test_browser import copied, publish_anew


def test_an_untouched_page_follows_each_build(small_market: Market, tmp_path: Path) -> None:
    chromium()
    own = copied(small_market, tmp_path / "own")
    with served(own) as address, visiting(f"{address}/strategies") as visit:
        visit.settle("Compare strategies")
        for build in range(3):
            fingerprint = f"{build:04d}feedc0de"
            publish_anew(own, fingerprint * 2)
            visit.tab.get_by_text(fingerprint, exact=False).first.wait_for(
                timeout=(LOOK_AGAIN + 20) * 1000
            )
            visit.settle("Compare strategies")
        for build in range(17):
            publish_anew(own, f"{build:04d}deadbeef" * 2)
        visit.tab.get_by_text("0016deadbeef", exact=False).first.wait_for(
            timeout=(LOOK_AGAIN + 20) * 1000
        )
        visit.settle("Compare strategies")
        assert visit.problems == []
