"""The features as Qlib computes them. Runs in Qlib's own environment: standard library and Qlib.

Usage: qlib_task.py EXPRESSIONS.json DATA_FOLDER FEATURES.parquet N_RUNS N_CORES; the last line
printed is JSON: versions and the seconds of each run after a first, untimed one.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path


def main() -> None:
    """Compute the features N_RUNS + 1 times from Qlib's files; write the last to Parquet."""
    import numpy
    import pandas
    import qlib
    from qlib.constant import REG_US
    from qlib.data import D

    expressions = json.loads(Path(sys.argv[1]).read_text())
    qlib.init(
        provider_uri=sys.argv[2],
        region=REG_US,
        expression_cache=None,
        dataset_cache=None,
        kernels=int(sys.argv[5]),
        logging_level=30,
    )
    seconds = []
    for _ in range(int(sys.argv[4]) + 1):
        qlib.data.cache.H.clear()  # else the second run finds the first one's bars in memory
        started = time.perf_counter()
        features = D.features(D.instruments("all"), list(expressions.values()), freq="day")
        seconds.append(time.perf_counter() - started)
    features.columns = list(expressions)
    features.reset_index().to_parquet(sys.argv[3])
    versions = {each.__name__: each.__version__ for each in (qlib, pandas, numpy)}
    print(json.dumps({"seconds": seconds[1:], "versions": versions}))


if __name__ == "__main__":
    main()
