"""What is refused though each parameter by itself is understood."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from starlette.requests import Request

from reports.api.answers import unknown_names
from reports.api.catalogue import Catalogue
from reports.api.parameters import Asked, Ranks
from reports.api.problems import ProblemError
from warehouse.seeds import nearest

MOST_DAYS_OF_ALL_SCORES = 366


def refuse_unknown(asked: Mapping[str, Any], catalogue: Catalogue) -> None:
    """Raise the problem of names that the file does not have."""
    unknown = unknown_names(asked, catalogue.names)
    if unknown:
        errors = [
            {"parameter": parameter, "detail": f"There is no {parameter} '{name}'. {hint}"}
            for parameter, name, hint in (
                (parameter, name[:100], nearest(name, known)) for parameter, name, known in unknown
            )
        ]
        raise ProblemError(404, " ".join(error["detail"] for error in errors[:3]), errors=errors)


def refuse_parameters(request: Request) -> None:
    """Raise the problem of parameters where none are taken."""
    if request.query_params:
        names = ", ".join(sorted(request.query_params.keys()))[:200]
        raise ProblemError(422, f"{request.url.path} takes no parameters; given are {names}.")


def refuse_repeated(request: Request, asked: Asked) -> None:
    """Raise the problem of parameters given twice that take one value."""
    given = request.query_params
    repeated = [
        name
        for name in asked.model_fields_set
        if len(given.getlist(name)) > 1 and not isinstance(getattr(asked, name), list)
    ]
    if repeated:
        said = "given more than once; give one value"
        errors = [{"parameter": name, "detail": said} for name in sorted(repeated)]
        raise ProblemError(422, f"{', '.join(sorted(repeated))} is {said}.", errors=errors)


def refuse_days(asked: Asked) -> None:
    """Raise the problem of days of which none can be between."""
    start, end = getattr(asked, "start", None), getattr(asked, "end", None)
    if start and end and start > end:
        said = f"'{start}', after end, '{end}'; give a start at or before end"
        raise ProblemError(
            422, f"start is {said}.", errors=[{"parameter": "start", "detail": said}]
        )


def refuse_too_much(asked: Asked, first_date: date | None, last_date: date | None) -> None:
    """Raise the problem of all scores of years, which no answer can rank in its time."""
    if not isinstance(asked, Ranks) or asked.score or not (asked.start or asked.end):
        return
    if first_date is None:
        return
    ends = [day for day in (asked.end, asked.as_of, last_date) if day]
    n_days = (min(ends) - max(asked.start or first_date, first_date)).days + 1
    if n_days > MOST_DAYS_OF_ALL_SCORES:
        said = (
            f"needed for more than {MOST_DAYS_OF_ALL_SCORES} days, asked for are {n_days}: name "
            "one or several scores, or a shorter time by start and end"
        )
        raise ProblemError(
            422, f"score is {said}.", errors=[{"parameter": "score", "detail": said}]
        )
