"""Writes the document as one HTML page that needs nothing else."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from reports.document.content import Bullets, Document, Paragraph, Picture, Table, Terms

FOLDER = Path(__file__).resolve().parent
KINDS = {
    Paragraph: "paragraph",
    Bullets: "bullets",
    Table: "table",
    Picture: "picture",
    Terms: "terms",
}


def marked(text: str) -> Markup:
    """Text for the page, with code between backticks."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def html_of(document: Document) -> str:
    """The page as text; equal documents give equal pages."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["base64"] = lambda data: base64.b64encode(data).decode()
    environment.filters["marked"] = marked
    environment.filters["kind"] = lambda block: KINDS[type(block)]
    return environment.get_template("report.html.j2").render(document=document)
