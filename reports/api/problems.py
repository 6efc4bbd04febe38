"""Every error as problem+json (RFC 9457), with what was given, what is allowed and the remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Bad request",
    401: "API key needed",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "The build has changed",
    414: "Address too long",
    421: "Unknown host",
    422: "Parameters not understood",
    429: "Too many requests",
    431: "Headers too long",
    500: "Internal error",
    503: "Not available",
}


class ProblemError(Exception):
    """An answer that is an error.

    Parameters
    ----------
    status : of HTTP.
    detail : what was given, what is allowed and the remedy.
    errors : one ``{"parameter", "detail"}`` for each parameter that is not understood.
    headers : further headers of the answer.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})

    def response(self) -> Response:
        """The problem as an answer."""
        return Response(
            orjson.dumps(self.body()),
            status_code=self.status,
            headers={"Cache-Control": "no-store", **self.headers},
            media_type=MEDIA_TYPE,
        )

    def body(self) -> dict[str, Any]:
        """The members of the problem."""
        found = {
            "type": "about:blank",
            "title": TITLES.get(self.status, "Error"),
            "status": self.status,
            "detail": self.detail.encode("utf-8", "replace").decode(),
        }
        return found | ({"errors": self.errors} if self.errors else {})


SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "An error, as RFC 9457 has it.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {
            "type": "string",
            "description": "What was given, what is allowed and what to do.",
        },
        "errors": {
            "type": "array",
            "description": "One for each parameter that is not understood.",
            "items": {
                "type": "object",
                "required": ["parameter", "detail"],
                "properties": {
                    "parameter": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
