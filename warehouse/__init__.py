"""The one place that opens, locates and publishes the DuckDB files."""

from warehouse.files import (
    DatasetFiles,
    connect_memory,
    connect_work,
    dataset_files,
    open_published,
)
from warehouse.reader import BuildInfo, PublishedReader, Snapshot

__all__ = [
    "BuildInfo",
    "DatasetFiles",
    "PublishedReader",
    "Snapshot",
    "connect_memory",
    "connect_work",
    "dataset_files",
    "open_published",
]
