"""What can go wrong while landing, each with the remedy in its message."""

from __future__ import annotations


class IngestError(RuntimeError):
    """A load that is refused. The message says what was given, where, and what to change."""


class DatasetError(IngestError):
    """A dataset file that cannot be used."""


class VendorFileError(IngestError):
    """A vendor's file that is not there, cannot be read, or lacks what the mapping asks for."""
