"""What the document is made of: sections of paragraphs, lists, tables, figures and terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from reports.pictures import Picture

MISSING = "\u2013"


@dataclass(frozen=True)
class Column:
    """A column of a table: where its values come from and how they are said.

    Attributes
    ----------
    source : column of the rows.
    heading, unit : the two lines of its head; a number always has a unit, if only ``ratio``.
    digits : decimals of a number; None for words and dates.
    scale : what a number is multiplied by, 100 for a share said in percent.
    certain : whether 100 % may be said; probabilities are never rounded to it.
    wraps : whether it holds sentences, which may break into lines.
    is_loss : whether it is a loss, of which 100 % and more is said as all.
    """

    source: str
    heading: str
    unit: str = ""
    digits: int | None = None
    scale: float = 1.0
    certain: bool = True
    wraps: bool = False
    is_loss: bool = False

    @property
    def is_number(self) -> bool:
        """Whether it is aligned as numbers are."""
        return self.digits is not None

    def said(self, value: Any) -> str:
        """A value as the reader sees it; a dash where it is missing."""
        if value is None or value is pd.NaT or (not isinstance(value, str) and pd.isna(value)):
            return MISSING
        if self.digits is None:
            return f"{value:%Y-%m-%d}" if hasattr(value, "strftime") else str(value)
        number = self.scale * float(value)
        if self.is_loss and float(value) <= -1:
            return "all"
        if not self.certain and (number > 99.5 or number < 0.5):
            return "> 99" if number > 99.5 else "< 1"
        text = f"{number:,.{self.digits}f}".replace("-", "\u2212")
        return text.removeprefix("\u2212") if not text.strip("\u22120.,") else text


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """A list of sentences, or what to say where there is none."""

    items: tuple[str, ...]
    if_empty: str


@dataclass(frozen=True)
class Table:
    """A table as the reader sees it; ``rows`` are already words."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    if_empty: str
    note: str = ""

    @property
    def anchor(self) -> str:
        """Its name among all anchors of the document."""
        return f"table-{self.name}"


@dataclass(frozen=True)
class Terms:
    """Words of the field, each explained once."""

    entries: tuple[tuple[str, str], ...]


Block = Paragraph | Bullets | Table | Picture | Terms


@dataclass(frozen=True)
class Section:
    """A chapter, with the name of its anchor."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """All of it. ``facts`` stand on the first page: what, and its fingerprints."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...] = field(default=())


def table(
    name: str,
    title: str,
    rows: pd.DataFrame,
    columns: Sequence[Column],
    *,
    if_empty: str,
    note: str = "",
) -> Table:
    """The rows of a query as the table that a reader sees."""
    said = tuple(
        tuple(column.said(row[column.source]) for column in columns)
        for row in rows.to_dict("records")
    )
    return Table(name, title, tuple(columns), said, if_empty, note)
