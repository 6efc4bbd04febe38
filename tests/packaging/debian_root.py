"""A fresh Debian in a folder of its own, entered by chroot."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

TOOLS = ("debootstrap", "chroot", "unshare", "mount", "ip")
# How this machine reaches its package indexes is handed on; nothing else of it is.
NETWORK_VARIABLES = (
    *("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"),
    *("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST", "PIP_DEFAULT_TIMEOUT"),
)
CERTIFICATES = Path("etc/ssl/certs/ca-certificates.crt")
NETWORK_FILES = (Path("etc/resolv.conf"), Path("etc/hosts"), Path("etc/pip.conf"), CERTIFICATES)
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
MOUNTS = (
    'mount -t proc proc "$root/proc" && mount -t tmpfs tmpfs "$root/dev/shm" && '
    'mount -t tmpfs tmpfs "$root/tmp" && exec chroot --userspec="$user" "$root" "$@"'
)
OPEN = f'root="$1"; user="$2"; shift 2; {MOUNTS}'
# As a container that may not write, on a network with nobody else: its home is a tmpfs.
SEALED = (
    'root="$1"; user="$2"; home="$3"; shift 3; ip link set lo up && '
    'mount --bind "$root" "$root" && mount -o remount,bind,ro "$root" && '
    f'mount -t tmpfs -o mode=1777 tmpfs "$root/$home" && {MOUNTS}'
)


@dataclass(frozen=True)
class DebianRoot:
    """A Debian file system. Its mounts live as long as the command that needs them."""

    folder: Path

    def run(
        self,
        command: str,
        *,
        user: str = "root",
        directory: str = "/",
        variables: Mapping[str, str] | None = None,
        sealed_home: str = "",
        seconds: int = 3600,
    ) -> subprocess.CompletedProcess[str]:
        """``sh -c COMMAND`` inside, in name spaces of its own; stdout and stderr together.

        Parameters
        ----------
        user : as chroot takes it, a name or ``uid:gid``.
        variables : the whole environment of the command but for the network's.
        sealed_home : a folder; it alone can be written then, and no network is reached.
        """
        environment = {"PATH": PATH, "LANG": "C.UTF-8", **network_variables(), **(variables or {})}
        assignments = [f"{name}={value}" for name, value in environment.items()]
        inside = ["env", "-i", *assignments, "sh", "-c", f'cd "{directory}" && {command}']
        alone = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
        if sealed_home:
            alone += ["--net", "sh", "-c", SEALED, "enter", str(self.folder), user, sealed_home]
        else:
            alone += ["sh", "-c", OPEN, "enter", str(self.folder), user]
        return subprocess.run(
            [*alone, *inside],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=seconds,
        )

    def must_run(self, command: str, **options: object) -> str:
        """What a command prints, which has to end well."""
        done = self.run(command, **options)  # type: ignore[arg-type]
        assert done.returncode == 0, f"{command}\n{done.stdout[-6000:]}"
        return done.stdout

    def inside(self, path: str) -> Path:
        """Where a path of the root stands on this machine."""
        return self.folder / path.lstrip("/")


def network_variables() -> dict[str, str]:
    """Those of the environment that say how package indexes are reached."""
    return {name: os.environ[name] for name in NETWORK_VARIABLES if name in os.environ}


def skip_unless_possible() -> None:
    """Skip where no root can be made, with what is missing."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)} (on Debian: apt-get install debootstrap iproute2)")
    if os.geteuid() != 0:
        pytest.skip("making a root file system needs root")


@contextmanager
def debian_root(folder: Path, suite: str, *packages: str) -> Iterator[DebianRoot]:
    """A minimal Debian of a suite with some packages; gone, with all in it, at the end.

    The mirror is debootstrap's own, or FACTORHOUSE_DEBIAN_MIRROR.
    """
    skip_unless_possible()
    mirror = os.environ.get("FACTORHOUSE_DEBIAN_MIRROR")
    include = ",".join(("ca-certificates", *packages))
    command = ["debootstrap", "--variant=minbase", f"--include={include}", suite, str(folder)]
    try:
        made = subprocess.run(
            [*command, *([mirror] if mirror else [])], capture_output=True, text=True, timeout=1800
        )
        if made.returncode != 0:
            pytest.skip(f"no Debian {suite} could be fetched: {made.stdout[-500:]}")
        for path in NETWORK_FILES:
            if (Path("/") / path).exists():
                shutil.copyfile(Path("/") / path, folder / path)
        yield DebianRoot(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
