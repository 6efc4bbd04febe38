"""What dbt_project.yml registers: factors, models and session lengths, and a dataset's name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from reports.errors import ReportsError
from warehouse.project_text import LOADER, PROJECT_FILE

DATASET_NAME = re.compile(r"[a-z][a-z0-9_]*")


def project_vars(path: Path = PROJECT_FILE) -> dict[str, Any]:
    """The ``vars`` of the dbt project: registries of factors and models, and settings.

    Raises
    ------
    ReportsError : the file is missing or has no ``vars``.
    """
    try:
        return yaml.load(path.read_text(), Loader=LOADER)["vars"]
    except (OSError, KeyError, TypeError, yaml.YAMLError) as error:
        raise ReportsError(f"{path}: no readable `vars` with the registry of factors.") from error


def dataset_name(name_or_path: str) -> str:
    """The name of a dataset given by name, or by the path of its YAML file.

    Raises
    ------
    ReportsError : the file is missing or has no ``name``, or the name is not allowed.
    """
    name: Any = name_or_path
    if name_or_path.endswith((".yml", ".yaml")) or "/" in name_or_path:
        try:
            name = yaml.safe_load(Path(name_or_path).read_text())["name"]
        except OSError as error:
            raise ReportsError(f"{name_or_path}: no such dataset file.") from error
        except (KeyError, TypeError, yaml.YAMLError) as error:
            raise ReportsError(f"{name_or_path}: a dataset file needs a key `name`.") from error
    if not isinstance(name, str) or not DATASET_NAME.fullmatch(name):
        raise ReportsError(
            f"{name!r} is no dataset name: lowercase letters, digits and underscores, a letter "
            "first; or give the path of a dataset YAML file."
        )
    return name
