"""A bare Debian runs what the README and the Dockerfile say, with nothing of this machine."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.builds import REPOSITORY
from tests.packaging.debian_root import DebianRoot, debian_root
from tests.packaging.dockerfile import steps_of
from tests.packaging.image import Image, timed

README_SUITE = os.environ.get("FACTORHOUSE_DEBIAN", "bookworm")  # its Python is 3.11
WITH_TESTS = "FACTORHOUSE_BARE_TESTS"
LARGEST_IMAGE_GB = 4.0
COMPOSE = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())


def cloned(folder: Path) -> Path:
    """A clone of the repository, as a new user would have it."""
    command = ["git", "clone", "--quiet", "--no-local", "--depth=1", f"file://{REPOSITORY}"]
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"this checkout cannot be cloned: {done.stderr[-300:]}")
    return folder


def gigabytes(folder: Path) -> float:
    """What a folder takes on disk."""
    done = subprocess.run(["du", "-s", "--block-size=1M", folder], capture_output=True, text=True)
    return int(done.stdout.split()[0]) / 1024


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[DebianRoot]:
    """A bare Debian, without what the README asks for."""
    with debian_root(tmp_path / "root", README_SUITE) as root:
        yield root


def test_the_two_commands_of_the_readme(bare: DebianRoot) -> None:
    readme = (REPOSITORY / "README.md").read_text()
    packages = re.search(r"`apt-get install ([a-z0-9 -]+)`", readme)[1]
    commands = re.findall(r"^make \w+", readme.split("```")[1], re.MULTILINE)
    assert commands == ["make all", "make test"]
    apt = f"apt-get update && apt-get install --yes --no-install-recommends {packages}"
    timed(apt, lambda: bare.must_run(apt, variables={"DEBIAN_FRONTEND": "noninteractive"}))
    bare.must_run("useradd --create-home --shell /bin/sh reader")
    cloned(bare.inside("/home/reader/factorhouse"))
    bare.must_run("chown -R reader:reader /home/reader/factorhouse")
    person = {
        "user": "reader:reader",
        "directory": "/home/reader/factorhouse",
        "variables": {"HOME": "/home/reader", "USER": "reader"},
    }

    setup = "make setup && du -sm .venv"
    print(timed("make setup", lambda: bare.must_run(setup, **person)))
    print(timed("make all", lambda: bare.must_run("make all", **person))[-1500:])
    outputs = bare.inside("/home/reader/factorhouse/outputs/demo")
    for name in ("environment.txt", "tables/performance.csv", "plots/cumulative_pnl.png"):
        assert (outputs / name).stat().st_size > 0, name
    asked = "echo 'select count(*) from signals.live_signals;' | make sql"
    assert re.search(r"[1-9]", timed("first answer", lambda: bare.must_run(asked, **person)))
    assert "pip install" not in bare.must_run("make --dry-run setup", **person), "it is set up"
    if os.environ.get(WITH_TESTS):
        print(timed("make test", lambda: bare.must_run("make test", **person))[-3000:])


def test_the_steps_of_the_dockerfile(tmp_path: Path) -> None:
    steps = steps_of((REPOSITORY / "Dockerfile").read_text())
    suite = re.search(r"-slim-(\w+)", steps[0].value)[1]
    context = cloned(tmp_path / "context")
    with debian_root(tmp_path / "root", suite, "python3-venv") as root:
        image = Image(root, context)
        for step in steps:
            image.take(step)
        assert image.run("id -u").strip() != "0"
        assert image.volumes == ["/data/warehouse", "/data/outputs"]
        size = gigabytes(root.folder)
        print(f"file system: {size:.1f} GB")
        assert size < LARGEST_IMAGE_GB

        printed = timed("make all", lambda: image.run(shlex.join(image.command)))
        assert "pip install" not in printed
        assert root.inside("/data/warehouse/demo.duckdb").stat().st_size > 0
        assert root.inside("/data/outputs/demo/environment.txt").stat().st_size > 0
        assert not (root.inside("/house/outputs")).exists()
        image.run(shlex.join(image.health))
        for name in ("dashboard", "api"):
            timed(f"{name} answers", lambda name=name: image.serves(COMPOSE["services"][name]))
        with pytest.raises(AssertionError, match="Read-only file system"):
            root.must_run("touch /data/outputs/x", sealed_home=image.variables["HOME"])

        unpublished = {"FACTORHOUSE_WAREHOUSE_DIR": "/tmp/empty"}
        image.variables |= unpublished
        with pytest.raises(AssertionError, match="does not exist yet"):
            image.run(shlex.join(image.health))
