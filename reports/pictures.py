"""A figure as the document holds it: as it was drawn, with few colours."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

DOTS_PER_INCH = 200
COLOURS_PER_PICTURE = 128


@dataclass(frozen=True)
class Picture:
    """A figure: PNG bytes, its size in inches, and what it shows in words."""

    name: str
    title: str
    description: str
    png: bytes
    width: float
    height: float

    @property
    def anchor(self) -> str:
        """Its name among all anchors of the document."""
        return f"figure-{self.name}"


Pictures = Mapping[str, Picture]  # by name


def picture_of(path: Path) -> Picture:
    """The figure of a PNG that was drawn, made small."""
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
