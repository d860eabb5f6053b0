"""The FMR that scores claim, beside the FMR measured: as table and plot."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from benchmarks.report.markup import element
from benchmarks.report.plots import claims_plot
from benchmarks.report.tables import count, row, section, table, text_cell

Report = dict[str, Any]


def claims_section(report: Report) -> Element:
    """Return the part of the page that holds claims to account."""
    headings = ["FMR claimed %", "Measured %", "Measured / claimed", "Accepted", "Expected", ""]
    rows = [
        row(
            f"{100 * c['claimed']:g}",
            element("td", _rate(c["measured"]), element("small", " to ".join(map(_rate, c["interval"])))),
            f"{c['measured'] / c['claimed']:.2f}",
            count(c["accepted"]),
            count(c["expected"]) if c["expected"] >= 10 else f"{c['expected']:.1f}",
            text_cell(_claim_note(c)),
        )
        for c in report["pooled"]["claims"]
    ]
    return section(
        "Claimed against measured FMR",
        element("p", _calibration_note(report)),
        table("All databases", headings, rows),
        _claims_by_database(report) if len(report["datasets"]) > 1 else "",
        element(
            "div",
            claims_plot("Calibration, all databases", report["pooled"]["claims"], report["extrapolated_below"]),
            class_="plots",
        ),
    )


def _calibration_note(report: Report) -> str:
    name, fitted_to = report["calibration"], report["calibration_extractor"]
    if fitted_to != report["extractor"]:
        return f"Calibration {name} was fitted to templates of {fitted_to}; here it judges {report['extractor']}."
    seen = [d["name"] for d in report["datasets"] if d["calibration_fitted_to_it"]]
    if seen:
        return f"Calibration {name} was fitted to impostor pairs of {', '.join(seen)}: on these, this is no test of it."
    return f"Calibration {name} was fitted to none of these databases."


def _claims_by_database(report: Report) -> Element:
    claims = [c["claimed"] for c in report["pooled"]["claims"]]
    rows = [row(d["name"], *(_rate(c["measured"]) for c in d["claims"])) for d in report["datasets"]]
    return table("Measured FMR %, by FMR claimed", ["Database", *(f"{100 * c:g} %" for c in claims)], rows)


def _rate(rate: float) -> str:
    return f"{100 * rate:.4f}".rstrip("0").rstrip(".")


def _claim_note(claim: Report) -> str:
    notes = []
    if claim["extrapolated"]:
        notes.append("extrapolated")
    if not claim["supported"]:
        notes.append("too few pairs to measure")
    return ", ".join(notes)
