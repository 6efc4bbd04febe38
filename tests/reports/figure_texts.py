"""The texts that a figure shows, and where they lie."""

from __future__ import annotations

import re
from itertools import combinations

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text


def texts(figure: Figure) -> list[Text]:
    """All texts of a figure that are drawn: ticks beyond the limits of an axis are not."""
    found = [*figure.texts, *(text for key in figure.legends for text in key.get_texts())]
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


def touching(figure: Figure, *, slack: float = 0.0) -> list[tuple[str, str]]:
    """Pairs of level texts that overlap by more than ``slack`` pixels both ways."""
    level = [text for text in texts(figure) if text.get_rotation() == 0]
    boxes = [(text.get_text(), text.get_window_extent()) for text in level]
    return [
        (a, b)
        for (a, one), (b, two) in combinations(boxes, 2)
        if min(one.x1, two.x1) - max(one.x0, two.x0) > slack
        and min(one.y1, two.y1) - max(one.y0, two.y0) > slack
    ]


def said(figure: Figure) -> str:
    """All words of a figure."""
    return "\n".join(text.get_text() for text in texts(figure))


def source_line(figure: Figure) -> str:
    """The last line at the foot of a figure."""
    return figure.texts[-1].get_text().splitlines()[-1]


# A percent sign at the ticks, or a word that says in what an axis is counted.
UNITS = re.compile(
    r"%|basis points|US dollars|Sharpe ratio|correlation|Names|Beta|start = 1|days|sessions"
    r"|SHAP value, in ranks|by its first year|Year|Slope|Tenth by score|Fifth|combinations"
    r"|Above the composite's"
)


def without_units(figure: Figure) -> list[str]:
    """Axes whose numbers have no label, or one without a unit."""
    return [
        f"{axis.axis_name} of {axes.get_title('left') or axes.get_title() or 'a panel'}"
        for axes in figure.axes
        if axes.get_visible()
        for axis in (axes.xaxis, axes.yaxis)
        if has_numbers(axis) and not has_unit(figure, axes, axis)
    ]


def tick_texts(axis: Axis) -> list[str]:
    """The labels of the ticks that are drawn."""
    return [
        label.get_text()
        for label in axis.get_ticklabels()
        if label.get_visible() and label.get_text()
    ]


def has_numbers(axis: Axis) -> bool:
    """Whether an axis counts something: neither names nor dates nor the letters of months."""
    if "Date" in type(axis.get_major_formatter()).__name__:
        return False
    shown = tick_texts(axis)
    numbers = [text for text in shown if re.fullmatch(r"[-\u2212+]?[\d.,]+[kMB]?( %)?", text)]
    is_calendar = all(re.fullmatch(r"(19|20)\d\d", text) for text in numbers)
    return len(numbers) >= 2 and not is_calendar


def has_unit(figure: Figure, axes: Axes, axis: Axis) -> bool:
    """Whether the ticks, the label of the axis, or one shared with others, names a unit."""
    if any("%" in text for text in tick_texts(axis)):
        return bool(shared_labels(figure, axes, axis))
    return any(UNITS.search(label) for label in shared_labels(figure, axes, axis))


def shared_labels(figure: Figure, axes: Axes, axis: Axis) -> list[str]:
    """The labels of an axis: its own, those of panels in its line or column, of the figure."""
    box = axes.get_position()
    found = [axis.get_label_text()]
    for other in figure.axes:
        place = other.get_position()
        if axis.axis_name == "y" and abs(place.y0 - box.y0) < 1e-3:
            found.append(other.get_ylabel())
        if axis.axis_name == "x" and abs(place.x0 - box.x0) < 1e-3:
            found.append(other.get_xlabel())
    if axis.axis_name == "y":
        found += [text.get_text() for text in figure.texts if text.get_rotation() == 90]
    return [label for label in found if label]


DEFAULT_COLOURS = (
    *("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd"),
    *("#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf"),
)


def default_styled(figure: Figure) -> list[str]:
    """What looks like nobody chose it: colours, maps, frames."""
    found = []
    defaults = {to_rgb(colour) for colour in DEFAULT_COLOURS}
    for axes in figure.axes:
        drawn = [to_rgb(line.get_color()) for line in axes.lines]
        drawn += [to_rgb(patch.get_facecolor()) for patch in axes.patches]
        found += [f"colour {colour}" for colour in drawn if colour in defaults]
        found += [
            f"map {image.get_cmap().name}"
            for image in axes.images
            if image.get_cmap().name not in ("RdBu", "Blues")
        ]
        found += [
            f"frame at the {side}"
            for side in ("top", "right")
            if axes.get_visible() and axes.spines[side].get_visible()
        ]
    return found


def alike_in_grey(figure: Figure) -> list[tuple[str, str]]:
    """Lines of a panel that are one in a grey print: same dashes and markers, and as light."""
    found = []
    for axes in figure.axes:
        lines = [line for line in axes.lines if len(line.get_xdata()) > 2 and is_drawn(line)]
        for one, two in combinations(lines, 2):
            are_apart = abs(lightness(one.get_color()) - lightness(two.get_color())) > 0.1
            if dashes(one) == dashes(two) and not are_apart:
                found.append((axes.get_title("left"), f"{one.get_color()} {two.get_color()}"))
    return found


def is_drawn(line: object) -> bool:
    return line.get_linestyle() not in ("None", "", " ")


def dashes(line: object) -> object:
    """The look of a line but for its colour and width, which a copy loses."""
    return line._unscaled_dash_pattern, line.get_marker()


def lightness(colour: object) -> float:
    """How light a colour is, 0 to 1 (ITU-R BT.601)."""
    red, green, blue = to_rgb(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue


def is_empty(figure: Figure) -> bool:
    """Whether nothing but words is drawn where axes are."""
    return bool(figure.axes) and not any(
        axes.lines or axes.patches or axes.collections or axes.images or len(axes.texts) > 3
        for axes in figure.axes
    )
