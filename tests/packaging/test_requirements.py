"""requirements.txt and the conda environment install what requirements.lock says."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.builds import REPOSITORY

PLATFORMS = [("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("darwin", "x86_64")]
PYTHONS = ["3.11", "3.12", "3.13"]
CONDA = REPOSITORY / "conda" / "environment.yml"
# A program for an environment of its own.
SPARK_PROCESS = REPOSITORY / "warehouse" / "spark" / "process.py"
LOCKS = ["requirements", "requirements-spark"]


def requirements(text: str) -> list[Requirement]:
    """The requirements of a pip file, hashes and comments left out."""
    lines = re.sub(r"\\\n\s*--hash=\S+|\s\\\n", "\n", text).splitlines()
    lines = [re.sub(r"\s*(--hash=\S+|\\)\s*", "", line).strip() for line in lines]
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def read(name: str) -> list[Requirement]:
    return requirements((REPOSITORY / name).read_text())


def versions(name: str, python: str, platform: tuple[str, str]) -> dict[str, str]:
    """What a file installs on a Python and a platform: name, then specifier."""
    system, machine = platform
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "sys_platform": system,
        "platform_machine": machine,
        "implementation_name": "cpython",
    }

    def holds(marker: Marker | None) -> bool:
        return marker is None or marker.evaluate(environment)

    chosen = [each for each in read(name) if holds(each.marker)]
    found = {canonicalize_name(each.name): str(each.specifier) for each in chosen}
    assert len(found) == len(chosen), "one version for one environment"
    return found


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("platform", PLATFORMS, ids="-".join)
def test_the_pins_are_those_of_the_lock(python: str, platform: tuple[str, str]) -> None:
    pinned = versions("requirements.txt", python, platform)
    locked = versions("requirements.lock", python, platform)
    assert pinned and pinned.items() <= locked.items()
    assert all(version.startswith("==") for version in pinned.values())


def test_it_holds_all_that_runs_and_nothing_of_the_tests() -> None:
    runs, _, tests = (REPOSITORY / "requirements.in").read_text().partition("# lint and tests\n")
    pinned = {canonicalize_name(each.name) for each in read("requirements.txt")}
    assert pinned == {canonicalize_name(each.name) for each in requirements(runs)}
    assert not pinned & {canonicalize_name(each.name) for each in requirements(tests)}


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_holds_all_that_is_asked_for(name: str) -> None:
    locked: dict[str, list[str]] = {}
    for each in read(f"{name}.lock"):
        locked.setdefault(canonicalize_name(each.name), []).append(str(each.specifier)[2:])
    for asked in read(f"{name}.in"):
        versions_there = locked.get(canonicalize_name(asked.name), [])
        assert versions_there, f"{asked} is not in the lock: make lock"
        assert all(version in asked.specifier for version in versions_there), str(asked)


def imported(path: Path) -> set[str]:
    """The top-level modules that a Python file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(node.module.partition(".")[0])
    return found


def test_all_that_the_rooms_import_is_asked_for() -> None:
    """Not only what happens to come along with something else, or with the tests."""
    ours = ("ingest", "warehouse", "models_ml", "reports", "dbt_project")
    sources = [path for room in ours for path in (REPOSITORY / room).rglob("*.py")]
    sources += REPOSITORY.glob("*.py")
    sources.remove(SPARK_PROCESS)
    pinned = {canonicalize_name(each.name) for each in read("requirements.txt")}
    distributions = packages_distributions()
    missing = {
        f"{path.relative_to(REPOSITORY)}: {module}"
        for path in sources
        for module in imported(path) - set(ours) - sys.stdlib_module_names
        if not pinned & {canonicalize_name(name) for name in distributions.get(module, [])}
    }
    assert not missing, f"put into requirements.in, above the tests: {sorted(missing)}"


def test_the_process_of_spark_imports_what_its_own_lock_has() -> None:
    """And nothing of the project, whose libraries are not in its environment."""
    assert imported(SPARK_PROCESS) - sys.stdlib_module_names == {"dbt", "pyspark"}
    asked = {each.name for each in read("requirements-spark.in")}
    assert asked == {"dbt-core", "dbt-spark", "pyspark"}


def test_both_environments_run_the_same_dbt() -> None:
    ours, spark = (
        {canonicalize_name(each.name): str(each.specifier) for each in read(f"{name}.lock")}
        for name in LOCKS
    )
    assert ours["dbt-core"] == spark["dbt-core"]
    assert "pandas" not in spark


@pytest.mark.parametrize("name", LOCKS)
def test_each_line_of_the_lock_has_its_hash(name: str) -> None:
    blocks = re.split(r"\n(?=\S)", (REPOSITORY / f"{name}.lock").read_text().strip())
    assert len(blocks) > 40
    assert all("--hash=sha256:" in block for block in blocks)


def test_no_file_names_an_index() -> None:
    for name in (
        "requirements.in",
        "requirements.txt",
        "requirements.lock",
        "requirements-spark.in",
        "requirements-spark.lock",
        "conda/environment.yml",
    ):
        text = (REPOSITORY / name).read_text()
        assert not re.search(r"--(extra-)?index-url|--find-links|https?://", text), name


def test_conda_takes_its_libraries_from_the_lock() -> None:
    given = yaml.safe_load(CONDA.read_text())
    *programs, libraries = given["dependencies"]
    python, *others = programs
    assert others == ["make", "git", "pip"]
    (line,) = libraries["pip"]
    option, _, path = line.partition(" ")
    assert option == "--requirement"
    assert (CONDA.parent / path).resolve() == REPOSITORY / "requirements.lock"
    allowed = SpecifierSet(python.removeprefix("python"))
    promised = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    assert [version for version in ("3.10", *PYTHONS, "3.14") if version in allowed] == PYTHONS
    assert all(python in SpecifierSet(promised["requires-python"]) for python in PYTHONS)


def test_streamlit_cloud_finds_requirements_txt_first() -> None:
    """It takes the first of these that stands beside the app or at the root."""
    entry = REPOSITORY / "streamlit_app.py"
    assert entry.exists() and (entry.parent / "requirements.txt").exists()
    for before in ("uv.lock", "Pipfile", "environment.yml"):
        assert not (REPOSITORY / before).exists(), f"{before} would be taken instead"


def test_an_environment_made_by_other_means_is_used_and_left_alone(tmp_path: Path) -> None:
    done = subprocess.run(
        ["make", "--dry-run", "all", f"FACTORHOUSE_ENVIRONMENT={tmp_path}"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert f"{tmp_path}/bin/python -m warehouse build demo" in done.stdout
    assert "venv" not in done.stdout
