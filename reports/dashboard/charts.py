"""Charts: one look, in the colours of the figures, readable in the dark and in grey."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from reports.palette import COLOURS

DASHES = ([1, 0], [6, 2], [2, 2], [8, 2, 2, 2], [10, 3], [4, 4], [1, 3])
MOST_SERIES = len(COLOURS)
FONT = "Source Sans, sans-serif"


def is_dark() -> bool:
    """Whether the visitor's page is dark."""
    return st.context.theme.type == "dark"


def colours() -> list[str]:
    """The colours of series; the dark grey is a light one on a dark page."""
    return [*COLOURS[:-1], "#BBBBBB" if is_dark() else COLOURS[-1]]


def config() -> dict[str, Any]:
    """Vega's settings: quiet axes, no frame, text that can be read."""
    text, line, grid = (
        ("#D6DADF", "#7D8791", "#333A42") if is_dark() else ("#333333", "#777777", "#E2E5E8")
    )
    words = {"labelColor": text, "titleColor": text, "labelFont": FONT, "titleFont": FONT}
    return {
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            **words,
            "domainColor": line,
            "tickColor": line,
            "gridColor": grid,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "labelLimit": 220,
            "titlePadding": 8,
        },
        "axisY": {"minExtent": 48},
        "legend": {
            **words,
            "orient": "top",
            "labelFontSize": 12,
            "title": None,
            "labelLimit": 260,
            "symbolStrokeWidth": 2.5,
            "columns": 4,
        },
        "header": {**words, "labelFontSize": 13, "labelFontWeight": "bold", "title": None},
        "text": {"color": text, "font": FONT, "fontSize": 11},
        "rule": {"color": line},
    }


def draw(chart: alt.Chart, *, alternative: str, key: str | None = None) -> None:
    """Show a chart in our look, with its content in words for who cannot see it."""
    st.altair_chart(
        chart.configure(**config()), theme=None, width="stretch", alt=alternative, key=key
    )


def series_colour(field: str, names: Sequence[str], *, legend: bool = True) -> dict[str, Any]:
    """Colour and dashes of up to seven series, each told apart in grey too."""
    domain = list(names)
    shown = alt.Legend(symbolType="stroke", symbolSize=400) if legend else None
    return {
        "color": alt.Color(
            field,
            type="nominal",
            scale=alt.Scale(domain=domain, range=colours()[: len(domain)]),
            legend=shown,
        ),
        "strokeDash": alt.StrokeDash(
            field,
            type="nominal",
            scale=alt.Scale(domain=domain, range=list(DASHES[: len(domain)])),
            legend=shown,
        ),
    }


def lines(
    frame: pd.DataFrame,
    *,
    y: str,
    title: str,
    series: str,
    names: Sequence[str],
    form: str = ".2f",
    height: int = 320,
    is_log: bool = False,
    zero: bool = False,
    legend: bool = True,
) -> alt.LayerChart:
    """Lines over dates, with the values of the day under the pointer."""
    scale, ticks = log_scale(frame[y]) if is_log else (alt.Scale(zero=zero), {"tickCount": 6})
    base = alt.Chart(frame).encode(
        x=alt.X("date:T", title=None, axis=alt.Axis(grid=False, tickCount=8)),
        y=alt.Y(f"{y}:Q", title=title, scale=scale, axis=alt.Axis(format=form, **ticks)),
        **series_colour(series, names, legend=legend),
    )
    nearest = alt.selection_point(
        nearest=True, on="pointerover", fields=["date"], empty=False, clear="pointerout"
    )
    tooltip = [
        alt.Tooltip("date:T", title="day", format="%d %b %Y"),
        alt.Tooltip(f"{series}:N", title=series.replace("_", " ")),
        alt.Tooltip(f"{y}:Q", title=title, format=form),
    ]
    points = (
        base.mark_circle(size=50)
        .encode(
            strokeDash=alt.value([1, 0]),
            opacity=alt.condition(nearest, alt.value(1), alt.value(0)),
            tooltip=tooltip,
        )
        .add_params(nearest)
    )
    return alt.layer(base.mark_line(strokeWidth=1.8), points).properties(height=height)


