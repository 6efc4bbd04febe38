"""pyfolio draws its full tear sheet from what is exported, in an environment of its own."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.benchmarks.qlib_features import environment_python
from tests.builds import REPOSITORY
from tests.reports import test_exports_engines
from tests.reports.test_exports_engines import example_of

LOCK = REPOSITORY / "tests" / "clients" / "pyfolio.lock"
SAVE = """
from matplotlib import pyplot
figures = [pyplot.figure(number) for number in pyplot.get_fignums()]
drawn = [axes for figure in figures for axes in figure.axes if axes.has_data()]
print(f"{len(drawn)} charts drawn")
figures[0].savefig("tear_sheet.png", dpi=40)
"""

user_folder = test_exports_engines.user_folder


def test_the_page_s_example_draws_the_full_tear_sheet(user_folder: Path) -> None:
    python = environment_python("pyfolio_env", LOCK)
    done = subprocess.run(
        [str(python), "-c", example_of("pyfolio") + SAVE],
        cwd=user_folder,
        env={**os.environ, "MPLBACKEND": "Agg"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    n_drawn = int(done.stdout.split(" charts drawn")[0].split()[-1])
    assert n_drawn >= 12
    assert (user_folder / "tear_sheet.png").stat().st_size > 20_000
