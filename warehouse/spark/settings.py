"""What a Spark session is told: what the SQL stands on, and sizes that the user may set."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from warehouse.files import WarehouseError

# What the models mean depends on these: nobody else's setting goes before them.
MEANING = {
    "spark.sql.ansi.enabled": "true",  # an overflow, a bad cast or x / 0 stops the build
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",  # as DuckDB's, instants in UTC without a zone
    "spark.sql.catalogImplementation": "in-memory",  # nothing is left in a metastore
    "spark.sql.sources.default": "parquet",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.cteRecursionLevelLimit": "1000000",  # books go step by step through all their days
    "spark.sql.cteRecursionRowLimit": "-1",
    "spark.ui.showConsoleProgress": "false",
}
# How a small cluster is used; spark-defaults.conf and FACTORHOUSE_SPARK_SETTINGS go before them.
SIZES = {
    "spark.driver.memory": "3g",
    "spark.scheduler.mode": "FAIR",  # models that run side by side share the cores
    "spark.ui.enabled": "false",
    "spark.sql.autoBroadcastJoinThreshold": "20MB",
    # Else each row adds up its whole window anew: eight times the seconds for a year of sessions.
    "spark.sql.window.segmentTree.enabled": "true",
}


def session_settings(master: str, name: str, tables: str) -> dict[str, str]:
    """The settings of a session on a master, whose tables lie below a folder.

    Raises
    ------
    WarehouseError : FACTORHOUSE_SPARK_SETTINGS cannot be read.
    """
    chosen = {**SIZES, **defaults_file(os.environ), **own_settings(os.environ)}
    return {
        **chosen,
        **MEANING,
        "spark.master": master,
        "spark.app.name": f"Factorhouse {name}",
        "spark.sql.warehouse.dir": tables,
    }


def defaults_file(environment: Mapping[str, str]) -> dict[str, str]:
    """The user's spark-defaults.conf in SPARK_CONF_DIR; empty without one."""
    folder = environment.get("SPARK_CONF_DIR")
    path = Path(folder) / "spark-defaults.conf" if folder else None
    if path is None or not path.is_file():
        return {}
    lines = (line.strip() for line in path.read_text().splitlines())
    pairs = (
        line.replace("=", " ", 1).split(None, 1)
        for line in lines
        if line and not line.startswith("#")
    )
    return {pair[0]: pair[1].strip() for pair in pairs if len(pair) == 2}


def own_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """FACTORHOUSE_SPARK_SETTINGS: ``spark.executor.memory=4g spark.executor.cores=2``."""
    words = environment.get("FACTORHOUSE_SPARK_SETTINGS", "").split()
    bad = [word for word in words if "=" not in word or not word.startswith("spark.")]
    if bad:
        raise WarehouseError(
            f"FACTORHOUSE_SPARK_SETTINGS has '{bad[0]}'; give settings with spaces between them, "
            "such as spark.executor.memory=4g spark.executor.cores=2."
        )
    meant = sorted(word for word in words if word.split("=")[0] in MEANING)
    if meant:
        raise WarehouseError(
            f"FACTORHOUSE_SPARK_SETTINGS has '{meant[0]}', which the models' meaning depends on."
        )
    return dict(word.split("=", 1) for word in words)
