"""The figures as the document holds them: as they were drawn, with few colours."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from reports.document.content import Paragraph, Picture

DOTS_PER_INCH = 200
COLOURS_PER_PICTURE = 128
NO_FIGURES = "{name}.png is not in {folder}: run `python -m reports plots` first."


def pictures(plots: Path, names: Sequence[str]) -> list[Picture | Paragraph]:
    """Figures by name, each with few colours; a sentence where one was not drawn."""
    return [picture(plots / f"{name}.png") for name in names]


def picture(path: Path) -> Picture | Paragraph:
    """A figure as it was drawn, its PNG made small."""
    if not path.exists():
        return Paragraph(NO_FIGURES.format(name=path.stem, folder=path.parent.name))
    with Image.open(path) as drawn:
        words = drawn.info
        small = drawn.convert("RGB").quantize(
            COLOURS_PER_PICTURE, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
        )
    buffer = io.BytesIO()
    small.save(buffer, "PNG", optimize=False)
    return Picture(
        name=path.stem,
        title=words.get("Title", path.stem),
        description=words.get("Description", ""),
        png=buffer.getvalue(),
        width=small.width / DOTS_PER_INCH,
        height=small.height / DOTS_PER_INCH,
    )
