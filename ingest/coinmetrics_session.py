"""The HTTP session that the client of Coin Metrics is given."""

from __future__ import annotations

from typing import Any

import requests

from ingest.calls import Caller, NotFoundError, ThrottledError, UnavailableError
from ingest.errors import IngestError
from ingest.retry_after import retry_after

LONGEST_MESSAGE = 300


class GatedSession(requests.Session):
    """Sends each request of the client, those for further pages too, through ``call``.

    By itself the client waits without end for an answer, sleeps at its own will when the service
    asks for quiet or is about to, and takes a page of HTML for an error of its own.
    """

    def __init__(self, call: Caller, timeout_seconds: float) -> None:
        super().__init__()
        self._call, self._timeout_seconds = call, timeout_seconds

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """The answer, which is sound JSON.

        Raises
        ------
        NotFoundError, UnavailableError, ThrottledError : after the last try.
        IngestError : the service refuses what was asked.
        """
        options["timeout"] = self._timeout_seconds
        return self._call(
            lambda: checked(super(GatedSession, self).request(method, url, **options))
        )


def checked(answer: requests.Response) -> requests.Response:
    """The answer, if it is one.

    Raises
    ------
    NotFoundError, UnavailableError, ThrottledError, IngestError : what came instead.
    """
    message = f"{answer.status_code} {answer.reason}: {answer.text}"[:LONGEST_MESSAGE]
    if answer.status_code == 429:
        seconds = retry_after(answer.headers)
        reset = answer.headers.get("x-ratelimit-reset", "")
        if seconds is None and reset.isdecimal():
            seconds = float(reset)
        raise ThrottledError(message, seconds)
    if answer.status_code >= 500:
        raise UnavailableError(message)
    if answer.status_code == 404 or (answer.status_code == 400 and "'assets'" in answer.text):
        raise NotFoundError(message)
    if answer.status_code != 200:
        raise IngestError(message)
    document = answer.json()
    if not isinstance(document, dict) or not isinstance(document.get("data"), list):
        raise UnavailableError("an answer without data")
    if document.get("next_page_token") and not document["data"]:
        raise UnavailableError("an empty page that another one follows")  # the client would stop
    answer.headers.pop("x-ratelimit-remaining", None)  # at 0 the client throws the answer away
    return answer


def classified(error: Exception) -> Exception:
    """An error below the client as one of ours: of the connection, or of a form we cannot read."""
    if isinstance(error, (requests.RequestException, ValueError)):
        return UnavailableError(f"{type(error).__name__}: {error}"[:LONGEST_MESSAGE])
    return error
