"""Every command of README and docs exists, and is run here or by a test that is named here."""

from __future__ import annotations

import importlib
import os
import re
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

import click
import pytest

from tests.builds import REPOSITORY, Market
from tests.pages import PAGES, Command, blocks, commands

MAKEFILE = (REPOSITORY / "Makefile").read_text()
COMMANDS = {str(command): command for page in PAGES for command in commands(page)}

# Run below on the small market.
QUICK = ("check", "summary", "sql", "signals")
# What runs the rest: of a target of make a file and a text in it that shows so.
COVERED = {
    "help": ("tests/test_docs_commands.py", "test_make_alone"),
    "all": ("tests/builds.py", "def all_stages"),
    "ingest": ("tests/builds.py", 'self.run("ingest"'),
    "build": ("tests/builds.py", 'self.run("warehouse", "build"'),
    "export-raw": ("tests/spark/test_exchange.py", '"export-raw"'),
    "publish": ("tests/builds.py", 'self.run("warehouse", "publish"'),
    "docs": ("tests/builds.py", 'self.run("warehouse", "docs"'),
    "report": ("tests/conftest.py", 'built.run("reports", "all"'),
    "update": ("tests/contract/test_update.py", '"warehouse", "update"'),
    "sweep": ("tests/contract/test_sweep.py", '"warehouse", "sweep"'),
    "score": ("tests/models_ml/test_score_cli.py", '"score"'),
    "reference": ("tests/test_docs_reference.py", "reference_text"),
    "test": (".ci/run", "make test"),
    "soak": ("tests/conftest.py", "--soak"),
    "bench": ("tests/benchmarks/strategy_sweep.py", '__name__ == "__main__"'),
    "bench-scale": ("tests/benchmarks/scale.py", '__name__ == "__main__"'),
    "lint": (".ci/run", "make"),
    "site": ("tests/reports/test_site.py", "write_site"),
    "exports": ("tests/reports/test_exports_files.py", 'main(["exports"'),
    "slides": ("tests/reports/test_notebook.py", "slides"),
    "dashboard": ("tests/reports/dashboard", ""),
    "api": ("tests/reports/api/test_page.py", "docs/api.md"),
    "lock": ("tests/packaging/test_requirements.py", "requirements.lock"),
    "setup": ("tests/soak/test_bare_debian.py", "make"),
    "clean": ("tests/test_docs_commands.py", "test_make_clean"),
    "clean-all": ("tests/test_docs_commands.py", "test_make_clean"),
}
# Of other programs.
PROGRAMS_COVERED = {
    "apt-get": ("tests/soak/test_bare_debian.py", "python3-venv"),
    "docker": ("tests/packaging/test_image.py", "compose"),
    "curl": ("tests/reports/api/test_page.py", "test_every_curl_of_the_page_answers"),
    "conda": ("tests/packaging/test_requirements.py", "conda/environment.yml"),
    "jupytext": ("tests/reports/test_notebook.py", "jupytext"),
    "pre-commit": ("tests/packaging/test_pre_commit.py", "pre-commit"),
}
# Of Python files that are run by their path.
SCRIPTS_COVERED = {
    "docs/examples/with_bt.py": ("tests/reports/test_exports_engines.py", "with_bt"),
}


def shows(evidence: tuple[str, str]) -> bool:
    """Whether a file or folder is there and, a file, holds the text."""
    path = REPOSITORY / evidence[0]
    if not evidence[0]:
        return False
    return path.is_dir() or (path.is_file() and evidence[1] in path.read_text())


def targets_and_settings(command: Command) -> tuple[list[str], dict[str, str]]:
    """What a make command makes, and the variables it sets."""
    settings = dict(word.split("=", 1) for word in command.arguments if "=" in word)
    targets = [word for word in command.arguments if "=" not in word]
    return targets or ["help"], settings


def shown_by_make(*arguments: str) -> str:
    """What make would run, without running it."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        "FACTORHOUSE_ENVIRONMENT": "1",
    }
    done = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", *arguments],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def module_calls(text: str) -> list[list[str]]:
    """The arguments of each ``python -m`` in a text of shell."""
    in_one_line = re.sub(r"--(?:after|then)\s+'([^'\n]*)'", r"& \1 &", text.replace("\\\n", " "))
    calls = re.findall(r"python -m ([^|&;\n]+)", in_one_line)
    return [shlex.split(call) for call in calls]


def click_command(module: str, arguments: Sequence[str]) -> tuple[click.Command, list[str]]:
    """The command that a module's command line would run, and what is left of the arguments."""
    main = importlib.import_module(f"{module}.__main__")
    command = getattr(main, "cli", main.main)
    left = list(arguments)
    while isinstance(command, click.Group):
        assert left, f"python -m {module} needs a command"
        name = left.pop(0)
        assert name in command.commands, f"python -m {module} has no command {name}"
        command = command.commands[name]
    return command, left


def check_python(arguments: Sequence[str]) -> None:
    """The module's command line takes these arguments."""
    if arguments[0] != "-m":
        assert (REPOSITORY / arguments[0]).is_file(), arguments[0]
        assert shows(SCRIPTS_COVERED[arguments[0]]), f"what runs {arguments[0]}?"
        return
    module, *rest = arguments[1:]
    if not rest:
        importlib.import_module(f"{module}.__main__")
        return
    command, left = click_command(module, rest)
    command.make_context(command.name, left, resilient_parsing=False)


