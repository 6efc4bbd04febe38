"""A small SQL prompt on the published file: questions by name, tables with their comments."""

from __future__ import annotations

import contextlib
import shutil
import sys
import time
from pathlib import Path

from warehouse.files import DatasetFiles, WarehouseError, open_published
from warehouse.statements import interruptible, is_whole, said_errors, tokens, without_end

try:
    import readline  # line editing and history, where the platform has it
except ImportError:
    readline = None

HELP = """\
End a statement with ; and press Enter. select may be left out: from signals_today;
.questions            what can be asked by name, with an example of each
.tables [word]        tables and views, those whose name or comment has the word
.describe table       its columns, their types and what they mean (a question, too)
.rows n               show at most n rows of an answer
.help  .quit          this page; leave (or Ctrl-D); Ctrl-C stops a query"""
QUESTIONS = "select signature, answers, example from main.questions order by question"
TABLES = """
select schema_name || '.' || name as relation, n_rows, comment as holds
from (
    select schema_name, table_name as name, estimated_size as n_rows, comment
    from duckdb_tables() where database_name = current_database()
    union all
    select schema_name, view_name, null, comment
    from duckdb_views() where database_name = current_database() and not internal
)
where contains(lower(relation || ' ' || coalesce(comment, '')), lower($word))
order by relation"""
COLUMNS = """
select column_name as "column", data_type as type, comment as means
from duckdb_columns()
where database_name = current_database() and table_name = $name
    and ($schema is null or schema_name = $schema)
order by schema_name, column_index"""


class Prompt:
    """Statements and dot commands on one connection.

    Attributes
    ----------
    rows : how many rows of an answer are shown at most.
    is_timed : whether the time that each statement took is said.
    """

    def __init__(self, files: DatasetFiles, *, rows: int = 200, is_timed: bool = False) -> None:
        self.connection = open_published(files)
        self.rows, self.is_timed = rows, is_timed
        # What is piped on has room for every column.
        self.width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 1000

    def run(self, text: str) -> None:
        """Run dot commands, each on a line of its own, and the statements between them.

        Raises
        ------
        WarehouseError : one of them fails; what stands after it is not run.
        """
        buffer: list[str] = []
        for line in text.splitlines():
            is_dotted = line.strip().startswith(".")
            if is_dotted and not tokens("\n".join(buffer)):
                self.command(line.strip())
            else:
                buffer.append(line)
                # A statement ends where the line with its semicolon does.
                if is_whole("\n".join(buffer)):
                    self.statements("\n".join(buffer))
                    buffer = []
        self.statements("\n".join(buffer))

    def command(self, line: str) -> None:
        """One dot command."""
        name, _, given = line.removesuffix(";").partition(" ")
        given = given.strip()
        if name == ".help":
            print(HELP)
        elif name == ".questions":
            self.questions()
        elif name == ".tables":
            self.show(TABLES, word=given)
        elif name == ".describe" and given:
            self.describe(given)
        elif name == ".rows" and given.isdigit() and int(given) > 0:
            self.rows = int(given)
        else:
            raise WarehouseError(f"{line!r} is no command here.\n{HELP}")

    def questions(self) -> None:
        """Each question's signature, what it answers, and an example."""
        for signature, answers, example in self.fetched(QUESTIONS):
            print(f"{signature}\n    {answers}\n    {example};\n")

    def describe(self, name: str) -> None:
        """The columns of a table, or of what a question answers."""
        schema, _, table = name.rpartition(".")
        asked = {row[0].partition("(")[0]: row for row in self.fetched(QUESTIONS)}
        is_macro = table in asked and "(" in asked[table][0]
        if is_macro:
            print("\n    ".join(asked[table]))
            self.show(f"describe {asked[table][2]}")
        elif self.fetched(COLUMNS, name=table, schema=schema or None):
            self.show(COLUMNS, name=table, schema=schema or None)
        else:
            raise WarehouseError(f"There is no table {name}. `.tables` lists what there is.")

    def statements(self, text: str) -> None:
        """Print what each statement returns as a table, at most ``rows`` rows of it."""
        with said_errors():
            for single in self.connection.extract_statements(text):
                self.show(without_end(single.query))

    def show(self, query: str, **parameters: object) -> None:
        """Print one answer."""
        started = time.monotonic()
        with said_errors():
            interruptible(self.connection, lambda: self.answer(query, parameters))
        if self.is_timed:
            print(f"{time.monotonic() - started:.2f} s")

    def answer(self, query: str, parameters: dict[str, object]) -> None:
        """Run one statement and print what it returns."""
        relation = self.connection.sql(query, params=parameters or None)
        if relation is not None:
            relation.show(max_rows=self.rows, max_width=self.width)

    def fetched(self, query: str, **parameters: object) -> list[tuple]:
        """The rows of one answer."""
        with said_errors():
            return interruptible(
                self.connection,
                lambda: self.connection.execute(query, parameters or None).fetchall(),
            )


def prompt(files: DatasetFiles, command: str | None = None) -> None:
    """Run what is given or piped in, or read statements until the user leaves.

    Raises
    ------
    WarehouseError : nothing has been published yet, or what was given or piped in fails.
    """
    if command is not None or not sys.stdin.isatty():
        Prompt(files).run(sys.stdin.read() if command is None else command)
        return
    session = Prompt(files, rows=40, is_timed=True)
    print(f"{files.published}, read-only. .questions: what to ask; .help: the rest.")
    remember(files.published.with_name(".sql_history"))
    buffer = ""
    while True:
        try:
            line = input("sql> " if not buffer else "...> ")
        except KeyboardInterrupt:  # leaves the statement, not the prompt
            print()
            buffer = ""
            continue
        except EOFError:
            print()
            return
        if not buffer and line.strip().rstrip(";") in (".quit", ".exit", "quit", "exit"):
            return
        buffer = f"{buffer}\n{line}" if buffer else line
        if is_whole(buffer):
            try:
                session.run(buffer)
            except WarehouseError as error:
                print(f"Error: {error}", file=sys.stderr)
            except KeyboardInterrupt:  # leaves the query, not the prompt
                print("Interrupted.", file=sys.stderr)
            buffer = ""


def remember(history: Path) -> None:
    """Lines of earlier prompts come back with the arrow keys, where the platform can."""
    if readline is None:
        return
    import atexit

    with contextlib.suppress(OSError):
        readline.read_history_file(history)
    readline.set_history_length(1000)
    atexit.register(lambda: contextlib.suppress(OSError)(readline.write_history_file)(history))
