"""Upstreams on loopback: a CONNECT proxy that answers for their hosts, with its own certificate.

The client libraries run unmodified: they find the proxy and the certificate by the environment.
"""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

import trustme

HTML = b"<!DOCTYPE html><html><body><h1>We'll be right back</h1></body></html>"


@dataclass(frozen=True)
class Request:
    """What a client asked for; ``query`` holds the last value of each parameter."""

    method: str
    host: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    at: float = field(default_factory=time.monotonic)

    @property
    def url(self) -> str:
        """Host, path and query, for matching."""
        query = "&".join(f"{key}={value}" for key, value in self.query.items())
        return f"{self.host}{self.path}?{query}"


@dataclass(frozen=True)
class Response:
    """What is answered."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def as_json(document: object, status: int = 200, **headers: str) -> Response:
    """A JSON answer."""
    return Response(json.dumps(document).encode(), status, headers=headers)


class Upstream(Protocol):
    """One service: the hosts it answers for, and its answers."""

    hosts: Sequence[str]

    def answer(self, request: Request) -> Response:
        """The right answer to a request."""


@dataclass
class Fault:
    """A misbehaviour of the requests whose URL holds ``match``, so many times.

    Attributes
    ----------
    kind : throttle (429, with Retry-After where ``retry_after`` is given), error (500), hang (no
        answer for ``seconds``), cut (half of the right answer, the connection then closed), html
        (a page with status 200 in place of JSON), wrong_type (the right body as text/html), empty
        (no body), missing (404).
    times : after so many requests the right answer follows; None is for ever.
    skip : so many matching requests are answered right before.
    """

    match: str
    kind: str
    times: int | None = 1
    skip: int = 0
    retry_after: str | None = None
    seconds: float = 5.0


class Loopback:
    """The proxy and its upstreams, running while the context is open.

    Attributes
    ----------
    requests : every request seen, in order of arrival.
    faults : what misbehaves from now on; tests append to it.
    environment : the variables under which a client reaches the upstreams.
    """

    def __init__(self, folder: Path, *upstreams: Upstream) -> None:
        self.upstreams = {host: upstream for upstream in upstreams for host in upstream.hosts}
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self._lock = threading.Lock()
        self._authority = trustme.CA()
        self._contexts: dict[str, ssl.SSLContext] = {}
        folder.mkdir(parents=True, exist_ok=True)
        self._certificate = folder / "upstream_ca.pem"
        self._authority.cert_pem.write_to_path(str(self._certificate))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    def __enter__(self) -> Loopback:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def environment(self) -> dict[str, str]:
        proxy = f"http://127.0.0.1:{self._server.server_address[1]}"
        certificate = str(self._certificate)
        names = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
        proxies = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
        return {
            **dict.fromkeys(names, certificate),
            **dict.fromkeys(proxies, proxy),
            "NO_PROXY": "",
            "no_proxy": "",
        }

    def seen(self, match: str) -> list[Request]:
        """The requests whose URL holds a text."""
        return [request for request in self.requests if match in request.url]

    def context(self, host: str) -> ssl.SSLContext:
        """A server context with a certificate for the host."""
        with self._lock:
            if host not in self._contexts:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                self._authority.issue_cert(host).configure_cert(context)
                self._contexts[host] = context
            return self._contexts[host]

    def fault_for(self, request: Request) -> Fault | None:
        """The first fault that strikes this request, its count taken down."""
        with self._lock:
            self.requests.append(request)
            for fault in self.faults:
                if fault.match not in request.url or fault.times == 0:
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None

    def _handler(loopback) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            host = ""

            def log_message(self, *_: object) -> None:
                pass

            def do_CONNECT(self) -> None:
                self.host = self.path.rsplit(":", 1)[0]
                self.send_response(200, "Connection established")
                self.end_headers()
                context = loopback.context(self.host)
                try:
                    self.connection = context.wrap_socket(self.connection, server_side=True)
                except (OSError, ssl.SSLError):
                    self.close_connection = True
                    return
                self.rfile = self.connection.makefile("rb", self.rbufsize)
                self.wfile = self.connection.makefile("wb", 0)
                self.close_connection = False

            def do_GET(self) -> None:
                self._reply()

            def do_POST(self) -> None:
                self._reply()

            def do_HEAD(self) -> None:
                self._reply()

            def _reply(self) -> None:
                parts = urlsplit(self.path)
                request = Request(
                    method=self.command,
                    host=self.host or parts.hostname or "",
                    path=parts.path,
                    query={
                        key: values[-1]
                        for key, values in parse_qs(parts.query, keep_blank_values=True).items()
                    },
                    headers={key.lower(): value for key, value in self.headers.items()},
                    body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
                )
                fault = loopback.fault_for(request)
                upstream = loopback.upstreams.get(request.host)
                right = (
                    upstream.answer(request)
                    if upstream
                    else Response(b"no such upstream", 502, "text/plain")
                )
                self._send(spoiled(right, fault) if fault else right, fault)

            def _send(self, response: Response, fault: Fault | None) -> None:
                kind = fault.kind if fault else ""
                if kind == "hang":
                    time.sleep(fault.seconds)
                length = len(response.body)
                try:
                    self.send_response(response.status)
                    self.send_header("Content-Type", response.content_type)
                    self.send_header("Content-Length", str(length))
                    for name, value in response.headers.items():
                        self.send_header(name.replace("_", "-"), value)
                    self.end_headers()
                    self.wfile.write(
                        response.body[: length // 2] if kind == "cut" else response.body
                    )
                except OSError:  # the client hung up
                    self.close_connection = True
                if kind == "cut":
                    self.close_connection = True

        return Handler


def spoiled(right: Response, fault: Fault) -> Response:
    """The answer as a fault leaves it; cut and hang act while it is sent."""
    if fault.kind == "throttle":
        headers = {} if fault.retry_after is None else {"Retry-After": fault.retry_after}
        return Response(b"Too Many Requests", 429, "text/plain", headers)
    if fault.kind == "error":
        return Response(b"Internal Server Error", 500, "text/plain")
    if fault.kind == "html":
        return Response(HTML, 200, "text/html; charset=utf-8")
    if fault.kind == "wrong_type":
        return Response(right.body, right.status, "text/html", right.headers)
    if fault.kind == "empty":
        return Response(b"", 200, right.content_type)
    if fault.kind == "missing":
        return Response(b'{"error": "Not Found"}', 404)
    if fault.kind in ("cut", "hang"):
        return right
    raise ValueError(f"There is no fault {fault.kind!r}.")
