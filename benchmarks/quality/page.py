"""The quality benchmark as one page, made of its JSON alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from benchmarks.report.axes import COLOURS, DASHES, Plot, Scale
from benchmarks.report.markup import element, render
from benchmarks.report.tables import document, row, section, table, text_cell

Figures = Mapping[str, Any]

_DRAWN = 8  # curves a plot, as many as there are colours
_TABLE_AT = (0, 1, 2, 5, 10, 20, 30)  # percent of samples discarded
_MEAN = "mean_fnmr_percent_to_20_percent_discarded"


def quality_page(figures: Figures) -> str:
    """Return the page."""
    at = list(figures["thresholds"])
    lead = (
        f"{figures['samples']} samples, {figures['mated_pairs']} mated pairs, of "
        f"{', '.join(figures['datasets'])}. A share of samples with the lowest score is left out, and every pair that "
        "holds one; the threshold stays."
    )
    return render(
        document(
            "Error versus discard",
            element("p", lead),
            *(section(name, *_threshold(figures, name)) for name in at),
            section("What the scores foretell", _correlations(figures)),
            section("What a score means", _bands(figures)),
        )
    )


def _threshold(figures: Figures, at: str) -> list[Element]:
    about = figures["thresholds"][at]
    note = f"Level {about['level']:.1f}; {about['false_non_matches']} of the mated pairs do not reach it."
    return [element("p", note), discard_plot(figures, at), _shares(figures, at)]


def discard_plot(figures: Figures, at: str) -> Element:
    """Draw FNMR against the share of samples discarded, the score that ships boldest, the ideal last."""
    scores = list(figures["scores"].items())
    best = sorted(scores[1:-1], key=lambda item: item[1][_MEAN][at])[: _DRAWN - 2]
    drawn = [scores[0], *best, scores[-1]]
    shares = [100 * share for share in figures["shares"]]
    top = 1.1 * max(max(entry["fnmr_percent"][at]) for _, entry in drawn) or 1.0
    across = Scale(0, shares[-1], range(0, 31, 5), "Samples discarded, %")
    up = Scale(0, top, _ticks(top), "FNMR, %")
    plot = Plot(f"Error versus discard at {at}", across, up)
    for i, (name, entry) in enumerate(drawn):
        width = 2.8 if i == 0 else 1.4
        plot.line(
            shares,
            entry["fnmr_percent"][at],
            name,
            stroke=COLOURS[i],
            stroke_dasharray=DASHES[i],
            stroke_width=width,
        )
    return plot.finished()


def _ticks(top: float) -> list[float]:
    """Return multiples of 1, 2 or 5 times a power of ten, no more than six of them."""
    least = top / 5
    power = 10.0 ** math.floor(math.log10(least))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= least)
    return [step * i for i in range(6) if step * i <= top]


def _shares(figures: Figures, at: str) -> Element:
    places = [(share, figures["shares"].index(share / 100)) for share in _TABLE_AT]
    rows = []
    for name, entry in figures["scores"].items():
        low, high = entry["less_the_scores"][at]
        cells = [f"{entry['fnmr_percent'][at][place]:.2f}" for _, place in places]
        rows.append(row(text_cell(name), *cells, f"{entry[_MEAN][at]:.3f}", f"{low:+.3f} to {high:+.3f}"))
    headings = ["Score", *(f"{share} %" for share, _ in places), "mean to 20 %", "less that of the first, 95 %"]
    return table("FNMR in percent, by share of samples discarded", headings, rows)


def _correlations(figures: Figures) -> Element:
    rows = [
        row(text_cell(name), f"{e['rank_correlation']:.3f}", f"{e['rank_correlation_within_databases']:.3f}")
        for name, e in figures["scores"].items()
    ]
    caption = "Rank correlation with the mean raw score of the sample's mated comparisons"
    return table(caption, ["Score", "all", "within a database, mean"], rows)


def _bands(figures: Figures) -> Element:
    names = list(figures["thresholds"])
    rows = [
        row(f"{b['from']} to {b['below'] - 1}", str(b["pairs"]), *(str(b["false_non_matches"][n]) for n in names))
        for b in figures["bands"]
    ]
    return table("False non-matches by the worse score of a pair", ["Score", "pairs", *names], rows)
