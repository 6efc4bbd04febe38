"""Reads a Dockerfile and a .dockerignore, as far as this project's own say anything."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from string import Template

from pathspec import PathSpec


@dataclass(frozen=True)
class Step:
    """One instruction: its name, its flags (``--chown=...``) and what follows them."""

    name: str
    flags: dict[str, str]
    value: str

    @property
    def words(self) -> list[str]:
        """What follows, from its JSON or its shell form."""
        return json.loads(self.value) if self.value.startswith("[") else shlex.split(self.value)


def steps_of(text: str) -> list[Step]:
    """The instructions of a Dockerfile in their order, comments left out, lines joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [step_of(line) for line in joined.splitlines() if line.strip()]


def step_of(line: str) -> Step:
    """An instruction from its joined line."""
    name, _, rest = line.strip().partition(" ")
    flags = {}
    while match := re.match(r"--([a-z-]+)=(\S+)\s+(.*)", rest.strip(), re.DOTALL):
        flags[match[1]] = match[2]
        rest = match[3]
    return Step(name.upper(), flags, rest.strip())


def pairs_of(step: Step, known: dict[str, str]) -> dict[str, str]:
    """The variables of an ENV or ARG step, those known already put in."""
    given = (word.partition("=") for word in shlex.split(step.value))
    return {name: Template(value).safe_substitute(known) for name, _, value in given}


def context_files(folder: Path) -> list[Path]:
    """The files below a folder that its .dockerignore sends to a build, relative to it."""
    lines = (folder / ".dockerignore").read_text().splitlines()
    # Docker's patterns begin at the root of the context, git's at any depth unless they say so.
    patterns = [f"/{line}" for line in lines if line.strip() and not line.startswith("#")]
    ignored = PathSpec.from_lines("gitwildmatch", patterns)
    files = (path for path in folder.rglob("*") if path.is_file() or path.is_symlink())
    relative = (path.relative_to(folder) for path in files)
    return sorted(path for path in relative if not ignored.match_file(str(path)))
