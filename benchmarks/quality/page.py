"""The quality benchmark as one page, made of its JSON alone: ``quality.html`` filled."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from benchmarks.pages.plot import COLOURS, Axis, Plot
from benchmarks.pages.render import render

Figures = Mapping[str, Any]

_TABLE_AT = (0, 1, 2, 5, 10, 20, 30)  # percent of samples discarded
_MEAN = "mean_fnmr_percent_to_20_percent_discarded"


def quality_page(figures: Figures) -> str:
    """Return the page."""
    return render(
        "quality/quality.html",
        figures=figures,
        plots={at: discard_plot(figures, at) for at in figures["thresholds"]},
        shares=[f"{share} %" for share in _TABLE_AT],
        places=[figures["shares"].index(share / 100) for share in _TABLE_AT],
    )


def discard_plot(figures: Figures, at: str) -> str:
    """Draw FNMR against the share of samples discarded, the score that ships boldest, the ideal last.

    As many curves as there are colours.
    """
    scores = list(figures["scores"].items())
    best = sorted(scores[1:-1], key=lambda item: item[1][_MEAN][at])[: len(COLOURS) - 2]
    drawn = [scores[0], *best, scores[-1]]
    shares = [100 * share for share in figures["shares"]]
    top = 1.1 * max(max(entry["fnmr_percent"][at]) for _, entry in drawn) or 1.0
    across = Axis(0, shares[-1], "Samples discarded, %", range(0, 31, 5))
    plot = Plot(f"Error versus discard at {at}", across, Axis(0, top, "FNMR, %", _ticks(top)))
    for i, (name, entry) in enumerate(drawn):
        plot.line(shares, entry["fnmr_percent"][at], name, style=i, width=2.8 if i == 0 else 1.4)
    return plot.svg()


def _ticks(top: float) -> list[float]:
    """Return multiples of 1, 2 or 5 times a power of ten, no more than six of them."""
    least = top / 5
    power = 10.0 ** math.floor(math.log10(least))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= least)
    return [step * i for i in range(6) if step * i <= top]
