"""Writes the document as a PDF with contents, page numbers and bookmarks."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import matplotlib
from reportlab import rl_config
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch, mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    Image,
    KeepTogether,
    PageBreak,
    PageTemplate,
    Spacer,
    TableStyle,
)
from reportlab.platypus import Paragraph as Text
from reportlab.platypus import Table as Grid
from reportlab.platypus.tableofcontents import TableOfContents

from reports.document.content import Block, Bullets, Document, Paragraph, Picture, Table, Terms

MARGIN = 17 * mm
WIDTH, HEIGHT = A4[0] - 2 * MARGIN, A4[1] - 2 * MARGIN - 8 * mm
FAMILY = {
    "Page": "DejaVuSans.ttf",
    "Page-Bold": "DejaVuSans-Bold.ttf",
    "Page-Mono": "DejaVuSansMono.ttf",
}
SIDES = ("LEFT", "RIGHT", "TOP", "BOTTOM")
SOFT = colors.HexColor("#555555")
LINE = colors.HexColor("#D9D9D9")
BODY = ParagraphStyle("body", fontName="Page", fontSize=8.5, leading=12.5, spaceAfter=5)
NOTE = ParagraphStyle("note", BODY, fontSize=7.5, leading=10.5, textColor=SOFT, spaceBefore=3)
TITLE = ParagraphStyle("title", BODY, fontName="Page-Bold", fontSize=20, leading=25)
CHAPTER = ParagraphStyle(
    "chapter", BODY, fontName="Page-Bold", fontSize=14, leading=18, spaceAfter=7
)
HEADING = ParagraphStyle(
    "heading", BODY, fontName="Page-Bold", fontSize=9.5, leading=13, spaceBefore=10, spaceAfter=4
)
CELL = ParagraphStyle("cell", BODY, fontSize=6.6, leading=8.4, spaceAfter=0)
NUMBER = ParagraphStyle("number", CELL, alignment=2)
CLOSE = TableStyle([(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in SIDES])
LEVELS = (
    ParagraphStyle(
        "one", BODY, fontName="Page-Bold", fontSize=8, leading=10, spaceBefore=3, spaceAfter=0
    ),
    ParagraphStyle("two", BODY, leftIndent=12, spaceAfter=0, fontSize=7.5, leading=9.8),
)


class Pages(BaseDocTemplate):
    """A4 pages with the title and the page number at their foot."""

    def __init__(self, target: io.BytesIO, document: Document) -> None:
        super().__init__(
            target,
            pagesize=A4,
            title=document.title,
            author="Factorhouse",
            subject=document.subtitle,
            invariant=True,
        )
        frame = Frame(
            *(MARGIN, MARGIN + 8 * mm, WIDTH, HEIGHT),
            leftPadding=0,
            rightPadding=0,
            topPadding=0,
            bottomPadding=0,
        )
        self.addPageTemplates([PageTemplate("page", [frame], onPage=self.foot)])
        self.name = document.title

    def foot(self, canvas: Any, _: BaseDocTemplate) -> None:
        """Title on the left, page on the right."""
        canvas.setFont("Page", 7)
        canvas.setFillColor(SOFT)
        canvas.drawString(MARGIN, MARGIN, self.name)
        canvas.drawRightString(A4[0] - MARGIN, MARGIN, f"page {canvas.getPageNumber()}")

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 - the library's name
        """Headings go into the contents and the bookmarks."""
        place = getattr(flowable, "place", None)
        if place is not None:
            level, anchor, words = place
            self.canv.bookmarkPage(anchor)
            self.canv.addOutlineEntry(words, anchor, level, closed=level == 0)
            self.notify("TOCEntry", (level, escape(words), self.page, anchor))


def pdf_of(document: Document) -> bytes:
    """The PDF; equal documents give equal bytes."""
    register_fonts()
    rl_config.useA85 = 0  # images as bytes, not as text a quarter longer
    contents = TableOfContents(levelStyles=list(LEVELS), dotsMinLevel=0, tableStyle=CLOSE)
    # Empty boxes until the page numbers stand, so that each figure is packed once.
    Pages(io.BytesIO(), document).multiBuild(story_of(document, contents, with_pictures=False))
    target = io.BytesIO()
    Pages(target, document).build(story_of(document, contents, with_pictures=True))
    return target.getvalue()


def story_of(
    document: Document, contents: TableOfContents, *, with_pictures: bool
) -> list[Flowable]:
    """All that stands on the pages, in order."""
    story: list[Flowable] = [
        Text(escape(document.title), TITLE),
        Text(escape(document.subtitle), BODY),
        Spacer(0, 4),
        facts_grid(document),
        Spacer(0, 8),
        Text("Contents", HEADING),
        contents,
    ]
    for section in document.sections:
        chapter = Text(escape(section.title), CHAPTER)
        story += [PageBreak(), placed(chapter, 0, section.anchor, section.title)]
        for block in section.blocks:
            is_box = isinstance(block, Picture) and not with_pictures
            story += [image(block, is_box=True)] if is_box else flowables(block)
    return story


def register_fonts() -> None:
    """The fonts of the figures, which come with matplotlib."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for name, file in FAMILY.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, folder / file))


