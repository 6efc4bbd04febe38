"""Clients of ccxt: one per thread, markets loaded once, errors as ours."""

from __future__ import annotations

import threading
from typing import Any

import ccxt
import requests

from ingest.calls import Caller, Limits, NotFoundError, ThrottledError, UnavailableError
from ingest.config import nearest
from ingest.errors import DatasetError, IngestError
from ingest.retry_after import retry_after

LONGEST_MESSAGE = 300


class Clients:
    """One ccxt client per thread, since none may be shared; their markets are loaded once.

    Raises
    ------
    DatasetError : ccxt knows no such exchange, or has no daily candles of it.
    """

    def __init__(self, name: str, limits: Limits) -> None:
        if name not in ccxt.exchanges:
            raise DatasetError(
                f"ccxt knows no exchange {name!r}.{nearest(name, ccxt.exchanges)} All there are: "
                'python -c "import ccxt; print(ccxt.exchanges)"'
            )
        self._kind = getattr(ccxt, name)
        self._limits = limits
        described = self._kind()
        if described.has["fetchOHLCV"] is not True or "1d" not in (described.timeframes or {}):
            raise DatasetError(f"ccxt has no daily candles of {name}: take another exchange.")
        # ccxt keeps to the exchange's rate client by client: each takes its share of it.
        self._milliseconds = described.rateLimit * limits.workers
        self._own = threading.local()
        self._lock = threading.Lock()
        self._loaded: ccxt.Exchange | None = None
        self._failure: UnavailableError | None = None

    def get(self, call: Caller) -> ccxt.Exchange:
        """This thread's client, which knows the markets.

        Raises
        ------
        UnavailableError : the markets cannot be had; nobody asks for them again in this run.
        """
        if not hasattr(self._own, "client"):
            loaded = self._with_markets(call)
            if not hasattr(self._own, "client"):  # another thread loaded them
                self._own.client = self._new().set_markets_from_exchange(loaded)
        return self._own.client

    def _new(self) -> ccxt.Exchange:
        return self._kind(
            {
                "enableRateLimit": True,
                "rateLimit": self._milliseconds,
                "timeout": int(self._limits.timeout_seconds * 1000),
                "enableLastJsonResponse": True,
                "requests_trust_env": True,  # the proxy and certificates of the environment
            }
        )

    def _with_markets(self, call: Caller) -> ccxt.Exchange:
        with self._lock:
            if self._failure is not None:
                raise self._failure
            if self._loaded is None:
                try:
                    self._loaded = self._own.client = call(self._load)
                except Exception as error:
                    kind = ThrottledError if isinstance(error, ThrottledError) else UnavailableError
                    self._failure = kind(f"the list of markets could not be had: {error}")
                    raise self._failure from error
            return self._loaded

    def _load(self) -> ccxt.Exchange:
        client = self._new()
        client.load_markets()
        if not client.markets:
            raise UnavailableError("an answer without a market")
        return client


def page(client: ccxt.Exchange, market: str, start: int, n_days: int) -> list[list[Any]]:
    """One page of candles: rows of ccxt from an instant on, in milliseconds.

    Raises
    ------
    UnavailableError : no JSON came, or one in which no candles could be. ccxt makes an empty page
        of both.
    """
    rows = client.fetch_ohlcv(market, "1d", since=start, limit=n_days)
    if not rows and not could_hold_candles(client.last_json_response):
        raise UnavailableError("an answer that is not of candles")
    return rows


def could_hold_candles(document: object) -> bool:
    """Whether there is a list in an answer, or a null where one may have been."""
    if isinstance(document, dict):
        return any(value is None or could_hold_candles(value) for value in document.values())
    return isinstance(document, list)


def classified(error: Exception) -> Exception:
    """An error of ccxt as one of ours; what another try does not help is given back as it is."""
    answer = answer_behind(error)
    status = None if answer is None else answer.status_code
    message = f"{type(error).__name__}: {error}"[:LONGEST_MESSAGE]
    if status == 429 or isinstance(error, (ccxt.RateLimitExceeded, ccxt.DDoSProtection)):
        return ThrottledError(message, None if answer is None else retry_after(answer.headers))
    if status == 404 or isinstance(error, ccxt.BadSymbol):
        return NotFoundError(message)
    if status is not None and 400 <= status < 500:  # refused: here, or for what was asked
        return IngestError(message)
    broken_off = isinstance(error.__cause__, requests.RequestException)
    # The last ones: ccxt took an answer apart that had another form.
    kinds = (ccxt.OperationFailed, LookupError, TypeError, ValueError, AttributeError)
    is_worth_a_try = status is not None or broken_off or isinstance(error, kinds)
    return UnavailableError(message) if is_worth_a_try else error


def answer_behind(error: BaseException | None) -> requests.Response | None:
    """The refusing answer that an error of ccxt goes back to."""
    while error is not None:
        answer = getattr(error, "response", None)
        if isinstance(answer, requests.Response):
            return answer
        error = error.__cause__ or error.__context__
    return None
