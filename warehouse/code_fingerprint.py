"""A hash of the code that makes a build's numbers and that dbt keeps no checksum of."""

from __future__ import annotations

import hashlib

from warehouse.files import REPOSITORY

# dbt knows the checksum of each model, but not of a macro nor of the modules that fit models.
FOLDERS = (("dbt_project/macros", "*.sql"), ("models_ml", "*.py"))


def code_fingerprint() -> str:
    """Hash of the macros and of the scoring models: names and text, the same on any machine."""
    digest = hashlib.sha256()
    for folder, pattern in FOLDERS:
        for path in sorted((REPOSITORY / folder).rglob(pattern)):
            digest.update(path.relative_to(REPOSITORY).as_posix().encode())
            digest.update(path.read_text(encoding="utf-8").encode())
    return digest.hexdigest()
