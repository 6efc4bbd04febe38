"""The SEC's server through edgartools: declared user agent, no cache, no retries of its own."""

from __future__ import annotations

import logging
import os
import threading
from typing import Any

import httpx
import stamina

from ingest.calls import Limits, NotFoundError, ThrottledError, UnavailableError
from ingest.errors import DatasetError
from ingest.fetching import Call
from warehouse.files import dataset_files

MOST_REQUESTS_PER_SECOND = 9


def open_client(user_agent: str, limits: Limits, dataset: str) -> None:
    """Set edgartools up for this run.

    Its settings are of the process: importing it makes its data folder, so that is put beside the
    warehouse first; its retries would hide attempts from ``raw.fetch_log``; and its cache would
    answer from an earlier run, wrong pages too.
    """
    folder = dataset_files(dataset).work.parent / "edgar"
    os.environ.setdefault("EDGAR_LOCAL_DATA_DIR", str(folder))
    from edgar import httpclient, set_identity  # slow to import, and makes that folder

    logging.getLogger("edgar").setLevel(logging.ERROR)  # the outcome says it
    stamina.set_active(False)
    set_identity(user_agent)
    httpclient.close_clients()
    # The library's own rate limit, in whole requests a second, stands behind ours.
    rate = min(MOST_REQUESTS_PER_SECOND, max(1, int(limits.requests_per_second)))
    httpclient.HTTP_MGR = httpclient.get_http_mgr(cache_enabled=False, request_per_sec_limit=rate)
    httpclient.configure_http(timeout=limits.timeout_seconds)


def declared_user_agent(given: str | None, place: str) -> str:
    """The user agent, with the environment variables in it filled in.

    Raises
    ------
    DatasetError : it is missing, or names no address.
    """
    text = os.path.expandvars(given or "${FACTORHOUSE_USER_AGENT}").strip()
    if "$" in text or "@" not in text:
        raise DatasetError(
            f"{place}: the SEC wants to know who asks: set FACTORHOUSE_USER_AGENT to a name and "
            "an e-mail address, such as 'Jane Doe jane@example.org', or write them as user_agent "
            f"of the source edgar. Given is {text!r}."
        )
    return text


class Companies:
    """The SEC's number (CIK) of each company by ticker, asked for once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ciks: dict[str, int] | None = None
        self._failure: Exception | None = None

    def cik(self, ticker: str, call: Call) -> int:
        """The number of a company.

        Raises
        ------
        NotFoundError : the SEC lists no such ticker.
        UnavailableError : there is no list; it is not asked for again in this run.
        """
        with self._lock:
            if self._failure is not None:
                raise self._failure
            if self._ciks is None:
                try:
                    self._ciks = call(_download_ciks)
                except Exception as error:
                    self._failure = error
                    raise
        cik = self._ciks.get(_sec_ticker(ticker))
        if cik is None:
            raise NotFoundError(f"the SEC lists no company with the ticker {ticker}")
        return cik


def download_facts(cik: int) -> dict[str, Any]:
    """The company facts document.

    Raises
    ------
    UnavailableError : what came is none.
    """
    from edgar.entity.entity_facts import download_company_facts_from_sec

    document = download_company_facts_from_sec(cik)
    if not isinstance(document, dict) or not isinstance(document.get("facts"), dict):
        raise UnavailableError("the answer is no company facts document")
    return document


def classify(error: Exception) -> Exception:
    """An error of edgartools or of the HTTP client below it, as what `fetch_items` wants."""
    from edgar.exceptions import (
        CompanyFactsNotFoundError,
        TooManyRequestsError,
        TransportError,
        http_status,
    )
    from edgar.httprequests import SSLVerificationError

    if isinstance(error, TooManyRequestsError):
        return ThrottledError("the SEC asks for fewer requests (429)", error.retry_after)
    if isinstance(error, CompanyFactsNotFoundError):
        return NotFoundError("the SEC has no XBRL facts of this company (404)")
    if isinstance(error, SSLVerificationError):
        return error
    status = http_status(error)
    if status is not None:
        return _of_status(status, error)
    if isinstance(error, httpx.HTTPError | TransportError):
        return UnavailableError(f"{type(error).__name__}: {error}")
    if isinstance(error, ValueError):  # JSON cut off, or a page in its place
        return UnavailableError(f"the answer is not JSON: {error}")
    return error


def _of_status(status: int, error: Exception) -> Exception:
    if status == 403:
        return ThrottledError(
            "the SEC refuses (403): it asks for fewer requests, or does not like the user agent"
        )
    if status == 404 or status >= 500:  # 404: the list of tickers, that of facts is told above
        return UnavailableError(f"the SEC answers {status}")
    return error


def _download_ciks() -> dict[str, int]:
    from edgar.httprequests import download_json
    from edgar.urls import build_company_tickers_url

    document = download_json(build_company_tickers_url())
    try:
        return {_sec_ticker(row["ticker"]): int(row["cik_str"]) for row in document.values()}
    except (AttributeError, KeyError, TypeError) as error:
        raise UnavailableError("the answer is no list of companies") from error


def _sec_ticker(ticker: str) -> str:
    """BRK.B is BRK-B there."""
    return ticker.upper().replace(".", "-")
