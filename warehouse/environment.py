"""What built an output: the versions of Python, the platform, every library and the code."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import distributions
from pathlib import Path

from warehouse.files import REPOSITORY, DatasetFiles

FILE_NAME = "environment.txt"


def write_environment(files: DatasetFiles) -> Path:
    """Write ``environment.txt`` into the outputs of a dataset, beside what was built.

    ``pip install -r environment.txt`` installs the same libraries again. It holds no time and no
    name of a machine: the same environment writes the same file.
    """
    path = files.outputs / FILE_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text("\n".join([*heading(), *libraries()]) + "\n")
    os.replace(partial, path)
    return path


def heading() -> list[str]:
    """Comment lines: Python, platform, libc, commit."""
    implementation = platform.python_implementation()
    libc = " ".join(platform.libc_ver()).strip() or "unknown"
    return [
        f"# python {platform.python_version()} ({implementation})",
        f"# platform {platform.system()} {platform.machine()}, C library {libc}",
        f"# commit {commit(REPOSITORY)}",
    ]


def libraries() -> list[str]:
    """``name==version`` of every distribution that Python sees, by name."""
    found = {
        distribution.metadata["Name"].lower().replace("_", "-"): distribution.version
        for distribution in distributions()
    }
    return [f"{name}=={found[name]}" for name in sorted(found)]


def commit(folder: Path) -> str:
    """The commit of the code in a folder, and whether its files differ from it.

    Without git, or outside a checkout, it is FACTORHOUSE_COMMIT (as in the image), else unknown.
    """
    known = git(folder, "rev-parse", "--show-toplevel", "HEAD")
    if known is None or Path(known.split("\n")[0]).resolve() != folder.resolve():
        return os.environ.get("FACTORHOUSE_COMMIT") or "unknown (not a git checkout)"
    changed = git(folder, "status", "--porcelain", "--untracked-files=no")
    return known.split("\n")[1] + (" with changes since" if changed else "")


def git(folder: Path, *arguments: str) -> str | None:
    """What git prints about a folder; None if it cannot say."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
