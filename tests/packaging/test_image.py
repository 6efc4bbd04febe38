"""Dockerfile, .dockerignore and docker-compose.yml say what the project has."""

from __future__ import annotations

import re
import shlex
import subprocess
import sysconfig
from pathlib import Path

import pytest
import yaml
from click import Group

import reports.__main__ as reports_cli
from tests.builds import REPOSITORY
from tests.packaging.dockerfile import context_files, pairs_of, steps_of

SCRIPTS = Path(sysconfig.get_path("scripts"))
STEPS = steps_of((REPOSITORY / "Dockerfile").read_text())
COMPOSE = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())
READERS = ("dashboard", "api")


def values_of(name: str) -> list[str]:
    return [step.value for step in STEPS if step.name == name]


def make_commands() -> list[str]:
    """Every ``make TARGET ...`` that the Dockerfile or a service runs."""
    run = [command for command in values_of("RUN") if command.startswith("make ")]
    default = [shlex.join(step.words) for step in STEPS if step.name == "CMD"]
    return [*run, *default, *(service["command"] for service in COMPOSE["services"].values())]


def test_hadolint_finds_nothing() -> None:
    done = subprocess.run(
        [SCRIPTS / "hadolint", REPOSITORY / "Dockerfile"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_the_base_is_slim_and_pinned_by_digest() -> None:
    (base,) = values_of("FROM")
    assert re.fullmatch(r"python:3\.1[1-3]\.\d+-slim-[a-z]+@sha256:[0-9a-f]{64}", base)


def test_the_image_runs_as_nobody_in_particular() -> None:
    last_user = values_of("USER")[-1]
    assert last_user.split(":")[0].isdigit() and not last_user.startswith("0")
    order = [step.name for step in STEPS]
    assert "USER" in order[: order.index("WORKDIR")]


def test_set_up_is_cached_by_the_lock() -> None:
    setup = next(at for at, step in enumerate(STEPS) if step.value == "make setup")
    copied_before = [word for step in STEPS[:setup] if step.name == "COPY" for word in step.words]
    assert sorted(copied_before) == ["./", "Makefile", "requirements.lock"]


def test_what_is_copied_exists() -> None:
    sources = [word for step in STEPS if step.name == "COPY" for word in step.words[:-1]]
    assert sources and all((REPOSITORY / source).exists() for source in sources)


@pytest.mark.parametrize("command", make_commands())
def test_every_make_command_exists(command: str) -> None:
    done = subprocess.run(
        ["make", "--dry-run", *shlex.split(command)[1:]],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_what_the_targets_run_exists() -> None:
    group = reports_cli.cli
    assert isinstance(group, Group)
    assert set(READERS) <= set(group.commands), "make dashboard and make api run these"


def test_no_secret_is_written_down() -> None:
    for name in ("Dockerfile", "docker-compose.yml", ".github/workflows/release.yml"):
        text = (REPOSITORY / name).read_text()
        found = re.findall(r"(?i)(?:key|token|password|secret)\w*\s*[:=]\s*(\S+)", text)
        assert all(value.startswith("${") for value in found), f"{name}: {found}"
    variables = [
        name for step in STEPS if step.name in ("ENV", "ARG") for name in pairs_of(step, {})
    ]
    assert not [name for name in variables if re.search("KEY|TOKEN|PASS|SECRET", name)]


LOCAL_STATE = [
    ".git/config",
    ".venv/bin/python",
    "outputs/demo/report.html",
    "target/demo/manifest.json",
    "logs/dbt.log",
    "warehouse/demo.duckdb",
    "warehouse/demo.work.duckdb",
    "warehouse/demo.work.duckdb.wal",
    "warehouse/.demo.build.json",
    "warehouse/.demo.123.tmp",
    "warehouse/demo_truth.json",
    "warehouse/__pycache__/files.cpython-313.pyc",
    "tests/.pytest_cache/x",
    ".env",
    "deploy/.env.production",
    "server.pem",
    ".streamlit/secrets.toml",
    "holdings.csv",
    ".user.yml",
]


def test_dockerignore_leaves_out_local_state_and_keeps_the_sources(tmp_path: Path) -> None:
    kept = ["warehouse/files.py", "Makefile", "dbt_project/seeds/strategies.csv", ".ci/run"]
    kept += ["reports/queries/net_asset_value.sql", "tests/conftest.py", ".github/workflows/ci.yml"]
    for name in (*LOCAL_STATE, *kept):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / ".dockerignore").write_text((REPOSITORY / ".dockerignore").read_text())
    assert [str(path) for path in context_files(tmp_path)] == sorted([*kept, ".dockerignore"])


def test_dockerignore_covers_gitignore() -> None:
    """What git leaves out an image leaves out, except that docker's patterns begin at the root."""
    ignored = set((REPOSITORY / ".dockerignore").read_text().split())
    for line in (REPOSITORY / ".gitignore").read_text().split():
        name = line.strip("/")
        covered = {name, f"**/{name}"} & ignored or name.startswith("warehouse/.")
        assert covered, f".gitignore has {line}, .dockerignore has not"


def test_compose_agrees_with_its_schema() -> None:
    check = [SCRIPTS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [*check, REPOSITORY / "docker-compose.yml"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", READERS)
def test_readers_wait_for_the_build_and_cannot_write(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["depends_on"]["build"]["condition"] == "service_completed_successfully"
    assert service["read_only"] is True
    assert service["volumes"] and all(volume.endswith(":ro") for volume in service["volumes"])
    assert service["healthcheck"]["test"][0] == "CMD"


def test_ports_are_published_on_loopback_alone() -> None:
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]
    assert len(ports) == len(READERS)
    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("name", READERS)
def test_one_port_is_served_published_and_asked(name: str) -> None:
    service = COMPOSE["services"][name]
    served = re.search(r"PORT=(\d+)", service["command"])[1]
    assert service["ports"][0].endswith(f":{served}")
    assert f"http://127.0.0.1:{served}/" in service["healthcheck"]["test"][-1]
    assert "0.0.0.0" in service["environment"].values()


def test_every_variable_of_a_service_is_read_by_the_code() -> None:
    rooms = [REPOSITORY / name for name in ("warehouse", "ingest", "reports", "models_ml")]
    texts = [path.read_text() for room in rooms for path in room.rglob("*.py")]
    texts.append((REPOSITORY / "profiles.yml").read_text())
    texts.append((REPOSITORY / "Makefile").read_text())
    named = {name for service in COMPOSE["services"].values() for name in service["environment"]}
    assert named >= {"DATASET", "FACTORHOUSE_API_KEY"}
    for name in named:
        assert any(re.search(rf"\b{name}\b", text) for text in texts), name


def test_the_build_writes_where_the_image_says() -> None:
    folders = [word for step in STEPS if step.name == "VOLUME" for word in step.words]
    mounted = [volume.split(":")[1] for volume in COMPOSE["services"]["build"]["volumes"]]
    environment = {}
    for step in STEPS:
        environment |= pairs_of(step, environment) if step.name == "ENV" else {}
    told = [environment["FACTORHOUSE_WAREHOUSE_DIR"], environment["FACTORHOUSE_OUTPUT_DIR"]]
    assert folders == mounted == told
    assert set(COMPOSE["volumes"]) == {
        volume.split(":")[0] for volume in COMPOSE["services"]["build"]["volumes"]
    }
