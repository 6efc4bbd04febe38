"""python -m reports WHAT [DATASET] [--out DIR]; without WHAT, what there is."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import duckdb

from reports.errors import ReportsError
from reports.registry import dataset_name
from warehouse.ending import leave
from warehouse.files import DatasetFiles, WarehouseError, dataset_files, open_published

if TYPE_CHECKING:
    from reports.pictures import Pictures

DATASET = click.argument("dataset", default=lambda: os.environ.get("FACTORHOUSE_DATASET") or "demo")
OUT = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write into; default outputs/<dataset>/.",
)


@click.group()
def cli() -> None:
    """Figures, tables and the summary of a dataset, from its published file.

    DATASET is a name or the path of a dataset YAML; default FACTORHOUSE_DATASET, else demo.
    """


def opened(dataset: str) -> tuple[DatasetFiles, duckdb.DuckDBPyConnection]:
    """The files of a dataset and its published file, open."""
    files = dataset_files(dataset_name(dataset), dataset)
    return files, open_published(files)


def write_plots(
    connection: duckdb.DuckDBPyConnection, name: str, folder: Path, *, for_document: bool = False
) -> Pictures:
    """Draw the figures and say where they are; the pictures of them that a document holds."""
    from reports.processes import begin_loading

    begin_loading()
    from reports.plots import draw_all

    drawn = draw_all(connection, name, folder, with_pictures=for_document)
    click.echo(f"{len(drawn)} figures (PNG and SVG) in {folder}")
    return {figure: done.picture for figure, done in drawn.items() if done.picture is not None}


def write_tables(connection: duckdb.DuckDBPyConnection, name: str, folder: Path) -> None:
    """Write the tables and say where they are, and which are empty."""
    from reports.tables import write_all

    rows = write_all(connection, folder)
    click.echo(f"{len(rows)} tables ({sum(rows.values()):,} rows) in {folder}")
    for path, n_rows in rows.items():
        if not n_rows:
            click.echo(f"  {path.name} has its header only: {name} has no such rows")


def write_pages(
    connection: duckdb.DuckDBPyConnection, name: str, drawn: Pictures, folder: Path
) -> None:
    """Write the document with the figures that were drawn and say where it is."""
    from reports.document import write_document

    page, paper = write_document(connection, name, drawn, folder)
    click.echo(f"All of it in one document: {page} and {paper.name}")


def write_summary(connection: duckdb.DuckDBPyConnection, files: DatasetFiles) -> None:
    """Print the summary."""
    from reports.summary import print_summary
    from reports.terminal import terminal

    print_summary(connection, files, terminal())


@cli.command()
@DATASET
@OUT
def plots(dataset: str, out: Path | None) -> None:
    """Draw every figure as PNG and SVG."""
    files, connection = opened(dataset)
    write_plots(connection, files.name, out or files.outputs / "plots")


@cli.command()
@DATASET
@OUT
def tables(dataset: str, out: Path | None) -> None:
    """Write the CSV tables."""
    files, connection = opened(dataset)
    write_tables(connection, files.name, out or files.outputs / "tables")


@cli.command()
@DATASET
@OUT
def document(dataset: str, out: Path | None) -> None:
    """Draw the figures, and write all results as one HTML page and one PDF."""
    files, connection = opened(dataset)
    folder = out or files.outputs
    drawn = write_plots(connection, files.name, folder / "plots", for_document=True)
    write_pages(connection, files.name, drawn, folder)


@cli.command()
@DATASET
def summary(dataset: str) -> None:
    """Print what landed, what is missing and how the strategies did."""
    files, connection = opened(dataset)
    write_summary(connection, files)


@cli.command()
@DATASET
@click.option("--holdings", type=click.Path(path_type=Path), help="CSV: symbol, units.")
@click.option("--aum", type=float, help="Size of the book, US dollars.")
@click.option("--strategy", help="The one strategy wanted.")
@OUT
def signals(
    dataset: str,
    holdings: Path | None,
    aum: float | None,
    strategy: str | None,
    out: Path | None,
) -> None:
    """Write today's trades in whole lots, against what is held; print them."""
    from reports.holdings import read_holdings
    from reports.signals import orders, print_signals, said_closed, write_signals
    from reports.terminal import terminal

    held = read_holdings(holdings) if holdings else None
    files, connection = opened(dataset)
    rows = orders(connection, holdings=held, aum=aum, strategy=strategy)
    print_signals(rows, terminal())
    closed = said_closed(connection) if holdings is None and strategy is None else ""
    if closed:
        click.echo(closed)
    folder = out or files.outputs / "signals"
    written = write_signals(rows, folder)
    click.echo(f"{len(written)} {'file' if len(written) == 1 else 'files'} in {folder}")


