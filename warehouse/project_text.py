"""What the project's own files say: variables with their comments, tables with their columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from warehouse.files import REPOSITORY

PROJECT_FILE = REPOSITORY / "dbt_project.yml"
MODELS = REPOSITORY / "dbt_project" / "models"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, ten times as fast
REGISTRIES = ("factors", "ml_models")
HEADING = re.compile(r"  # ---- (.*?) -*$")
ENTRY = re.compile(r"(?P<indent> +)(?P<name>[\w]+):(?P<value>.*?)(?:\s+# (?P<comment>.*))?$")


@dataclass(frozen=True)
class Variable:
    """A variable of dbt_project.yml; ``name`` of one inside a mapping is ``outer.inner``."""

    group: str
    name: str
    default: str
    comment: str


@dataclass(frozen=True)
class Table:
    """A relation as its YAML describes it; ``columns`` are names with what they hold."""

    name: str
    schema: str
    description: str
    is_public: bool
    columns: dict[str, str]


def variables() -> Iterator[Variable]:
    """The variables in the order of the file, without the registries of factors and models.

    A comment stands at the end of the variable's line, or on the lines above it.
    """
    lines = iter(PROJECT_FILE.read_text().partition("\nvars:\n")[2].splitlines())
    group, outer = "", ""
    above: list[str] = []
    for line in lines:
        heading = HEADING.match(line)
        entry = ENTRY.match(line)
        if heading:
            group, above = heading[1], []
        elif line.lstrip().startswith("#"):
            above.append(line.lstrip("# ").strip())
        elif entry and len(entry["indent"]) == 2:
            outer = entry["name"]
            said = " ".join([*above, entry["comment"] or ""]).strip()
            above = []
            if outer not in REGISTRIES:
                yield Variable(group, outer, entry["value"].strip(), said)
        elif entry and len(entry["indent"]) == 4 and outer not in REGISTRIES:
            value = entry["value"].strip()
            yield Variable(group, f"{outer}.{entry['name']}", value, entry["comment"] or "")


def tables() -> list[Table]:
    """Every source, seed and model with its columns, as the YAML files say."""
    meanings = dict(
        re.findall(
            r"{% docs (\w+) %}(.*?){% enddocs %}", (MODELS / "_columns.md").read_text(), re.DOTALL
        )
    )
    found = []
    for path in sorted(MODELS.rglob("*.yml")):
        document = yaml.load(path.read_text(), Loader=LOADER) or {}
        for source in document.get("sources", []):
            found += [table(each, "raw", True, meanings) for each in source["tables"]]
        found += [table(each, "seeds", True, meanings) for each in document.get("seeds", [])]
        for model in document.get("models", []):
            is_public = model.get("access") == "public"
            found.append(table(model, schema_of(path, model["name"]), is_public, meanings))
    return found


def schema_of(described_in: Path, model: str) -> str:
    """The schema of a public model: the folder of ``models/`` it stands in, main for questions."""
    paths = [path for path in MODELS.rglob(f"{model}.*") if path.suffix in (".sql", ".py")]
    path = paths[0] if paths else described_in
    folder = path.relative_to(MODELS).parts[0]
    return "main" if folder == "questions" else folder


def table(entry: dict, schema: str, is_public: bool, meanings: dict[str, str]) -> Table:
    """One entry of a YAML file; references to docs blocks become their words."""

    def words(description: str) -> str:
        named = re.fullmatch(r"{{ doc\('(\w+)'\) }}", description.strip())
        return (meanings[named[1]] if named else description).strip()

    columns = {
        each["name"]: words(each.get("description", "")) for each in entry.get("columns", [])
    }
    return Table(entry["name"], schema, words(entry["description"]), is_public, columns)
