"""Runs the walkthrough on a dataset and makes a deck of it that opens without a network."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import SlidesExporter

from reports.errors import ReportsError
from warehouse.files import REPOSITORY, DatasetFiles

NOTEBOOK = Path(__file__).resolve().with_name("walkthrough.ipynb")
TEMPLATES = REPOSITORY / "docs" / "presentation"
SECONDS_PER_CELL = 300


def run_walkthrough(files: DatasetFiles) -> nbformat.NotebookNode:
    """The walkthrough with what its cells show of a dataset; the stored one stays without.

    Raises
    ------
    ReportsError : a cell failed.
    """
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=SECONDS_PER_CELL,
        kernel_name="python3",
        extra_arguments=["--log-level=40"],
        resources={"metadata": {"path": str(NOTEBOOK.parent)}},
    )
    try:
        client.execute(env={**os.environ, "FACTORHOUSE_DATASET": files.dataset})
    except CellExecutionError as error:
        raise ReportsError(
            f"The walkthrough fails on {files.name}: {error.ename}: {error.evalue}"
        ) from error
    return notebook


def deck(notebook: nbformat.NotebookNode) -> str:
    """A notebook's slides as one HTML page: figures and style inside, code left out."""
    exporter = SlidesExporter(
        template_name="deck",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    page, _ = exporter.from_notebook_node(notebook)
    return page


def write_slides(files: DatasetFiles, path: Path) -> None:
    """Write the deck of a dataset; a reader never sees half a file."""
    page = deck(run_walkthrough(files))
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.stem}.{os.getpid()}.html")
    try:
        partial.write_text(page)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