@cli.command()
@DATASET
@click.option(
    "--only",
    "kinds",
    multiple=True,
    type=click.Choice(["books", "factors", "tables"]),
    help="What to write, again for more; default all.",
)
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["parquet", "csv"]),
    default="parquet",
    show_default=True,
    help="Of books and factors; tables are always Parquet.",
)
@OUT
def exports(dataset: str, kinds: tuple[str, ...], file_format: str, out: Path | None) -> None:
    """Write books for pyfolio, factors for alphalens, and tables as Parquet by year."""
    from reports.exports import write_exports

    files = dataset_files(dataset_name(dataset), dataset)
    folder = out or files.outputs / "exports"
    written = write_exports(files, folder, kinds=kinds, file_format=file_format)
    for kind, rows in written.items():
        click.echo(f"{kind}: {len(rows)} ({sum(rows.values()):,} rows) in {folder / kind}")
        if not rows:
            click.echo(f"  {files.name} has none: make summary says why")
        for name in (name for name, n_rows in rows.items() if not n_rows):
            click.echo(f"  {name} has no rows in {files.name}: make summary says why")


@cli.command()
@DATASET
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The page to write; default outputs/<dataset>/slides.html.",
)
def slides(dataset: str, out: Path | None) -> None:
    """Run the walkthrough notebook and make slides of it, one page that needs no network."""
    from reports.notebooks.slides import write_slides

    files, connection = opened(dataset)
    connection.close()
    path = out or files.outputs / "slides.html"
    write_slides(files, path)
    click.echo(f"slides in {path}: open it in a browser; arrow keys turn the page")


@cli.command()
@DATASET
def sweep(dataset: str) -> None:
    """Print the best strategies of the last sweep, and how much of them may be luck."""
    from reports.sweep import print_sweep
    from reports.terminal import terminal

    files, connection = opened(dataset)
    print_sweep(connection, files, terminal())


@cli.command()
@DATASET
@click.option("--source-url", default="", help="Where the project's files can be read.")
def site(dataset: str, source_url: str) -> None:
    """README and docs as pages, beside the models' page and the report."""
    from reports.site.pages import write_site

    files = dataset_files(dataset_name(dataset), dataset)
    click.echo(f"Wrote {write_site(files, source_url)}")


@cli.command()
@DATASET
@click.option("--port", type=click.IntRange(0, 65535), default=8000, help="0 takes a free one.")
def api(dataset: str, port: int) -> None:
    """Serve the published file over HTTP, read-only, on a loopback address."""
    from reports.api.serve import serve

    serve(dataset_files(dataset_name(dataset), dataset), port, os.environ)


@cli.command()
@DATASET
@click.option("--port", type=click.IntRange(0, 65535), default=8501, help="Default 8501.")
@click.option("--address", help="Default FACTORHOUSE_DASHBOARD_ADDRESS, else this machine alone.")
def dashboard(dataset: str, port: int, address: str | None) -> None:
    """Serve the dashboard until it is stopped."""
    from reports.dashboard.server import serve

    serve(dataset_files(dataset_name(dataset), dataset), port, address)


@cli.command(name="all")
@DATASET
@OUT
@click.option("--summary/--no-summary", "is_summed_up", default=True, help="Print the summary too.")
def everything(dataset: str, out: Path | None, is_summed_up: bool) -> None:
    """Figures, tables, document and summary of one snapshot; --out gets plots/ and tables/."""
    files, connection = opened(dataset)
    folder = out or files.outputs
    drawn = write_plots(connection, files.name, folder / "plots", for_document=True)
    write_tables(connection, files.name, folder / "tables")
    write_pages(connection, files.name, drawn, folder)
    if is_summed_up:
        write_summary(connection, files)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; errors of ours end with their message alone and code 2."""
    try:
        cli(arguments, prog_name="python -m reports", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    except (ReportsError, WarehouseError) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except OSError as error:
        click.echo(f"Error: cannot write {error.filename}: {error.strerror}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
    leave()
