"""The HTTP session that yfinance asks Yahoo through: it judges answers before yfinance reads them.

yfinance takes many answers that say nothing (an error page, a cut or foreign document) for "no
prices, possibly delisted", and hides status and headers. It accepts a session, so the chart
answers are told apart here, where they still can be.
"""

from __future__ import annotations

import json
import logging
import tempfile
import threading
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit

import yfinance
from curl_cffi.requests import Response, Session
from curl_cffi.requests.exceptions import RequestException
from yfinance.exceptions import YFException, YFRateLimitError, YFTickerMissingError

from ingest.errors import IngestError
from ingest.fetching import NotFoundError, ThrottledError, UnavailableError
from ingest.retry_after import retry_after

CHART = "/v8/finance/chart/"
BARS = ("open", "high", "low", "close", "volume")
THROTTLED = (429, 999)  # 999 is Yahoo's own
COOKIE_REFUSED = (401, 403)
NO_DATES = "Data doesn't exist for startDate"
MALFORMED = (LookupError, TypeError, ValueError, AttributeError)


class NoDataError(IngestError):
    """Yahoo knows the symbol and has nothing in the dates asked for."""


class YahooSession(Session):
    """A browser-like session that keeps the last chart answer of each thread.

    Attributes
    ----------
    longest_seconds : no request waits longer, also those for cookie and crumb, which yfinance
        gives 30 seconds.
    caches : folder of yfinance's own caches; it goes with the process.
    """

    def __init__(self) -> None:
        super().__init__(impersonate="chrome")
        self.longest_seconds = 30.0
        self.caches = tempfile.TemporaryDirectory(prefix="yfinance_")
        self._own = threading.local()

    def request(self, method: str, url: str, **options: Any) -> Response:
        """One request, made by yfinance.

        Raises
        ------
        NotFoundError, NoDataError, ThrottledError, UnavailableError : a chart answer that holds no
            bars. A refused cookie passes: yfinance gets another and asks again.
        """
        options["timeout"] = min(options.get("timeout") or 30.0, self.longest_seconds)
        response = super().request(method, url, **options)
        # Where the answer came from, not what was asked: yfinance clicks consent pages away.
        if CHART in urlsplit(response.url).path and response.status_code not in COOKIE_REFUSED:
            self._own.chart = chart_in(response)
        return response

    def take_chart(self) -> dict[str, Any] | None:
        """The last chart answer of this thread, once."""
        chart = getattr(self._own, "chart", None)
        self._own.chart = None
        return chart


@cache
def yahoo_session() -> YahooSession:
    """The one session of this process, as yfinance too has one cookie and crumb for all threads.

    yfinance is told to raise, not to log and give an empty frame, and to keep out of the home
    folder.
    """
    session = YahooSession()
    yfinance.set_tz_cache_location(session.caches.name)
    yfinance.config.debug.hide_exceptions = False
    logging.getLogger("yfinance").setLevel(logging.ERROR)  # its warnings become outcomes
    warnings.showwarning = without_deprecations(warnings.showwarning)
    return session


def without_deprecations(show: Callable[..., None]) -> Callable[..., None]:
    """Show warnings but those of deprecated calls, which are yfinance's own to mend.

    A filter would not do: threads that enter and leave `warnings.catch_warnings` side by side put
    back each other's filters.
    """

    def shown(message: Warning | str, category: type[Warning], *rest: Any, **named: Any) -> None:
        if not issubclass(category, DeprecationWarning):
            show(message, category, *rest, **named)

    return shown


def classify(error: Exception) -> Exception:
    """What yfinance or curl raised, as an error of `ingest.fetching`."""
    if isinstance(error, YFRateLimitError):
        return ThrottledError(f"Yahoo: {error}")
    # What Yahoo itself says was told apart in chart_in; yfinance's "possibly delisted" is a guess.
    if isinstance(error, YFTickerMissingError):
        reason = getattr(error, "yahoo_reason", None) or "no chart that can be read"
        return UnavailableError(f"Yahoo: {reason}")
    # yfinance reads what Yahoo sent without checking it: a wrong form is a KeyError or the like.
    is_foreign = isinstance(error, (YFException, RequestException, *MALFORMED))
    if is_foreign and not isinstance(error, IngestError):
        return UnavailableError(f"Yahoo: {type(error).__name__}: {error}")
    return error


def chart_in(response: Response) -> dict[str, Any]:
    """The chart that an answer holds: meta, timestamp, indicators and, where any, events.

    Raises
    ------
    NotFoundError, NoDataError, ThrottledError, UnavailableError : it holds none.
    """
    status, wait = response.status_code, retry_after(response.headers)
    if status in THROTTLED or (status == 503 and wait is not None):
        raise ThrottledError(f"Yahoo answered {status}.", wait)
    if status >= 500:
        raise UnavailableError(f"Yahoo answered {status}.")
    try:
        answer = json.loads(response.content)["chart"]
        error = answer["error"]
    except MALFORMED as problem:
        kind = response.headers.get("Content-Type", "no type")
        raise UnavailableError(
            f"Yahoo answered {status} with {len(response.content)} bytes of {kind} "
            "that are no chart."
        ) from problem
    if error:
        raise _refusal(error, status)
    symbol = unquote(urlsplit(response.url).path.rsplit("/", 1)[-1])
    try:
        return _checked(answer["result"][0], symbol)
    except MALFORMED as problem:
        raise UnavailableError(
            f"Yahoo answered {status} with a chart in another form "
            f"({type(problem).__name__}: {problem})."
        ) from problem


def _refusal(error: dict[str, Any], status: int) -> IngestError:
    """The reason that Yahoo gives in place of a chart."""
    code, reason = (str(error.get(key)) for key in ("code", "description"))
    if code == "Not Found":
        return NotFoundError(f"Yahoo: {reason}")
    if NO_DATES in reason:
        return NoDataError(f"Yahoo: {reason}")
    return UnavailableError(f"Yahoo answered {status}: {code}, {reason}")


def _checked(chart: dict[str, Any], symbol: str) -> dict[str, Any]:
    """The chart, if it is that of the symbol and its columns are of one length."""
    answered = chart["meta"]["symbol"]
    if answered.upper() != symbol.upper():
        raise IngestError(
            f"Asked for {symbol}, Yahoo answered for {answered}. Was the symbol changed?"
        )
    if not chart.get("timestamp"):
        raise NoDataError("Yahoo has no bar in these dates.")
    quote = chart["indicators"]["quote"][0]
    lengths = {len(quote[name]) for name in BARS} | {len(chart["timestamp"])}
    if len(lengths) > 1:
        raise ValueError(f"columns of {sorted(lengths)} values")
    return chart
