"""The identification benchmark as one page, made of its JSON alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element

from benchmarks.identification.protocol import STAGES
from benchmarks.report.axes import COLOURS, DASHES, Plot, Scale, decades
from benchmarks.report.markup import element, render
from benchmarks.report.tables import count, document, row, section, table, text_cell

Figures = dict[str, Any]


def identification_page(report: Figures) -> str:
    """Return the page."""
    return render(
        document(
            "One person among many",
            element("p", verdict(report), class_="verdict"),
            element("p", f"{', '.join(report['datasets'])}. {report['protocol'].capitalize()}.", class_="small"),
            *identification_sections(report),
            section("Made with", _made_with(report)),
        )
    )


def verdict(report: Figures) -> str:
    """Say in one breath what the largest gallery gave."""
    return (
        f"Among {count(report['gallery'])} fingers the right person is first for {report['rank1']:.2%} of "
        f"{report['probes']} probes; at FPIR 1 % {report['fnir_at_fpir_1pct']:.2%} are missed. A search takes "
        f"{report['p50_ms']:.0f} ms, one in a hundred more than {report['p99_ms']:.0f} ms."
    )


def identification_sections(report: Figures) -> list[Element]:
    """Return what the accuracy report shows of it too."""
    sizes = report["sizes"]
    found = section("Found", _found(sizes), _penetration("Penetration", sizes))
    cost = section("Cost", _cost(sizes), _times("Time of a search", sizes), _stages(sizes))
    return [found, cost]


def _found(sizes: Sequence[Figures]) -> Element:
    headings = (
        "Fingers",
        "Rank 1",
        "FNIR at FPIR 1 %",
        "at 0.1 %",
        "Hits, of those by exhaustive comparison",
        "FNIR, FPIR at 1 % claimed",
    )
    rows = [
        row(
            count(one["gallery"]),
            _percent(one["rank1"]),
            _percent(one["fnir_at_fpir_1pct"]),
            _percent(one["fnir_at_fpir_0_1pct"]),
            _percent(one["hit_rate_vs_exhaustive"]),
            f"{_percent(one['claimed']['fnir'])}, {_percent(one['claimed']['fpir'])}",
        )
        for one in sizes
    ]
    last = sizes[-1]
    caption = f"{last['probes']} probes of people enrolled, {last['probes_of_absent_people']} of people who are not"
    return table(caption, headings, rows)


def _cost(sizes: Sequence[Figures]) -> Element:
    headings = (
        "Fingers",
        "p50, ms",
        "p95, ms",
        "p99, ms",
        "Comparisons a second",
        "Bytes a finger",
        "RSS, GB",
        "Open, s",
    )
    rows = [
        row(
            count(one["gallery"]),
            f"{one['p50_ms']:.1f}",
            f"{one['p95_ms']:.1f}",
            f"{one['p99_ms']:.1f}",
            count(one["comparisons_per_second"]),
            f"{one['bytes_per_finger']:.0f}",
            "-" if one["rss_gb"] is None else f"{one['rss_gb']:.2f}",
            f"{one['load_s']:.1f}",
        )
        for one in sizes
    ]
    return table("Time of one search, and what the gallery takes", headings, rows)


def _stages(sizes: Sequence[Figures]) -> Element:
    rows = [
        row(
            count(one["gallery"]),
            *(f"{one['stages'][s]['p50_ms']:.1f} / {one['stages'][s]['p99_ms']:.1f}" for s in STAGES),
        )
        for one in sizes
    ]
    return table("p50 / p99 of each stage, ms", ("Fingers", *(stage.capitalize() for stage in STAGES)), rows)


def _times(title: str, sizes: Sequence[Figures]) -> Element:
    fingers = [max(1, one["gallery"]) for one in sizes]
    slowest = max(one["p99_ms"] for one in sizes)
    axis = decades(min(fingers) / 2, 2 * max(fingers), "Fingers in the gallery")
    plot = Plot(title, axis, decades(1, max(10, 2 * slowest), "Time, ms"))
    for i, name in enumerate(("p50", "p95", "p99")):
        plot.line(
            fingers,
            [one[f"{name}_ms"] for one in sizes],
            name,
            stroke=COLOURS[i],
            stroke_dasharray=DASHES[i],
            stroke_width=2,
        )
    for one, at in zip(sizes, fingers, strict=True):
        plot.dot(at, one["p50_ms"], fill=COLOURS[0])
    return plot.finished()


def _penetration(title: str, sizes: Sequence[Figures]) -> Element:
    lengths = sizes[-1]["penetration"]["short_list"]
    lowest = min(min(one["penetration"]["hit_rate"]) for one in sizes)
    floor = 10 * int(100 * lowest // 10)
    plot = Plot(
        title,
        decades(1, max(lengths), "Impressions verified"),
        Scale(floor, 100, range(floor, 101, 10 if floor < 90 else 2), "Mates among them, %"),
    )
    for i, one in enumerate(sizes):
        plot.line(
            lengths,
            [100 * rate for rate in one["penetration"]["hit_rate"]],
            f"{count(one['gallery'])} fingers",
            stroke=COLOURS[i % 8],
            stroke_dasharray=DASHES[i % 8],
            stroke_width=2,
        )
    return plot.finished()


def _made_with(report: Figures) -> Element:
    machine = report["machine"]
    about = (
        ("Extractor", report["extractor"]),
        ("Comparator", report["comparator"]),
        ("Calibration", report["calibration"]),
        ("Index", report["index"]),
        ("Distractors", report["distractors"]),
        ("Threads of a search", str(report["threads"])),
        ("Machine", f"{machine['processor']}, {machine['cores']} cores, Python {machine['python']}"),
    )
    return table("What it was", ("", ""), [row(text_cell(name), text_cell(value)) for name, value in about])


def _percent(part: float) -> str:
    return f"{100 * part:.2f} %"
