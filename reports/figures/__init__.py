"""The figures: one public function and one query of the same name each.

A figure is a function in a module of this package, marked with ``figure``: it takes the rows of
``reports/queries/<its name>.sql`` and the ``Report``, and returns a matplotlib figure. Nothing
else has to be told about it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from reports.drawing import Report

Draw = Callable[[pd.DataFrame, Report], Figure]


@dataclass(frozen=True)
class FigureSpec:
    """A figure's name (its query and files too), title, what to say without rows, and drawing."""

    name: str
    title: str
    if_empty: str
    draw: Draw


_SPECS: dict[str, FigureSpec] = {}


def figure(*, title: str, if_empty: str) -> Callable[[Draw], Draw]:
    """Mark a function as a figure; ``if_empty`` is the sentence drawn when there are no rows."""

    def register(draw: Draw) -> Draw:
        name = draw.__name__
        _SPECS[name] = FigureSpec(name=name, title=title, if_empty=if_empty, draw=draw)
        return draw

    return register


def all_figures() -> dict[str, FigureSpec]:
    """Every figure by name, in alphabetical order of module and place in it."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(_SPECS)
