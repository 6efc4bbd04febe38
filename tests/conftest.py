"""Built warehouses, shared by every test and every worker of a run."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from filelock import FileLock
from hypothesis import settings

from tests.builds import REAL_DATASET, REPOSITORY, SMALL_DATASET, Market, market
from warehouse.model_files import write_models
from warehouse.seeds import registries

# Workers take files in turns: the first one has the odd places, the second the even ones.
FIRST = (
    *("test_planted_truth.py", "test_real_files.py"),
    *("test_two_clocks.py", "test_publish.py"),
    *("test_sample.py", "test_adding_a_model.py"),
    *("test_live_market.py", "test_adding_a_factor.py"),
)
# Forests, networks and the pooled model take longest: the demo market has them in `make soak`.
QUICK_MODELS = ["ols", "ridge", "lasso", "elastic_net", "xgboost"]
EXPLAINED_LESS = {"explained_rows": 200, "sampled_rows": 10, "permutation_repeats": 1}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--soak",
        action="store_true",
        help="tests/soak too, all models on the demo market, more days and mutants",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Mutants of bad input: some for ``make test``, more for ``make soak``."""
    settings.register_profile("chosen", max_examples=75 if config.getoption("--soak") else 30)
    settings.load_profile("chosen")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What takes long is run by ``make soak`` alone."""
    return True if collection_path.name == "soak" and not config.getoption("--soak") else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long set-ups begin first, two that make the same market not side by side.

    Tests marked ``soak`` are left to ``make soak``.
    """
    if not config.getoption("--soak"):
        items[:] = [item for item in items if item.get_closest_marker("soak") is None]
    places = {name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all workers of this run."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


def made_once(folder: Path, make: Callable[[Path], None]) -> Path:
    """The folder, made by the first worker that asks; the others wait for it."""
    done = folder.with_name(folder.name + ".done")
    with FileLock(str(folder) + ".lock"):
        if not done.exists():
            folder.mkdir(parents=True, exist_ok=True)
            make(folder)
            done.touch()
    return folder


@pytest.fixture(scope="session")
def small_raw(tmp_path_factory: pytest.TempPathFactory) -> Market:
    """The small demo market as landed; dbt has read the project, and built one view."""

    def make(path: Path) -> None:
        landed = market(path, SMALL_DATASET)
        landed.ingest()
        landed.models_alone("--select", "stg_raw__loads")

    folder = shared_folder(tmp_path_factory) / "small_raw"
    made_once(folder, make)
    return market(folder, SMALL_DATASET)


@pytest.fixture(scope="session")
def small_market(tmp_path_factory: pytest.TempPathFactory, small_raw: Market) -> Market:
    """The small demo market, built with its tests and published. Read it, do not change it."""

    def make(path: Path) -> None:
        built = small_raw.copied(path)
        for extra in small_raw.path.parent.glob("*_truth*"):
            (path / "warehouse" / extra.name).write_bytes(extra.read_bytes())
        built.build()
        built.publish()

    folder = shared_folder(tmp_path_factory) / "small_market"
    made_once(folder, make)
    return market(folder, SMALL_DATASET)


@pytest.fixture(scope="session")
def model_market(tmp_path_factory: pytest.TempPathFactory, small_market: Market) -> Market:
    """The small demo market with every registered model fitted, its layer ``scores`` published.

    What comes after ``scores`` is of small_market's one model, so that this is no build to publish:
    its file is put where readers look as it is. Read it, do not change it.
    """

    def make(path: Path) -> None:
        scored = small_market.copied(path)
        models = ",".join(model["name"] for model in registries()["ml_models"])
        scored.models_alone("--models", models, "--select", "path:dbt_project/models/scores")
        shutil.copyfile(scored.path, scored.published)
        write_models(scored.files)

    folder = shared_folder(tmp_path_factory) / "model_market"
    made_once(folder, make)
    return market(folder, SMALL_DATASET)


@pytest.fixture(scope="session")
def demo_market(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Market:
    """The default demo market, built with its tests and published. Read it, do not change it.

    Fewer of its scores are explained: what explains them is tested on the small and real markets.
    """
    chosen = {} if pytestconfig.getoption("--soak") else {"selected_models": QUICK_MODELS}

    def make(folder: Path) -> None:
        given = yaml.safe_load((REPOSITORY / "ingest" / "datasets" / "demo.yml").read_text())
        given["vars"] = {"walk_forward": EXPLAINED_LESS, **chosen}
        (folder / "demo.yml").write_text(yaml.safe_dump(given, sort_keys=False))
        built = market(folder, folder / "demo.yml")
        built.ingest()
        built.build()
        built.publish()

    folder = shared_folder(tmp_path_factory) / "demo_market"
    made_once(folder, make)
    return market(folder, folder / "demo.yml")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real market files: FACTORHOUSE_DATA, else shared/data beside the checkout."""
    default = REPOSITORY.parent / "shared" / "data"
    folder = Path(os.environ.get("FACTORHOUSE_DATA", default))
    if not (folder / "us_large_cap_2013_2018").is_dir():
        pytest.skip(f"needs the real market files, which are not at {folder} (FACTORHOUSE_DATA)")
    return folder


@pytest.fixture(scope="session")
def real_market(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> Market:
    """The real files, built, published and reported. Read it, do not change it."""

    def make(folder: Path) -> None:
        built = market(folder, REAL_DATASET, FACTORHOUSE_DATA=str(real_data))
        started = time.monotonic()
        built.ingest()
        built.build()
        built.publish()
        built.run("reports", "all", built.dataset)
        print(f"real files, all stages: {time.monotonic() - started:.0f} s")

    folder = shared_folder(tmp_path_factory) / "real_market"
    made_once(folder, make)
    return market(folder, REAL_DATASET, FACTORHOUSE_DATA=str(real_data))
