"""Starts the dashboard on one port of this machine."""

from __future__ import annotations

import errno
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from reports.errors import ReportsError
from warehouse.files import REPOSITORY, DatasetFiles, WarehouseError

ENTRY = REPOSITORY / "streamlit_app.py"
LOOPBACK = "127.0.0.1"
LONGEST_FIRST_PAGE = 20  # seconds
SERVERLESS = (  # Streamlit's loggers that miss a server and a visitor
    "streamlit.runtime.caching.cache_data_api",
    "streamlit.runtime.scriptrunner_utils.script_run_context",
)


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
    shown = f"[{host}]" if ":" in host else host
    with in_repository():
        preload(host, port)
        print(f"Dashboard of {files.name}: http://{shown}:{port}   (Ctrl-C stops it)", flush=True)
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


def preload(host: str, port: int) -> None:
    """Show the first page to nobody: the first visitor then waits for no import and no cold query.

    Streamlit is told its settings before, else it would warn that they changed.
    """
    from streamlit.testing.v1 import AppTest
    from streamlit.web import bootstrap

    bootstrap.load_config_options(
        {name.replace(".", "_"): value for name, value in settings(host, port).items()}
    )
    loggers = [logging.getLogger(name) for name in SERVERLESS]
    for logger in loggers:
        logger.addFilter(is_no_lack_of_a_server)
    try:
        AppTest.from_file(str(ENTRY), default_timeout=LONGEST_FIRST_PAGE).run()
    except RuntimeError as error:  # it took too long: the first visitor waits instead
        logging.getLogger(__name__).info("The first page was not made before: %s", error)
    finally:
        for logger in loggers:
            logger.removeFilter(is_no_lack_of_a_server)


def is_no_lack_of_a_server(record: logging.LogRecord) -> bool:
    """Whether a record says anything but that no server and no visitor are there yet."""
    said = record.getMessage()
    return not said.startswith("No runtime found") and "missing ScriptRunContext" not in said


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

    given = (f"--{name}={value}" for name, value in settings(host, port).items())
    cli.main(["run", str(ENTRY), *given], standalone_mode=False)


def settings(host: str, port: int) -> dict[str, Any]:
    """Streamlit's settings, beside those of the file ``.streamlit/config.toml``."""
    return {
        "server.address": host,
        "server.port": port,
        "server.headless": True,
        "server.showEmailPrompt": False,
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": False,
        "browser.serverAddress": host,
        "logger.level": "warning",
    }
