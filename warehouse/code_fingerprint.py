"""Hashes of the code that makes a build's numbers: what dbt keeps no checksum of, and all of it."""

from __future__ import annotations

import hashlib

import duckdb

from warehouse.files import REPOSITORY
from warehouse.seeds import seeds_folder

# dbt knows the checksum of each model, but not of a macro nor of the modules that fit models.
FOLDERS = (("dbt_project/macros", "*.sql"), ("models_ml", "*.py"))
# What makes the tables, the data apart, beside dbt_project.yml and the seeds.
PROJECT = (("dbt_project", "*"), ("models_ml", "*.py"), ("warehouse", "tail.py"))


def code_fingerprint() -> str:
    """Hash of the macros and of the scoring models: names and text, the same on any machine."""
    digest = hashlib.sha256()
    for folder, pattern in FOLDERS:
        for path in sorted((REPOSITORY / folder).rglob(pattern)):
            digest.update(path.relative_to(REPOSITORY).as_posix().encode())
            digest.update(path.read_text(encoding="utf-8").encode())
    return digest.hexdigest()


def project_fingerprint() -> str:
    """Hash of all that makes the tables: models, macros, tests, settings, seeds, versions."""
    digest = hashlib.sha256(duckdb.__version__.encode())
    paths = [
        path for folder, pattern in PROJECT for path in sorted((REPOSITORY / folder).rglob(pattern))
    ]
    paths += [REPOSITORY / name for name in ("dbt_project.yml", "requirements.lock")]
    paths += [*sorted(seeds_folder().glob("*.csv"))]
    for path in paths:
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
