"""Which form an answer takes, what it is called, and whether the client has it already."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from reports import queries
from reports.api.problems import ProblemError
from warehouse.reader import Snapshot

MEDIA_TYPES = {"json": "application/json", "csv": "text/csv"}


def chosen_format(asked: str | None, accept: str | None) -> str:
    """json or csv: as the parameter says, else as the header Accept prefers.

    Raises
    ------
    ProblemError : Accept allows neither.
    """
    if asked:
        return asked
    if not accept or not accept.strip():
        return "json"
    weights = {form: weight(media_type, accept) for form, media_type in MEDIA_TYPES.items()}
    best = max(weights, key=lambda form: weights[form])  # the first of equals: json
    if weights[best] <= 0:
        raise ProblemError(
            406,
            f"Accept is '{accept[:200]}'; this server writes {' and '.join(MEDIA_TYPES.values())}. "
            "Ask for one of them, or add format=json or format=csv.",
        )
    return best


def weight(media_type: str, accept: str) -> float:
    """How much a header Accept wants a media type, 0 to 1: the most specific range decides."""
    ranges = {"*/*": 0, f"{media_type.split('/')[0]}/*": 1, media_type: 2}
    found = (-1, 0.0)
    for entry in accept.split(","):
        name, *options = (part.strip().lower() for part in entry.split(";"))
        if name in ranges and ranges[name] > found[0]:
            found = (ranges[name], quality(options))
    return found[1]


def quality(options: Iterable[str]) -> float:
    """The q of a media range; 1 where it has none, 0 where it is no number."""
    for option in options:
        name, _, value = option.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


@cache
def own_code() -> str:
    """Hash of the queries and modules of the API: other code may write other bytes."""
    digest = hashlib.sha256()
    for folder in (Path(__file__).parent, queries.FOLDER / "api"):
        for path in sorted(folder.iterdir()):
            if path.suffix in (".py", ".sql"):
                digest.update(path.read_bytes())
    return digest.hexdigest()


def entity_tag(snapshot: Snapshot, *asked: str) -> str:
    """A strong ETag: equal ones stand for equal bytes.

    The build's fingerprint alone would not do: the ledger of trials goes on from build to build,
    and a model fitted anew may differ in its last bits. So the file counts as well.
    """
    file = snapshot.identity
    parts = (snapshot.build.build_fingerprint, str(file.n_bytes), str(file.modified_ns))
    text = "\n".join((*parts, own_code(), *asked))
    return f'"{hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:40]}"'


def is_current(tag: str, if_none_match: str | None) -> bool:
    """Whether the client's If-None-Match names the tag: it has these bytes."""
    if not if_none_match:
        return False
    named = [entry.strip().removeprefix("W/") for entry in if_none_match.split(",")]
    return tag in named or "*" in named
