"""Runs the steps of a Dockerfile in a root file system, where no Docker engine is at hand."""

from __future__ import annotations

import re
import shlex
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.packaging.debian_root import PATH, DebianRoot
from tests.packaging.dockerfile import Step, context_files, pairs_of


def timed(what: str, run: Callable[[], str]) -> str:
    """Run, and print how long it took."""
    started = time.monotonic()
    printed = run()
    print(f"{what}: {time.monotonic() - started:.0f} s")
    return printed


class Image:
    """A root file system on which the steps of a Dockerfile are run in their order."""

    def __init__(self, root: DebianRoot, context: Path) -> None:
        self.root = root
        self.context = context
        self.user = "root"
        self.directory = "/"
        self.variables: dict[str, str] = {"PATH": PATH}
        self.command: list[str] = []
        self.health: list[str] = []
        self.volumes: list[str] = []

    def take(self, step: Step) -> None:
        """Do what an instruction says; one this project does not use is an error."""
        print(f"{step.name} {step.value[:90]}")
        getattr(self, f"take_{step.name.lower()}")(step)

    def take_from(self, step: Step) -> None:
        python = re.match(r"python:(\d+\.\d+)", step.value)[1]
        version = self.root.must_run("python3 --version")
        assert f"Python {python}." in version, f"{version} imitates python:{python}"
        self.root.must_run("ln -s /usr/bin/python3 /usr/local/bin/python")

    def take_run(self, step: Step) -> None:
        timed("  took", lambda: self.run(step.value))

    def take_copy(self, step: Step) -> None:
        *sources, target = step.words
        folder = self.root.inside(self.directory if target in (".", "./") else target)
        for path in context_files(self.context):
            if any(source == "." or path == Path(source) for source in sources):
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(self.context / path, folder / path)
        if owner := step.flags.get("chown"):
            paths = " ".join(f"./{path}" for path in sources) if "." not in sources else "."
            self.root.must_run(f"chown -R {owner} {paths}", directory=self.directory)

    def take_workdir(self, step: Step) -> None:
        self.directory = step.value
        self.root.must_run(f"mkdir -p {step.value}")

    def take_user(self, step: Step) -> None:
        self.user = step.value
        entry = self.root.must_run(f"getent passwd {step.value.partition(':')[0]}")
        self.variables["HOME"] = entry.split(":")[5]

    def take_env(self, step: Step) -> None:
        self.variables |= pairs_of(step, self.variables)

    take_arg = take_env

    def take_volume(self, step: Step) -> None:
        self.volumes += step.words

    def take_healthcheck(self, step: Step) -> None:
        self.health = step_words(step, "CMD")

    def take_cmd(self, step: Step) -> None:
        self.command = step.words

    def run(self, command: str) -> str:
        return self.root.must_run(
            command, user=self.user, directory=self.directory, variables=self.variables
        )

    def serves(self, service: Mapping[str, Any]) -> str:
        """Run a service of docker-compose.yml, sealed, until its health check is content.

        What it printed is returned; it ends with the name space of its processes.
        """
        health = shlex.join(service["healthcheck"]["test"][1:])
        until = f"for try in $(seq 120); do {health} 2>/dev/null && exit 0; sleep 1; done; exit 1"
        return self.root.must_run(
            f"({service['command']} &) && {until}",
            user=self.user,
            directory=self.directory,
            variables={**self.variables, **defaults_of(service["environment"])},
            sealed_home=self.variables["HOME"],
            seconds=300,
        )


def defaults_of(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables of a service where those it is given from outside are not set."""
    return {
        name: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value) for name, value in environment.items()
    }


def step_words(step: Step, name: str) -> list[str]:
    """The command after the flags of a HEALTHCHECK."""
    found, _, value = step.value.partition(" ")
    assert found == name
    return Step(name, {}, value).words