def placed(flowable: Flowable, level: int, anchor: str, words: str) -> Flowable:
    """A flowable that the contents list."""
    flowable.place = (level, anchor, words)
    return flowable


def marked(text: str) -> str:
    """Text for the library, with code between backticks in a fixed width."""
    return re.sub(r"`([^`]+)`", r'<font face="Page-Mono">\1</font>', escape(text))


def facts_grid(document: Document) -> Grid:
    """What and from what, in two columns."""
    rows = [[Text(escape(name), NOTE), Text(marked(value), BODY)] for name, value in document.facts]
    grid = Grid(rows, colWidths=[40 * mm, WIDTH - 40 * mm], hAlign="LEFT")
    grid.setStyle(CLOSE)
    grid.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP")])
    return grid


def flowables(block: Block) -> list[Flowable]:
    """One block for the page."""
    match block:
        case Paragraph(text):
            return [Text(marked(text), BODY)]
        case Bullets(items, if_empty):
            style = ParagraphStyle("bullet", BODY, leftIndent=10, bulletIndent=0, spaceAfter=2)
            return [Text(marked(item), style, bulletText="\u2022") for item in items] or [
                Text(marked(if_empty), NOTE)
            ]
        case Terms(entries):
            return [
                Text(f'<font face="Page-Bold">{escape(word)}.</font> {marked(meaning)}', BODY)
                for word, meaning in entries
            ]
        case Picture():
            return [image(block)]
        case Table():
            return grid_of(block)
    raise TypeError(f"{type(block).__name__} is no block of a document.")


def image(block: Picture, *, is_box: bool = False) -> Flowable:
    """A figure as large as the page allows, or an empty box of its size."""
    shrink = min(1.0, WIDTH / (block.width * inch), (HEIGHT - 75) / (block.height * inch))
    width, height = (side * inch * shrink for side in (block.width, block.height))
    drawn = Spacer(width, height) if is_box else Image(io.BytesIO(block.png), width, height)
    drawn.hAlign = "LEFT"
    return KeepTogether([Spacer(0, 8), placed(drawn, 1, block.anchor, block.title)])


def grid_of(block: Table) -> list[Flowable]:
    """A table with its heading and note; its head is repeated on every page."""
    heading = placed(Text(escape(block.title), HEADING), 1, block.anchor, block.title)
    if not block.rows:
        return [heading, Text(marked(block.if_empty), NOTE)]
    styles = [NUMBER if column.is_number else CELL for column in block.columns]
    head = [
        Text(
            f'<font face="Page-Bold">{escape(column.heading)}</font><br/>'
            f'<font color="#555555">{escape(column.unit) or "&nbsp;"}</font>',
            style,
        )
        for column, style in zip(block.columns, styles, strict=True)
    ]
    body = [
        [Text(escape(cell), style) for cell, style in zip(row, styles, strict=True)]
        for row in block.rows
    ]
    grid = Grid([head, *body], colWidths=widths_of(block), repeatRows=1, hAlign="LEFT")
    grid.setStyle(
        [
            ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
            ("VALIGN", (0, 1), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.black),
            ("LINEBELOW", (0, 1), (-1, -1), 0.25, LINE),
            ("LEFTPADDING", (0, 0), (-1, -1), 1.6),
            ("RIGHTPADDING", (0, 0), (-1, -1), 1.6),
            ("TOPPADDING", (0, 0), (-1, -1), 1.2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.8),
        ]
    )
    start: list[Flowable] = [heading, grid] if len(body) > 12 else [KeepTogether([heading, grid])]
    return [*start, Text(marked(block.note), NOTE)] if block.note else start


def widths_of(block: Table) -> list[float]:
    """Columns as wide as their longest words: with less space between them, then shrunk together,
    where they do not fit."""
    measure = pdfmetrics.stringWidth
    widths = []
    for place, column in enumerate(block.columns):
        cells = [measure(row[place], "Page", CELL.fontSize) for row in block.rows]
        heads = [
            measure(word, "Page-Bold", CELL.fontSize)
            for word in (*column.heading.split(), *column.unit.split())
        ]
        widths.append(max(cells + heads))
    space = 6 if sum(widths) + 6 * len(widths) <= WIDTH else 3.4
    widths = [width + space for width in widths]
    total = sum(widths)
    if total <= WIDTH:
        return widths
    numbers = sum(w for w, c in zip(widths, block.columns, strict=True) if c.is_number)
    shrink = (WIDTH - numbers) / (total - numbers)
    return [w if c.is_number else w * shrink for w, c in zip(widths, block.columns, strict=True)]
