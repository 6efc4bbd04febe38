"""The one place that opens, locates and publishes the DuckDB files."""

from warehouse.files import (
    DatasetFiles,
    connect_memory,
    connect_work,
    dataset_files,
    open_published,
)

__all__ = [
    "DatasetFiles",
    "connect_memory",
    "connect_work",
    "dataset_files",
    "open_published",
]
