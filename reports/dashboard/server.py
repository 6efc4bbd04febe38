"""Starts the dashboard on one port of this machine."""

from __future__ import annotations

import errno
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from reports.errors import ReportsError
from warehouse.files import REPOSITORY, DatasetFiles, WarehouseError

ENTRY = REPOSITORY / "streamlit_app.py"
LOOPBACK = "127.0.0.1"


def serve(files: DatasetFiles, port: int, address: str | None = None) -> None:
    """Serve the dashboard of a dataset until the process is stopped.

    Parameters
    ----------
    address : where to listen; default FACTORHOUSE_DASHBOARD_ADDRESS, else this machine alone.

    Raises
    ------
    ReportsError : the address cannot be listened on, or the port is taken.
    WarehouseError : nothing has been published yet.
    """
    host = address or os.environ.get("FACTORHOUSE_DASHBOARD_ADDRESS") or LOOPBACK
    if not files.published.exists():
        raise WarehouseError(
            f"{files.published} does not exist yet: run `make all DATASET={files.dataset}` first."
        )
    check_free(host, port)
    os.environ["FACTORHOUSE_DATASET"] = files.dataset
    preload()
    shown = f"[{host}]" if ":" in host else host
    print(f"Dashboard of {files.name}: http://{shown}:{port}   (Ctrl-C stops it)", flush=True)
    with in_repository():
        run_streamlit(host, port)


def check_free(host: str, port: int) -> None:
    """Refuse a port that another program listens on, before anything starts."""
    try:
        family, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except (OSError, OverflowError) as error:
        taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        remedy = f"Try another: make dashboard PORT={port + 1}" if taken else "Give another."
        raise ReportsError(f"Cannot listen on {host} port {port}: {error}. {remedy}") from error


def preload() -> None:
    """Import what the pages need, so that the first visitor does not wait for it.

    The pages' caches then exist before the server does, which Streamlit warns of.
    """
    logger = logging.getLogger("streamlit.runtime.caching.cache_data_api")
    logger.addFilter(is_no_lack_of_a_server)
    try:
        import reports.dashboard.app  # noqa: F401
    finally:
        logger.removeFilter(is_no_lack_of_a_server)


def is_no_lack_of_a_server(record: logging.LogRecord) -> bool:
    """Whether a record says anything but that no server runs yet."""
    return not record.getMessage().startswith("No runtime found")


@contextmanager
def in_repository() -> Iterator[None]:
    """Streamlit reads its settings from .streamlit of the working directory."""
    before = os.getcwd()
    os.chdir(REPOSITORY)
    try:
        yield
    finally:
        os.chdir(before)


def run_streamlit(host: str, port: int) -> None:
    """Streamlit's own command line, in this process."""
    from streamlit.web import cli

    options = {
        "server.address": host,
        "server.port": port,
        "server.headless": "true",
        "server.showEmailPrompt": "false",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "browser.serverAddress": host,
        "logger.level": "warning",
    }
    arguments = ["run", str(ENTRY), *(f"--{name}={value}" for name, value in options.items())]
    cli.main(arguments, standalone_mode=False)
