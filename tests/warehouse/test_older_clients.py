"""A DuckDB client of another version opens the published file.

FACTORHOUSE_DUCKDB_CLIENT names a folder with its package (`uv pip install --target FOLDER
duckdb==1.5.*`), several with the path separator; `make soak` installs 1.2 and 1.5 by itself.
"""

from __future__ import annotations

import os

import pytest

from tests.builds import Market
from tests.clients.asking import assert_reads_the_same, read_by

FOLDERS = [one for one in os.environ.get("FACTORHOUSE_DUCKDB_CLIENT", "").split(os.pathsep) if one]


@pytest.mark.skipif(not FOLDERS, reason="FACTORHOUSE_DUCKDB_CLIENT names no other DuckDB client")
def test_another_client_reads_every_table_view_and_comment(small_market: Market) -> None:
    ours = read_by(small_market.published)
    for folder in FOLDERS:
        assert_reads_the_same(read_by(small_market.published, package_folder=folder), ours)
