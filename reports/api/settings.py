"""How the API serves, as its environment says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from reports.errors import ReportsError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
SECONDS = {"second": 1, "minute": 60, "hour": 3600}
ALL_HOSTS = "*"


@dataclass(frozen=True)
class Rate:
    """At most ``n_requests`` in ``seconds`` of each client."""

    n_requests: int
    seconds: int


@dataclass(frozen=True)
class ApiSettings:
    """How the API serves.

    Attributes
    ----------
    host : address to listen on (FACTORHOUSE_API_ADDRESS).
    key : what clients send as X-API-Key; None asks for none (FACTORHOUSE_API_KEY).
    rate : requests of one client in a time; None is any number (FACTORHOUSE_API_RATE_LIMIT).
    allowed_hosts : names that a request may call this server by; ``*`` is any
        (FACTORHOUSE_API_ALLOWED_HOSTS, beside the loopback names). On a loopback address its own
        names alone, so that no page open in a browser reaches it under a name of its own.
    timeout_seconds : longest time of a query (FACTORHOUSE_API_TIMEOUT_SECONDS).
    threads, memory_limit : of DuckDB (FACTORHOUSE_API_THREADS, FACTORHOUSE_API_MEMORY_LIMIT).
        Each request has a thread of its own already; with one in each, sums come to the same last
        bit every time, as the ETag promises.
    """

    host: str = "127.0.0.1"
    key: str | None = field(default=None, repr=False)
    rate: Rate | None = None
    allowed_hosts: tuple[str, ...] = LOOPBACK
    timeout_seconds: float = 10.0
    threads: int = 1
    memory_limit: str = "1GB"

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> ApiSettings:
        """The settings of an environment; what is empty counts as not set.

        Raises
        ------
        ReportsError : a value that cannot be, with what is allowed.
        """

        def given(name: str) -> str | None:
            return environment.get(f"FACTORHOUSE_API_{name}", "").strip() or None

        host = given("ADDRESS") or cls.host
        names = given("ALLOWED_HOSTS")
        own = LOOPBACK if host in LOOPBACK else (ALL_HOSTS,)
        # Its loopback names stay: the health check of a container asks by them.
        called = tuple(name.strip().lower() for name in names.split(",")) if names else ()
        allowed = tuple(dict.fromkeys((*called, *LOOPBACK))) if names else own
        rate, memory = given("RATE_LIMIT"), given("MEMORY_LIMIT") or cls.memory_limit
        if not re.fullmatch(r"\d+(\.\d+)?\s*[KMGT]i?B", memory):
            raise ReportsError(f"FACTORHOUSE_API_MEMORY_LIMIT is '{memory}'; give one like 1GB.")
        return cls(
            host=host,
            key=given("KEY"),
            rate=parsed_rate(rate) if rate else None,
            allowed_hosts=allowed,
            timeout_seconds=above_zero("TIMEOUT_SECONDS", given("TIMEOUT_SECONDS"), 10.0),
            threads=int(above_zero("THREADS", given("THREADS"), 1)) or 1,
            memory_limit=memory,
        )


def parsed_rate(text: str) -> Rate:
    """``60/minute`` as a rate."""
    match = re.fullmatch(r"(\d{1,9})\s*/\s*(second|minute|hour)", text)
    if not match or int(match[1]) == 0:
        raise ReportsError(
            f"FACTORHOUSE_API_RATE_LIMIT is '{text}'; give a number above 0 per second, minute or "
            "hour, such as 60/minute."
        )
    return Rate(int(match[1]), SECONDS[match[2]])


def above_zero(name: str, text: str | None, default: float) -> float:
    """A number above 0."""
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e6:
        raise ReportsError(f"FACTORHOUSE_API_{name} is '{text}'; it must be a number above 0.")
    return value
