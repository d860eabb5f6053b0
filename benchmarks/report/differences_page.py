"""The comparison of two runs as one page, made of its JSON alone."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from benchmarks.report.markup import Child, element, render
from benchmarks.report.plots import det_plot
from benchmarks.report.tables import POINT_NAMES, count, document, error_cells, row, section, table, text_cell

Comparison = dict[str, Any]


def comparison_page(comparison: Comparison) -> str:
    """Return the page."""
    return render(
        document(
            "Fingerprint verification: two runs compared",
            element("p", comparison_verdict(comparison), class_="verdict"),
            element("p", _missing(comparison), class_="small"),
            _differences(comparison),
            _rejected(comparison),
            _curves(comparison),
            _runs(comparison),
            element("p", _reading(comparison), class_="small"),
        )
    )


def comparison_verdict(comparison: Comparison) -> str:
    """Say in one breath whether B is better than A."""
    databases, pooled = len(comparison["datasets"]), comparison["pooled"]
    where = "1 database" if databases == 1 else f"{databases} databases under one threshold"
    eer, fmr1000 = (_said(pooled["difference"], point) for point in ("eer", "fmr1000"))
    return f"B against A, over {where}: EER {eer}; FNMR at FMR 0.1 % {fmr1000}."


def _said(difference: Comparison, point: str) -> str:
    value, (low, high) = difference["percent"][point], difference["interval"][point]
    if value == low == high == 0:
        return "the same"
    figures = f"{_signed(value)} percentage points ({_signed(low)} to {_signed(high)})"
    if low > 0:
        return f"higher, {figures}"
    if high < 0:
        return f"lower, {figures}"
    return f"within chance, {figures}"


def _signed(value: float) -> str:
    text = f"{value:+.2f}".replace("-", "\u2212")
    return "0.00" if text[1:] == "0.00" else text


def _missing(comparison: Comparison) -> str:
    said = [
        f"Only {run} has {', '.join(comparison[key])}."
        for run, key in (("A", "only_a"), ("B", "only_b"))
        if comparison[key]
    ]
    return " ".join(said) or "Both ran on the same databases."


def _entries(comparison: Comparison) -> list[tuple[str, Comparison]]:
    several = len(comparison["datasets"]) > 1
    singly = [(d["name"], d) for d in comparison["datasets"]]
    return [("pooled", comparison["pooled"]), ("mean", comparison["mean"]), *singly] if several else singly


def _differences(comparison: Comparison) -> Element:
    rows: list[Element] = []
    for name, entry in _entries(comparison):
        rows += [
            row(name, text_cell("A"), *error_cells(entry["a"]), kind="first"),
            row("", text_cell("B"), *error_cells(entry["b"])),
            row("", text_cell("B \u2212 A"), *_difference_cells(entry["difference"]), kind="own"),
        ]
    headings = ["Database", "Run", *(f"{name} %" for name in POINT_NAMES.values())]
    return section(
        "Error rates", table("Each with its 95 % interval; differences in percentage points", headings, rows)
    )


def _difference_cells(difference: Comparison) -> list[Element]:
    cells = []
    for point in POINT_NAMES:
        low, high = difference["interval"][point]
        said = _signed(difference["percent"][point])
        if low > 0 or high < 0:
            said += " *"
        cells.append(element("td", said, element("small", f"{_signed(low)} to {_signed(high)}")))
    return cells


def _rejected(comparison: Comparison) -> Element:
    rows = [
        row(
            name,
            *(count(entry["rejected"][key]) for key in ("a_only", "b_only", "both")),
            count(entry["genuine_pairs"]),
        )
        for name, entry in _entries(comparison)
        if "rejected" in entry
    ]
    headings = ["Database", "By A only", "By B only", "By both", "Of"]
    caption = "Genuine pairs rejected at FMR 0.1 %, each run under its own threshold"
    return section("Rejected pairs", table(caption, headings, rows))


def _curves(comparison: Comparison) -> Element:
    plots: list[Child] = [
        det_plot(
            f"DET, {'all databases under one threshold' if name == 'pooled' else name}",
            [("A", entry["a"]), ("B", entry["b"])],
        )
        for name, entry in _entries(comparison)
        if name != "mean"
    ]
    return section("Detection error trade-off", element("div", *plots, class_="plots"))


def _runs(comparison: Comparison) -> Element:
    a, b = ({**run, **run["machine"]} for run in (comparison["a"], comparison["b"]))
    rows = [
        row(key, text_cell(str(a.get(key, "\u2013"))), text_cell(str(b.get(key, "\u2013"))))
        for key in dict.fromkeys([*a, *b])
        if key != "machine"
    ]
    return section("The runs", table("What made them", ["What", "A", "B"], rows))


def _reading(comparison: Comparison) -> str:
    bootstrap = comparison["bootstrap"]
    return (
        f"Intervals: {bootstrap['confidence']:.0%}, percentiles of {count(bootstrap['replicates'])} draws of fingers "
        "(bootstrap), the same draws for A and B, so that a difference is told apart from a lucky choice of fingers. "
        "Below zero, B errs less; * marks intervals without zero."
    )
