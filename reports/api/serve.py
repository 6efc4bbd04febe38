"""Serves a dataset's published file until it is stopped."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path

import click
import uvicorn

from reports.api.app import create_app
from reports.api.settings import LOOPBACK, ApiSettings
from reports.errors import ReportsError
from warehouse.files import DatasetFiles


def serve(files: DatasetFiles, port: int, environment: Mapping[str, str]) -> None:
    """Listen and answer; port 0 takes a free one, and the first line printed names it.

    Raises
    ------
    ReportsError : a setting that cannot be, or an address that cannot be listened on.
    """
    settings = ApiSettings.of(environment)
    with listening(settings.host, port) as listener:
        click.echo(said(files, settings, listener.getsockname()[1]))
        # The address that a proxy forwards is not believed: the rate counts who really connects.
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(files, settings),
                log_level="warning",
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=30,
            )
        )
        server.run(sockets=[listener])


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens on the address."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        raise ReportsError(
            f"Cannot listen on {host} port {port}: {error}. Give another port "
            "(make api PORT=8001) or address (FACTORHOUSE_API_ADDRESS)."
        ) from error


def said(files: DatasetFiles, settings: ApiSettings, port: int) -> str:
    """What is served where, and what to mind."""
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    lines = [
        f"Serving {Path(files.published).name} on http://{shown}:{port}  (Ctrl-C stops it)",
        f"  try http://{shown}:{port}/v1/health, /v1/signals, /openapi.json; see docs/api.md",
    ]
    if settings.host not in LOOPBACK and settings.key is None:
        lines.append(
            "  Whoever reaches this address can read all of it: FACTORHOUSE_API_KEY asks for a key."
        )
    return "\n".join(lines)