def log_scale(values: pd.Series) -> tuple[alt.Scale, dict[str, Any]]:
    """A logarithmic scale as far as the values go, with ticks that people count in."""
    low, high = float(values.min()), float(values.max())
    steps = (1, 2, 5) if high / low > 8 else (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9)
    ticks = [step * 10.0**power for power in range(-6, 9) for step in steps]
    inside = [round(tick, 9) for tick in ticks if 0.95 * low <= tick <= 1.05 * high]
    scale = alt.Scale(type="log", nice=False, domain=[0.97 * low, 1.03 * high])
    return scale, {"values": inside or [1]}


def intervals(
    frame: pd.DataFrame, *, label: str, value: str, lower: str, upper: str, title: str, form: str
) -> alt.LayerChart | alt.FacetChart:
    """A dot with its interval per label, asset classes side by side, sure ones filled."""
    base = alt.Chart(frame)
    y = alt.Y(f"{label}:N", title=None, sort=list(dict.fromkeys(frame[label])))
    zero = base.mark_rule(strokeDash=[3, 3]).encode(x=alt.datum(0))
    bars = base.mark_rule(strokeWidth=2, color=colours()[0]).encode(
        x=alt.X(f"{lower}:Q", title=title, axis=alt.Axis(format=form, tickCount=5)),
        x2=f"{upper}:Q",
        y=y,
    )
    dots = base.mark_point(size=70, filled=True, stroke=colours()[0], strokeWidth=1.5).encode(
        x=f"{value}:Q",
        y=y,
        fill=alt.condition(
            "datum.is_sure", alt.value(colours()[0]), alt.value("#14181D" if is_dark() else "white")
        ),
        tooltip=[
            alt.Tooltip(f"{label}:N"),
            alt.Tooltip(f"{value}:Q", title=title, format=form),
            alt.Tooltip(f"{lower}:Q", title="from", format=form),
            alt.Tooltip(f"{upper}:Q", title="to", format=form),
        ],
    )
    layers = alt.layer(zero, bars, dots)
    height = max(90, 24 * frame[label].nunique())
    if "asset_class" not in frame or frame["asset_class"].nunique() == 1:
        return layers.properties(height=height + 50)
    return (
        layers.properties(width=390, height=height)
        .facet(alt.Column("asset_class:N", sort="descending"))
        .resolve_scale(x="independent")
    )


def bars(
    frame: pd.DataFrame, *, x: alt.X, y: alt.Y, tooltip: list[alt.Tooltip], **more: Any
) -> alt.Chart:
    """Plain bars in the first colour, unless more encodings say otherwise."""
    mark = {"color": colours()[0]} if "color" not in more else {}
    return alt.Chart(frame).mark_bar(**mark).encode(x=x, y=y, tooltip=tooltip, **more)


def heat(
    frame: pd.DataFrame,
    *,
    x: alt.X,
    y: alt.Y,
    value: str,
    title: str,
    form: str,
    bound: float,
    height: int,
    text: bool = True,
) -> alt.LayerChart:
    """A heat map around 0: orange below, blue above, the number in each cell."""
    middle = "#2A3139" if is_dark() else "#F7F7F7"
    base = alt.Chart(frame).encode(x=x, y=y)
    cells = base.mark_rect().encode(
        color=alt.Color(
            f"{value}:Q",
            scale=alt.Scale(
                domain=[-bound, 0, bound],
                range=[COLOURS[1], middle, COLOURS[0]],
                interpolate="rgb",
                clamp=True,
            ),
            legend=None,
        ),
        tooltip=[
            alt.Tooltip(f"{x.shorthand}", title="across"),
            alt.Tooltip(f"{y.shorthand}", title="down"),
            alt.Tooltip(f"{value}:Q", title=title, format=form),
        ],
    )
    if not text:
        return alt.layer(cells).properties(height=height)
    words = "#E8EAED" if is_dark() else "#222222"
    numbers = base.mark_text(fontSize=10).encode(
        text=alt.Text(f"{value}:Q", format=form),
        color=alt.condition(
            f"abs(datum.{value}) > {0.6 * bound}", alt.value("white"), alt.value(words)
        ),
    )
    return alt.layer(cells, numbers).properties(height=height)
