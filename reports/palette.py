"""The colours of figures and dashboard: those of Okabe and Ito, told apart by the colour-blind."""

from __future__ import annotations

# Without their yellow, which a white page swallows.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#444444")
GREY = "#777777"
DARK = "#333333"
