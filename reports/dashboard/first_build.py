"""What a visitor sees before anything is published: what to run, or the demo market made once."""

from __future__ import annotations

import os
import subprocess
import sys

import streamlit as st
from filelock import FileLock, Timeout

from warehouse.files import REPOSITORY, DatasetFiles

STAGES = {
    "Checking the settings": ("warehouse", "check"),
    "Making the market and landing its raw rows": ("ingest",),
    "Building and testing every table": ("warehouse", "build"),
    "Publishing": ("warehouse", "publish"),
}
TAIL = 30  # lines of a failed stage


def show(files: DatasetFiles) -> None:
    """Say what to run; offer the demo market where it is the dataset, as it needs no network.

    FACTORHOUSE_BUILD_DEMO=1 makes it without asking: for hosts that start from nothing.
    """
    st.title("Nothing is published yet")
    st.markdown(
        f"The dashboard shows the published file of the dataset **{files.name}**, and there is "
        f"none. In the project's folder run\n\n```\nmake all DATASET={files.dataset}\n```\n\n"
        "and reload this page. It shows the build as soon as it is there."
    )
    if files.name not in ("demo", "demo_small"):
        return
    st.markdown(
        "This is a synthetic market: it needs no network, and can be made right here. The demo "
        "takes some minutes, 4 GB of memory and 2.5 GB of disk."
    )
    wanted = os.environ.get("FACTORHOUSE_BUILD_DEMO") == "1"
    if wanted or st.button("Make the demo market now", type="primary"):
        build(files)


def build(files: DatasetFiles) -> None:
    """Run the stages of `make all` up to publishing, once for all visitors, and show the page."""
    lock = files.published.with_name(f".{files.name}.first_build.lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lock, timeout=0):
            if not files.published.exists():
                run_stages(files)
    except Timeout:
        st.info("Another visitor has begun to make it. Reload this page in some minutes.")
        return
    if files.published.exists():
        st.rerun()


def run_stages(files: DatasetFiles) -> None:
    """Each stage as a command of its own, told as it goes; stops at the first that fails."""
    for said, (module, *arguments) in STAGES.items():
        with st.status(f"{said} ...", expanded=False) as status:
            done = subprocess.run(
                [sys.executable, "-m", module, *arguments, files.dataset],
                cwd=REPOSITORY,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            if done.returncode != 0:
                status.update(label=f"{said} failed", state="error", expanded=True)
                st.code("\n".join(done.stdout.splitlines()[-TAIL:]), language=None)
                return
            status.update(label=said, state="complete")
