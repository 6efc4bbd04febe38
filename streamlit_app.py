"""The dashboard's entry point: `streamlit run streamlit_app.py`, as hosts of Streamlit apps do.

On one's own machine `make dashboard` runs it, on loopback. FACTORHOUSE_DATASET says whose
dashboard it is, a name or the path of a dataset file; default demo. Where nothing is published yet
the page says what to run and offers to build the demo market, which needs no network, once.
"""

from __future__ import annotations

from reports.dashboard.app import run

run()
