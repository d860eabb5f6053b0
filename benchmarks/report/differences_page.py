"""The comparison of two runs as one page, made of its JSON alone: ``comparison.html`` filled."""

from __future__ import annotations

from typing import Any

from benchmarks.pages.render import render, signed
from benchmarks.report.plots import det_plot

Comparison = dict[str, Any]


def comparison_page(comparison: Comparison) -> str:
    """Return the page."""
    return render(
        "report/comparison.html",
        comparison=comparison,
        verdict=comparison_verdict(comparison),
        entries=_entries(comparison),
        curves=[_curve(name, entry) for name, entry in _entries(comparison) if name != "mean"],
        runs=_runs(comparison),
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
    less = difference["b_less_percent"][point]
    figures = f"{signed(value)} percentage points ({signed(low)} to {signed(high)}; lower in {less:.0f} % of the draws)"
    if low > 0:
        return f"higher, {figures}"
    if high < 0:
        return f"lower, {figures}"
    return f"within chance, {figures}"


def _entries(comparison: Comparison) -> list[tuple[str, Comparison]]:
    several = len(comparison["datasets"]) > 1
    singly = [(d["name"], d) for d in comparison["datasets"]]
    return [("pooled", comparison["pooled"]), ("mean", comparison["mean"]), *singly] if several else singly


def _curve(name: str, entry: Comparison) -> str:
    where = "all databases under one threshold" if name == "pooled" else name
    return det_plot(f"DET, {where}", [("A", entry["a"]), ("B", entry["b"])])


def _runs(comparison: Comparison) -> dict[str, tuple[str, str]]:
    a, b = ({**run, **run["machine"]} for run in (comparison["a"], comparison["b"]))
    keys = [key for key in dict.fromkeys([*a, *b]) if key != "machine"]
    return {key: (str(a.get(key, "\u2013")), str(b.get(key, "\u2013"))) for key in keys}