def test_pages_have_commands() -> None:
    assert len(COMMANDS) > 40
    assert {"README.md", "docs/start.md"} <= {command.page for command in COMMANDS.values()}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=str)
def test_a_command_exists_and_is_run_somewhere(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "".join(path.read_text() for path in code_files())
    for setting in command.settings:
        name = setting.split("=")[0]
        assert name in code or f"{name} ?=" in MAKEFILE, f"nothing reads {name}"
    if command.program == "make":
        targets, settings = targets_and_settings(command)
        for name in settings:
            assert re.search(rf"^{name} \?=|[(,]{name}\)", MAKEFILE, re.MULTILINE), name
        for target in targets:
            assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), f"make has no {target}"
            is_run = target in QUICK or shows(COVERED.get(target, ("", "")))
            assert is_run, f"what runs make {target}? Say so in COVERED."
        shown_by_make(*command.arguments)
    elif command.program.endswith("python"):
        monkeypatch.chdir(tmp_path)
        for word in command.arguments:  # files that options name must be there to be parsed
            if re.fullmatch(r"[\w/.-]+\.(?:csv|yml)", word):
                (tmp_path / word).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / word).touch()
        check_python(command.arguments)
    elif command.program == "export":
        assert command.arguments[0].split("=")[0] in code
    else:
        is_run = shows(PROGRAMS_COVERED.get(command.program, ("", "")))
        assert is_run, f"what runs {command.program}? Say so in PROGRAMS_COVERED."


def code_files() -> list[Path]:
    """The code that reads environment variables."""
    rooms = ("warehouse", "ingest", "models_ml", "reports", "dbt_project")
    files = [path for room in rooms for path in (REPOSITORY / room).rglob("*.py")]
    return [*files, *REPOSITORY.glob("*.yml"), *REPOSITORY.glob("Dockerfile")]


def quick_commands() -> list[Command]:
    """The make commands of pages that are run here, each kind of use once."""
    kinds = {}
    for command in COMMANDS.values():
        if command.program == "make":
            targets, settings = targets_and_settings(command)
            for target in targets:
                if target in QUICK:
                    kinds[target, frozenset(settings) - {"DATASET"}] = Command(
                        command.page,
                        (),
                        "make",
                        (target, *(f"{name}={value}" for name, value in settings.items())),
                    )
    return list(kinds.values())


@pytest.mark.parametrize("command", quick_commands(), ids=str)
def test_a_quick_command_runs(
    command: Command,
    small_market: Market,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for name, value in small_market.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("FACTORHOUSE_OUTPUT_DIR", str(tmp_path / "outputs"))
    monkeypatch.chdir(tmp_path)
    (holdings,) = blocks(REPOSITORY / "docs" / "backtests.md", "csv")
    (tmp_path / "holdings.csv").write_text(holdings)
    target, settings = targets_and_settings(command)
    given = {**settings, "DATASET": small_market.dataset}
    if given.get("STRATEGY") == "name":
        given["STRATEGY"] = "equity_momentum_long"
    shown = shown_by_make(*target, *(f"{name}={value}" for name, value in given.items()))
    calls = module_calls(shown)
    assert calls, shown
    for module, *arguments in calls:
        if "sql" in arguments and "-c" not in arguments:
            arguments += ["-c", first_question()]
        used, left = click_command(module, arguments)
        used.main(left, standalone_mode=False)
    assert capfd.readouterr().out.strip() or target == ["check"]  # no news is good news


def first_question() -> str:
    """The first question that README asks at the prompt."""
    (asked,) = re.findall(r"^sql> (.*)$", (REPOSITORY / "README.md").read_text(), re.MULTILINE)[:1]
    return asked


def test_make_alone_lists_every_target_with_its_help() -> None:
    done = subprocess.run(["make"], cwd=REPOSITORY, capture_output=True, text=True, timeout=60)
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[1].split()
    for target in phony:
        assert re.search(rf"^  {target} +\S", done.stdout, re.MULTILINE), target


def test_make_all_runs_what_the_tests_run_as_all_stages() -> None:
    """``make all`` and `Market.all_stages` are the same steps in the same order."""
    made = [tuple(call[:2]) for call in module_calls(shown_by_make("all"))]
    source = (REPOSITORY / "tests" / "builds.py").read_text()
    steps = re.search(r"def all_stages.*?\n\n", source, re.DOTALL)[0]
    tested = [
        ("ingest", "demo") if module == "ingest" else (module, command)
        for module, command in re.findall(r'\("(\w+)", "?(\w+)', steps)
    ]
    assert made == [("warehouse", "build"), *tested]


def test_make_clean_leaves_raw_data_and_clean_all_nothing(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text(MAKEFILE)
    left = ("warehouse/demo.work.duckdb", ".venv/bin/python", "warehouse/files.py")
    gone = ("warehouse/demo.duckdb", "outputs/demo/report.html", "target/x", "logs/x")
    for name in (*left, *gone):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    subprocess.run(["make", "clean"], cwd=tmp_path, check=True, capture_output=True)
    assert [name for name in left if not (tmp_path / name).exists()] == []
    assert [name for name in gone if (tmp_path / name).exists()] == []
    subprocess.run(["make", "clean-all"], cwd=tmp_path, check=True, capture_output=True)
    assert [name for name in left if (tmp_path / name).exists()] == ["warehouse/files.py"]
