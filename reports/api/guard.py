"""Stands before every request: size, host, key and rate; and behind every answer: its headers."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reports.api.problems import ProblemError
from reports.api.settings import ALL_HOSTS, ApiSettings, Rate

LONGEST_ADDRESS = 8000
LONGEST_HEADERS = 16_000
MOST_CLIENTS = 10_000
OPEN_PATHS = ("/v1/health",)
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
log = logging.getLogger(__name__)


class TokenBuckets:
    """How many requests each client may still send; the least recent clients are forgotten."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self.clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def seconds_to_wait(self, client: str) -> float:
        """Take one token; 0 if there was one, else the seconds until there is."""
        now = self.clock()
        per_second = self.rate.n_requests / self.rate.seconds
        tokens, then = self._buckets.pop(client, (float(self.rate.n_requests), now))
        tokens = min(self.rate.n_requests, tokens + (now - then) * per_second)
        wait = 0.0 if tokens >= 1 else (1 - tokens) / per_second
        self._buckets[client] = (tokens if wait else tokens - 1, now)
        if len(self._buckets) > MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return wait


class Guard:
    """Refuses what must not reach the endpoints, and never lets a stack trace out.

    Parameters
    ----------
    app : what answers.
    settings : key, rate and host names.
    clock : seconds, for the rate.
    """

    def __init__(
        self, app: ASGIApp, settings: ApiSettings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.app = app
        self.settings = settings
        self.buckets = TokenBuckets(settings.rate, clock) if settings.rate else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        has_begun = False

        async def send_guarded(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                MutableHeaders(scope=message).update(SECURITY_HEADERS)
            elif scope["method"] == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        try:
            self.check(scope)
            await self.app(scope, receive, send_guarded)
        except ProblemError as problem:
            await problem.response()(scope, receive, send_guarded)
        except Exception:
            log.exception("%s %s failed", scope["method"], scope["path"])
            if has_begun:
                raise
            failed = ProblemError(500, "The server failed to answer; its log says why.")
            await failed.response()(scope, receive, send_guarded)

    def check(self, scope: Scope) -> None:
        """Raise the problem that keeps a request out, if there is one."""
        length = len(scope.get("raw_path") or b"") + len(scope["query_string"])
        if length > LONGEST_ADDRESS:
            raise ProblemError(
                414,
                f"The address has {length:,} bytes, at most {LONGEST_ADDRESS:,} are read. "
                "Ask for fewer names at a time.",
            )
        if sum(len(name) + len(value) for name, value in scope["headers"]) > LONGEST_HEADERS:
            raise ProblemError(431, f"The headers have more than {LONGEST_HEADERS:,} bytes.")
        headers = Headers(scope=scope)
        self.check_host(headers.get("host", ""))
        if scope["path"] in OPEN_PATHS:
            return
        self.check_rate(scope)
        self.check_key(headers.get("x-api-key"))

    def check_host(self, host: str) -> None:
        """A page in a browser may have its own name lead to this machine."""
        allowed = self.settings.allowed_hosts
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        if ALL_HOSTS not in allowed and name.strip("[]").lower() not in allowed:
            raise ProblemError(
                421,
                f"This server is not called '{host[:200]}' but {', '.join(allowed)}. Names are set "
                "by FACTORHOUSE_API_ALLOWED_HOSTS.",
            )

    def check_rate(self, scope: Scope) -> None:
        """Each client has its own count."""
        if self.buckets is None:
            return
        wait = self.buckets.seconds_to_wait(client_of(scope))
        if wait > 0:
            rate = self.buckets.rate
            raise ProblemError(
                429,
                f"More than {rate.n_requests} requests in {rate.seconds} s. "
                f"Wait {wait:.1f} s, or ask for larger pages.",
                headers={"Retry-After": str(int(wait) + 1)},
            )

    def check_key(self, given: str | None) -> None:
        """Compared in a time that tells nothing of the key."""
        if self.settings.key is None:
            return
        sent = (given or "").encode("latin-1", "replace")  # as headers are read
        digests = [hashlib.sha256(key).digest() for key in (sent, self.settings.key.encode())]
        if not hmac.compare_digest(*digests):
            said = "The API key is not the right one." if given else "An API key is needed."
            raise ProblemError(
                401,
                f"{said} Send the one that the server has as FACTORHOUSE_API_KEY in the header "
                "X-API-Key.",
                headers={"WWW-Authenticate": 'ApiKey realm="factorhouse"'},
            )


def client_of(scope: Scope) -> str:
    """Who asks: an IPv4 address, or the /64 of an IPv6 one, which has one owner."""
    host = (scope.get("client") or ("unknown", 0))[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return host
