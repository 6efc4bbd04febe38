"""The workflows are valid, pinned, allowed no more than they need, and run what exists."""

from __future__ import annotations

import re
import subprocess
import sysconfig
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.builds import REPOSITORY

CHECK = Path(sysconfig.get_path("scripts")) / "check-jsonschema"
FOLDER = REPOSITORY / ".github" / "workflows"
WORKFLOWS = {path.name: yaml.safe_load(path.read_text()) for path in sorted(FOLDER.glob("*.yml"))}
JOBS = [(name, job) for name, workflow in WORKFLOWS.items() for job in workflow["jobs"]]


def job_of(name: str, job: str) -> dict[str, Any]:
    return WORKFLOWS[name]["jobs"][job]


def commands_of(name: str) -> str:
    """Everything the jobs of a workflow run in a shell."""
    jobs = WORKFLOWS[name]["jobs"].values()
    return "\n".join(step["run"] for job in jobs for step in job.get("steps", []) if "run" in step)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_it_agrees_with_its_schema(name: str) -> None:
    command = [CHECK, "--builtin-schema", "vendor.github-workflows", FOLDER / name]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_dependabot_agrees_with_its_schema() -> None:
    path = REPOSITORY / ".github" / "dependabot.yml"
    command = [CHECK, "--builtin-schema", "vendor.dependabot", path]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_action_is_pinned_to_a_commit_and_says_its_version(name: str) -> None:
    lines = re.findall(r"uses: (\S+)(.*)", (FOLDER / name).read_text())
    for action, comment in lines:
        if action.startswith("./"):
            assert (REPOSITORY / action).exists()
            continue
        assert re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", action), action
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), f"{action}{comment}"


def test_one_action_has_one_pin() -> None:
    texts = "".join((FOLDER / name).read_text() for name in WORKFLOWS)
    pins = set(re.findall(r"uses: ([\w.-]+/[\w.-]+)@([0-9a-f]{40})", texts))
    assert len({action for action, _ in pins}) == len(pins)


@pytest.mark.parametrize(("name", "job"), JOBS)
def test_every_job_ends_in_time(name: str, job: str) -> None:
    given = job_of(name, job)
    assert "uses" in given or 0 < given["timeout-minutes"] <= 60


@pytest.mark.parametrize("name", WORKFLOWS)
def test_nothing_may_write_unless_its_job_says_so(name: str) -> None:
    assert WORKFLOWS[name]["permissions"] in ({}, {"contents": "read"})
    assert "concurrency" in WORKFLOWS[name]
    writing = {
        (job, scope)
        for job, given in WORKFLOWS[name]["jobs"].items()
        for scope, level in given.get("permissions", {}).items()
        if level == "write"
    }
    allowed = {
        "ci.yml": set(),
        "pages.yml": {("deploy", "pages"), ("deploy", "id-token")},
        "release.yml": {("image", "packages")},
    }
    assert writing == allowed[name]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_what_others_write_never_enters_a_shell(name: str) -> None:
    assert not re.findall(r"\$\{\{", commands_of(name)), "hand it over in env"


def test_the_tests_run_on_every_python_that_is_promised() -> None:
    promised = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    pythons = job_of("ci.yml", "test")["strategy"]["matrix"]["python"]
    assert pythons == ["3.11", "3.12", "3.13"]
    assert promised["requires-python"] == f">={pythons[0]}"


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^\s*make ([a-z-]+)", commands_of("ci.yml"), re.MULTILINE))
    assert targets >= {"setup", "lint", "test", "all", "site"}
    for target in targets:
        done = subprocess.run(
            ["make", "--dry-run", target], cwd=REPOSITORY, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr


def test_what_is_uploaded_is_what_the_site_is_made_from() -> None:
    steps = {step.get("with", {}).get("name"): step for step in job_of("ci.yml", "demo")["steps"]}
    assert steps["demo"]["with"]["path"] == "outputs/demo"
    taken = {step.get("with", {}).get("name") for step in job_of("pages.yml", "deploy")["steps"]}
    assert "demo" in taken


def test_the_site_is_that_of_a_good_run_on_main() -> None:
    pages = WORKFLOWS["pages.yml"]
    after = pages[True]["workflow_run"]  # YAML reads the key `on` as true
    assert after == {"workflows": ["ci"], "types": ["completed"], "branches": ["main"]}
    assert WORKFLOWS["ci.yml"]["name"] == "ci"
    assert "conclusion == 'success'" in pages["jobs"]["deploy"]["if"]


def test_a_release_is_checked_pushed_then_deployed() -> None:
    release = WORKFLOWS["release.yml"]["jobs"]
    assert release["image"]["needs"] == "check"
    assert release["deploy"]["needs"] == "image"
    assert release["check"]["uses"] == "./.github/workflows/ci.yml"
    assert "workflow_call" in WORKFLOWS["ci.yml"][True]
    assert release["deploy"]["if"] == "vars.DEPLOY_HOST != ''"


def test_the_host_keeps_the_name_of_the_image_and_its_own_settings(tmp_path: Path) -> None:
    steps = {step.get("name"): step for step in job_of("release.yml", "deploy")["steps"]}
    script = steps["Pull and start there; what is built stays in its volumes"]["run"]
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, does in (("ssh", 'sh -c "$2"'), ("scp", "true"), ("docker", "true")):
        (programs / name).write_text(f"#!/bin/sh\n{does}\n")
        (programs / name).chmod(0o755)
    host = tmp_path / "house"
    for image, lines in (("a@1", []), ("b@2", ["FACTORHOUSE_API_KEY=x"])):
        host.mkdir(exist_ok=True)
        (host / ".env").write_text("\n".join([*lines, "FACTORHOUSE_IMAGE=old"]))
        environment = {"TARGET": "host", "FOLDER": str(host), "IMAGE": image}
        path = f"{programs}:/usr/bin:/bin"
        subprocess.run(["bash", "-ec", script], env={**environment, "PATH": path}, check=True)
        assert (host / ".env").read_text().split() == [*lines, f"FACTORHOUSE_IMAGE={image}"]
        (host / ".env").unlink()
    subprocess.run(["bash", "-ec", script], env={**environment, "PATH": path}, check=True)
    assert (host / ".env").read_text() == "FACTORHOUSE_IMAGE=b@2\n"


def test_ci_runs_the_test_command_of_the_readme() -> None:
    script = (REPOSITORY / ".ci" / "run").read_text()
    run = [line for line in script.splitlines() if line and not line.startswith("#")]
    assert run == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "make test"]
    assert "\nmake test" in (REPOSITORY / "README.md").read_text()


def test_ci_fails_when_the_tests_fail(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    script = tmp_path / ".ci" / "run"
    script.write_text((REPOSITORY / ".ci" / "run").read_text())
    makefile = tmp_path / "Makefile"
    for code in (0, 1):
        makefile.write_text(f"test:\n\t@echo 'run here' && exit {code}\n")
        done = subprocess.run(["bash", script], capture_output=True, text=True, cwd="/")
        assert "run here" in done.stdout
        assert (done.returncode == 0) == (code == 0)
