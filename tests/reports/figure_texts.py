"""The texts that a figure shows, and where they lie."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.text import Text


def texts(figure: Figure) -> list[Text]:
    """All texts of a figure that are drawn: ticks beyond the limits of an axis are not."""
    found = list(figure.texts)
    for axes in (axes for axes in figure.axes if axes.get_visible()):
        hidden = {
            id(label)
            for axis in (axes.xaxis, axes.yaxis)
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks())
            for label in (tick.label1, tick.label2)
            if not within(tick.get_loc(), axis.get_view_interval())
        }
        found += [text for text in axes.findobj(Text) if id(text) not in hidden]
    return [text for text in found if text.get_visible() and text.get_text().strip()]


def within(location: float, interval: tuple[float, float]) -> bool:
    """Whether a tick lies inside the limits of its axis."""
    low, high = sorted(interval)
    slack = 1e-6 * (high - low)
    return low - slack <= location <= high + slack


def clipped(figure: Figure) -> list[str]:
    """The texts that reach beyond the edge of the figure."""
    width, height = figure.bbox.width, figure.bbox.height
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts(figure)]
    return [
        text
        for text, box in boxes
        if min(box.x0, box.y0) < -1 or box.x1 > width + 1 or box.y1 > height + 1
    ]
