"""Tables drawn as coloured cells, and axes placed in inches."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure


def whole(value: float) -> str:
    """A number without decimals."""
    text = f"{value:,.0f}".replace("-", "\u2212")
    return "0" if text == "\u22120" else text


def tenth(value: float) -> str:
    """A number with one decimal."""
    text = f"{value:,.1f}".replace("-", "\u2212")
    return "0.0" if text == "\u22120.0" else text


def block_axes(
    drawn: Figure, top: float, height: float, spans: Sequence[tuple[float, float]]
) -> list[Axes]:
    """Axes side by side: ``top`` from the upper edge, ``spans`` from left to right, in inches."""
    width, total = drawn.get_size_inches()
    return [
        drawn.add_axes(
            (left / width, 1 - (top + height) / total, (right - left) / width, height / total)
        )
        for left, right in spans
    ]


def heat_map(
    axes: Axes,
    values: np.ndarray,
    *,
    cmap: str,
    limits: tuple[float | None, float | None],
    shown: np.ndarray | None = None,
    bold: np.ndarray | None = None,
    write: Callable[[float], str] = whole,
    size: float = 8,
    narrowest: float = 0.22,
) -> None:
    """Coloured cells with their numbers where these fit; missing values stay white.

    Parameters
    ----------
    values : what the colours say; ``shown`` what the numbers say, where that is not the same.
    limits : of the colours; a missing upper one is the largest value.
    bold : cells whose number is bold.
    narrowest : inches of a cell below which no numbers are written.
    """
    low, high = limits
    known = np.isfinite(values)
    high = high or float(np.nanmax(values, initial=1e-9, where=known))
    axes.imshow(values, cmap=cmap, vmin=low, vmax=high, aspect="auto")
    axes.grid(visible=False)
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    if axes.get_position().width * axes.figure.get_size_inches()[0] / values.shape[1] < narrowest:
        return
    numbers = values if shown is None else shown
    for (row, column), number in np.ndenumerate(numbers):
        if np.isfinite(number):
            value = values[row, column]
            is_dark = np.isfinite(value) and abs(value) > 0.62 * high
            axes.text(
                *(column, row, write(number)),
                ha="center",
                va="center",
                size=size,
                weight="bold" if bold is not None and bold[row, column] else "normal",
                color="white" if is_dark else "black",
            )
