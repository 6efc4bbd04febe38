"""What can go wrong in a report, with the remedy in its message."""

from __future__ import annotations


class ReportsError(RuntimeError):
    """A report that cannot be made. The message says what was given and what to do."""
