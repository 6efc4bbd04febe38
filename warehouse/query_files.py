"""Queries in files that select from one another."""

from __future__ import annotations

import re
from pathlib import Path

NAMED = re.compile(r"\bquery\.(\w+)")


def composed(path: Path, folder: Path) -> str:
    """The text of a query, with those that it selects from as ``query.<name>`` in brackets.

    ``<name>.sql`` is beside the query, else in the folder of all queries.
    """

    def selected(found: re.Match[str]) -> str:
        beside = path.with_name(f"{found[1]}.sql")
        return f"(\n{composed(beside if beside.exists() else folder / beside.name, folder)}\n)"

    return NAMED.sub(selected, path.read_text())
