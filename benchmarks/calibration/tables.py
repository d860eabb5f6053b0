"""The tables of the documentation about the calibration that ships: its claims held against sets left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.calibration.held_out import ALL

SHOWN = (1e-2, 1e-3, 1e-4)
HELD_OUT = Path(__file__).with_name("held_out.json")
"""What the calibration that ships was held against."""


def tables() -> dict[str, str]:
    """Return every table by the name under which pages take it in, as Markdown without an end of line."""
    held: list[dict[str, Any]] = json.loads(HELD_OUT.read_text(encoding="utf-8"))["held"]
    return {"claims-held-out": claims_table(held)}


def claims_table(held: list[dict[str, Any]]) -> str:
    """Write measured through claimed rates, a row a set; where too few errors are expected to tell, how many came."""
    cells = {(one["name"], one["claimed"]): one for one in held}
    names = sorted(dict.fromkeys(one["name"] for one in held), key=lambda name: name == ALL)
    lines = [
        "| set left out | strangers | " + " | ".join(f"claimed {100 * claim:g} %" for claim in SHOWN) + " |",
        "|---" * (2 + len(SHOWN)) + "|",
    ]
    for name in names:
        row = [cells.get((name, claim)) for claim in SHOWN]
        pairs = f"{max((one['pairs'] for one in row if one), default=0):,}".replace(",", " ")
        lines.append(f"| {name.removeprefix('data/')} | {pairs} | " + " | ".join(map(_cell, row)) + " |")
    return "\n".join(lines)


def _cell(one: dict[str, Any] | None) -> str:
    if one is None:
        return ""
    if not one["told"]:
        return f"{one['accepted']} of {one['expected']:.1f}"
    low, high = one["interval"]
    return f"{one['ratio']:.2f} ({low:.2f} to {high:.2f})"
