"""What /v1/health says: that there is a build to serve, and which."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import orjson

from reports.api.answers import AS_JSON
from warehouse.files import DatasetFiles
from warehouse.reader import Snapshot

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["status", "dataset", "build"],
    "properties": {
        "status": {"type": "string", "const": "ok"},
        "dataset": {"type": "string", "description": "Name of the dataset."},
        "build": {"type": "object", "description": "Of which build all answers are now."},
    },
}


def health(files: DatasetFiles, snapshot: Snapshot) -> bytes:
    """The answer, as JSON."""
    found = {"status": "ok", "dataset": files.name, "build": asdict(snapshot.build)}
    return orjson.dumps(found, option=AS_JSON)
