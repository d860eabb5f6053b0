"""The identification benchmark as one page, made of its JSON alone: ``identification.html`` filled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.pages.plot import Axis, Plot
from benchmarks.pages.render import count, render

Figures = dict[str, Any]


def identification_page(report: Figures) -> str:
    """Return the page."""
    return render(
        "identification/identification.html",
        report=report,
        verdict=verdict(report),
        sections=identification_sections(report),
    )


def identification_sections(report: Figures) -> str:
    """Return what the accuracy report shows of it too.

    Raises:
        KeyError: it is no report of this benchmark.
    """
    sizes = report["sizes"]
    plots = {"penetration": _penetration("Penetration", sizes), "times": _times("Time of a search", sizes)}
    return render("identification/sections.html", sizes=sizes, **plots)


def verdict(report: Figures) -> str:
    """Say in one breath what the largest gallery gave."""
    return (
        f"Among {count(report['gallery'])} fingers the right person is first for {report['rank1']:.2%} of "
        f"{report['probes']} probes; at FPIR 1 % {report['fnir_at_fpir_1pct']:.2%} are missed. A search takes "
        f"{report['p50_ms']:.0f} ms, one in a hundred more than {report['p99_ms']:.0f} ms."
    )


def _times(title: str, sizes: Sequence[Figures]) -> str:
    fingers = [max(1, one["gallery"]) for one in sizes]
    slowest = max(one["p99_ms"] for one in sizes)
    x = Axis(min(fingers) / 2, 2 * max(fingers), "Fingers in the gallery", log=True)
    plot = Plot(title, x, Axis(1, max(10, 2 * slowest), "Time, ms", log=True))
    for i, name in enumerate(("p50", "p95", "p99")):
        plot.line(fingers, [one[f"{name}_ms"] for one in sizes], name, style=i)
    plot.dots(fingers, [one["p50_ms"] for one in sizes])
    return plot.svg()


def _penetration(title: str, sizes: Sequence[Figures]) -> str:
    lengths = sizes[-1]["penetration"]["short_list"]
    lowest = min(min(one["penetration"]["hit_rate"]) for one in sizes)
    floor = min(90, 10 * int(100 * lowest // 10))
    ticks = range(floor, 101, 10 if floor < 90 else 2)
    x = Axis(1, max(lengths), "Impressions verified", log=True)
    plot = Plot(title, x, Axis(floor, 100, "Mates among them, %", ticks))
    for i, one in enumerate(sizes):
        rates = [100 * rate for rate in one["penetration"]["hit_rate"]]
        plot.line(lengths, rates, f"{count(one['gallery'])} fingers", style=i)
    return plot.svg()
