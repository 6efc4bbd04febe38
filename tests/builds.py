"""Runs the project's commands in folders of their own, as a user would type them."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tests.warm import run_module
from warehouse.files import DatasetFiles

REPOSITORY = Path(__file__).resolve().parent.parent
SMALL_DATASET = REPOSITORY / "tests" / "datasets" / "demo_small.yml"
LAYERS = sorted(
    path.name for path in (REPOSITORY / "dbt_project" / "models").iterdir() if path.is_dir()
)
BEFORE_ANALYSIS = " ".join(
    [
        "resource_type:seed",
        *(f"path:dbt_project/models/{layer}" for layer in LAYERS if layer != "analysis"),
    ]
)
LONGEST_RUN = 900  # seconds
REAL_DATASET = REPOSITORY / "tests" / "datasets" / "market_files.yml"


def in_turn(modules: Iterable[Sequence[str]]) -> str:
    """The command that runs these modules one after the other, each with its arguments."""
    return " && ".join(shlex.join([sys.executable, "-m", *words]) for words in modules)


@dataclass(frozen=True)
class Market:
    """A dataset in its own folder.

    Attributes
    ----------
    folder : holds warehouse/, outputs/ and target/.
    dataset : name or path of the dataset file.
    project : the checkout whose code runs.
    settings : further environment variables.
    """

    folder: Path
    dataset: str
    name: str
    project: Path = REPOSITORY
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The work file."""
        return self.folder / "warehouse" / f"{self.name}.work.duckdb"

    @property
    def published(self) -> Path:
        return self.folder / "warehouse" / f"{self.name}.duckdb"

    @property
    def outputs(self) -> Path:
        return self.folder / "outputs" / self.name

    @property
    def files(self) -> DatasetFiles:
        """Its paths, as the project's functions take them."""
        return DatasetFiles(
            name=self.name,
            work=self.path,
            published=self.published,
            truth=self.path.with_name(f"{self.name}_truth.json"),
            outputs=self.outputs,
            given=self.dataset,
        )

    @property
    def target(self) -> Path:
        return self.folder / "target" / self.name

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "FACTORHOUSE_WAREHOUSE_DIR": str(self.folder / "warehouse"),
            "FACTORHOUSE_OUTPUT_DIR": str(self.folder / "outputs"),
            "FACTORHOUSE_TARGET_DIR": str(self.folder / "target"),
            "FACTORHOUSE_DATASET": self.name,
            "PYTHONPATH": str(self.project),
            **self.settings,
        }

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """``python -m ARGUMENTS`` in the project; stdout and stderr together as text."""
        if self.project == REPOSITORY:
            done = run_module(arguments, self.project, self.environment, LONGEST_RUN)
        else:
            done = self.run_script("-m", *arguments)
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(arguments)} failed:\n{done.stdout[-6000:]}")
        return done

    def run_script(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """``python ARGUMENTS`` in the project; stdout and stderr together as text."""
        return subprocess.run(
            [sys.executable, *map(str, arguments)],
            cwd=self.project,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LONGEST_RUN,
        )

    def killed(self, seconds: float, *arguments: str) -> None:
        """Start ``python -m ARGUMENTS`` in a process group of its own and kill all of it."""
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=self.project,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(seconds)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def ingest(self, *options: str) -> subprocess.CompletedProcess[str]:
        return self.run("ingest", self.dataset, *options)

    def build(self, *options: str) -> subprocess.CompletedProcess[str]:
        return self.run("warehouse", "build", self.dataset, *options)

    def all_stages(self, *chosen: str) -> None:
        """What ``make all`` runs, set-up apart, with the factors or models that are chosen."""
        before = (("warehouse", "check", self.dataset, *chosen), ("ingest", self.dataset))
        after = (("reports", "tables", self.dataset), ("reports", "document", self.dataset))
        self.build(*chosen, "--after", in_turn(before), "--then", in_turn(after))
        self.run("reports", "summary", self.dataset)

    def publish(self) -> subprocess.CompletedProcess[str]:
        return self.run("warehouse", "publish", self.dataset)

    def models_alone(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Seeds and models without their tests, for comparing what they make."""
        return self.run("warehouse", "build", self.dataset, "--models-alone", *options)

    def models_before_analysis(self, *options: str) -> subprocess.CompletedProcess[str]:
        """The models alone, without those of the layer analysis, which nothing else reads."""
        return self.models_alone("--select", BEFORE_ANALYSIS, *options)

    def copied(self, folder: Path, **changes: object) -> Market:
        """The same dataset with a copy of its work file in another folder.

        What dbt remembers of the project goes with it.
        """
        other = Market(
            folder=folder,
            dataset=str(changes.get("dataset", self.dataset)),
            name=self.name,
            project=Path(str(changes.get("project", self.project))),
            settings=dict(self.settings),
        )
        other.path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.path, other.path)
        other.remembers(self)
        return other

    def remembers(self, other: Market) -> None:
        """Take over what dbt remembers of the project, or of the one that this one is a copy of.

        It saves dbt seven processor seconds if the dataset file says the same too.
        """
        read = other.target / "read"
        if self.target != other.target and read.exists():
            shutil.copytree(read, self.target / "read", dirs_exist_ok=True)


def market(folder: Path, dataset: str | Path, **settings: str) -> Market:
    """A market of the named dataset in a folder."""
    path = Path(dataset)
    name = yaml.safe_load(path.read_text())["name"] if path.suffix else str(dataset)
    return Market(folder=folder, dataset=str(dataset), name=name, settings=settings)


def copied_project(folder: Path) -> Path:
    """A copy of the project's code, for tests that change it."""
    ignored = shutil.ignore_patterns(
        ".venv", ".git", "target", "outputs", "logs", "*.duckdb*", "__pycache__", ".pytest_cache"
    )
    shutil.copytree(REPOSITORY, folder, ignore=ignored)
    return folder
