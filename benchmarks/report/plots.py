"""The plots of a report, each from the figures of its JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.ticker import MaxNLocator

from benchmarks.pages.plot import Axis, Plot

Figures = dict[str, Any]
Curve = tuple[str, Figures]
"""A name for the legend, and an entry of the report that has a DET curve."""

_GREY, _ORANGE = 7, 4  # numbers of their styles


def det_plot(title: str, curves: Sequence[Curve]) -> str:
    """Draw FNMR against FMR, the first curve boldest, each with its band; no error lies on the lower edge."""
    impostors = max(figures["impostor_pairs"] for _, figures in curves)
    genuine = max(figures["genuine_pairs"] for _, figures in curves)
    plot = Plot(title, _percent_axis(impostors, "FMR, %"), _percent_axis(genuine, "FNMR, %"))
    for i, (_, figures) in enumerate(curves):
        det = figures["det"]
        plot.band(det["fmr"], det["low"], det["high"], style=i, opacity=0.16 if i == 0 else 0.1)
    for i, (name, figures) in enumerate(curves):
        det = figures["det"]
        plot.line(det["fmr"], det["fnmr"], f"{name}, with its 95 % band", style=i, width=2.6 if i == 0 else 1.8)
    return plot.svg()


def _percent_axis(pairs: int, label: str) -> Axis:
    """Return an axis down to the power of ten below one pair."""
    return Axis(100 * 10.0 ** min(-2, math.floor(math.log10(1 / pairs))), 100, label, log=True)


def histogram_plot(title: str, figures: Figures, *, levels: bool) -> str:
    """Draw the distributions of genuine and impostor scores; ``levels``: they claim an FMR."""
    bins = figures["histogram"]
    start, step, genuine, impostor = bins["start"], bins["step"], bins["genuine"], bins["impostor"]
    x = _levels(step, genuine, impostor) if levels else _raw(start, start + step * len(genuine))
    least = 10.0 ** math.floor(math.log10(100 / sum(impostor)))
    plot = Plot(title, x, Axis(least, 100, "Part of the pairs, %", log=True))
    for kind, counts, style in (("impostor", impostor, 1), ("genuine", genuine, 0)):
        xs = [start + step * (i + side) for i in range(len(counts)) for side in (0, 1)]
        ys = [100 * n / sum(counts) for n in counts for _ in (0, 1)]
        plot.band(xs, [least] * len(xs), ys, style=style, opacity=0.22)
        plot.line(xs, ys, f"{kind}, {sum(counts)} pairs", style=style, width=1.6)
    return plot.svg()


def _levels(step: float, genuine: Sequence[int], impostor: Sequence[int]) -> Axis:
    last = max(i for i, (g, n) in enumerate(zip(genuine, impostor, strict=True)) if g or n) + 1
    top = min(step * len(genuine), 20 * math.ceil(step * last / 20))
    return Axis(0, top, "Score, -10 log10 of the FMR claimed", range(0, int(top) + 1, 20 if top > 60 else 10))


def _raw(low: float, high: float) -> Axis:
    ticks = [float(tick) for tick in MaxNLocator(5).tick_values(low, high) if low <= tick <= high]
    return Axis(low, high, "Score", ticks)


def claims_plot(title: str, claims: Sequence[Figures], extrapolated_below: float) -> str:
    """Draw the FMR measured against the FMR claimed; a claim that is kept lies on or below the diagonal."""
    lowest = 100 * min(row["claimed"] for row in claims)
    x = Axis(lowest / 2, 20, "FMR claimed, %", log=True)
    y = Axis(lowest / 10, 100, "FMR measured, %", log=True)
    plot = Plot(title, x, y)
    ends = [x.low, x.high]
    plot.band(ends, [e / 2 for e in ends], [2 * e for e in ends], "within a factor of two", style=_GREY, opacity=0.3)
    plot.line(ends, ends, "measured as claimed", style=_GREY, width=1.2)
    if 100 * extrapolated_below > x.low:
        border = [x.low, 100 * extrapolated_below]
        plot.band(border, [y.low] * 2, [y.high] * 2, "claims by extrapolation", style=_ORANGE, opacity=0.15)
    for row in claims:
        plot.line([100 * row["claimed"]] * 2, [100 * bound for bound in row["interval"]], width=1.6)
    claimed, measured = ([100 * row[side] for row in claims] for side in ("claimed", "measured"))
    plot.dots(claimed, measured)
    plot.line(claimed, measured, "measured, with its 95 % interval", width=1.2)
    return plot.svg()
