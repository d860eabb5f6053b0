"""The plots of a report, each from the figures of its JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element

from benchmarks.report.axes import COLOURS, DASHES, Plot, Scale, decades

Figures = dict[str, Any]
Curve = tuple[str, Figures]
"""A name for the legend, and an entry of the report that has a DET curve."""

_EMPTY_BIN = 1e-9


def det_plot(title: str, curves: Sequence[Curve]) -> Element:
    """Draw FNMR against FMR, the first curve boldest, each with its band; no error lies on the lower edge."""
    impostors = max(figures["impostor_pairs"] for _, figures in curves)
    genuine = max(figures["genuine_pairs"] for _, figures in curves)
    plot = Plot(title, _percent_axis(impostors, "FMR, %"), _percent_axis(genuine, "FNMR, %"))
    for i, (_, figures) in enumerate(curves):
        det = figures["det"]
        plot.area(det["fmr"], det["low"], det["high"], fill=COLOURS[i % 8], opacity=0.16 if i == 0 else 0.1)
    for i, (name, figures) in enumerate(curves):
        det = figures["det"]
        width = 2.6 if i == 0 else 1.8
        colour, dash = COLOURS[i % 8], DASHES[i % 8]
        plot.line(
            det["fmr"],
            det["fnmr"],
            f"{name}, with its 95 % band",
            stroke=colour,
            stroke_dasharray=dash,
            stroke_width=width,
        )
    return plot.finished()


def _percent_axis(pairs: int, label: str) -> Scale:
    """Return an axis down to the power of ten below one pair."""
    return decades(100 * 10.0 ** min(-2, math.floor(math.log10(1 / pairs))), 100, label)


def histogram_plot(title: str, figures: Figures) -> Element:
    """Draw the distributions of genuine and impostor levels."""
    bins = figures["histogram"]
    step, genuine, impostor = bins["step"], bins["genuine"], bins["impostor"]
    last = max(i for i, (g, n) in enumerate(zip(genuine, impostor, strict=True)) if g or n) + 1
    top = min(step * len(genuine), 20 * math.ceil(step * last / 20))
    axis = Scale(0, top, range(0, int(top) + 1, 20 if top > 60 else 10), "Score, -10 log10 of the FMR claimed")
    least = 10.0 ** math.floor(math.log10(100 / sum(impostor)))
    plot = Plot(title, axis, decades(least, 100, "Part of the pairs, %"))
    for name, counts, colour, dash in (
        (f"impostor, {sum(impostor)} pairs", impostor, COLOURS[1], DASHES[1]),
        (f"genuine, {sum(genuine)} pairs", genuine, COLOURS[0], ""),
    ):
        xs, ys = _steps([100 * n / sum(counts) for n in counts], step)
        plot.area(xs, [least] * len(xs), ys, fill=colour, opacity=0.22)
        plot.line(xs, ys, name, stroke=colour, stroke_dasharray=dash, stroke_width=1.6)
    return plot.finished()


def _steps(heights: Sequence[float], step: float) -> tuple[list[float], list[float]]:
    xs = [step * (i + side) for i in range(len(heights)) for side in (0, 1)]
    return xs, [max(height, _EMPTY_BIN) for height in heights for _ in (0, 1)]


def claims_plot(title: str, claims: Sequence[Figures], extrapolated_below: float) -> Element:
    """Draw the FMR measured against the FMR claimed; a claim that is kept lies on or below the diagonal."""
    low = min(row["claimed"] for row in claims)
    axes = (decades(100 * low / 2, 20, "FMR claimed, %"), decades(100 * low / 10, 100, "FMR measured, %"))
    plot = Plot(title, *axes)
    ends = [100 * low / 2, 20.0]
    plot.area(ends, [e / 2 for e in ends], [2 * e for e in ends], "within a factor of two", fill="#999", opacity=0.3)
    plot.line(ends, ends, "measured as claimed", stroke="#333", stroke_width=1, stroke_dasharray="4 3")
    if 100 * extrapolated_below > ends[0]:
        border = [ends[0], 100 * extrapolated_below]
        bottom, top = [plot.y.low] * 2, [plot.y.high] * 2
        plot.area(border, bottom, top, "claims by extrapolation", fill=COLOURS[4], opacity=0.15)
    for row in claims:
        bounds = [100 * bound for bound in row["interval"]]
        plot.line([100 * row["claimed"]] * 2, bounds, stroke=COLOURS[0], stroke_width=1.6)
        plot.dot(100 * row["claimed"], 100 * row["measured"], fill=COLOURS[0])
    plot.line(
        [100 * row["claimed"] for row in claims],
        [100 * row["measured"] for row in claims],
        "measured, with its 95 % interval",
        stroke=COLOURS[0],
        stroke_width=1.2,
    )
    return plot.finished()
