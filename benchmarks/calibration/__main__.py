"""Fit the calibration to sets of prints, and hold its claims against each of them, left out.

python -m benchmarks.calibration --dataset FOLDER[:PPI] ... --out FOLDER [--ship]

Writes ``OUT/held_out.json`` and the calibration, ``OUT/calibration_v4.json``; with ``--ship`` also to where both ship.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

import matcher
from benchmarks.calibration.fitting import ANCHOR, Fit, fit
from benchmarks.calibration.held_out import MOST, Held, held_out
from benchmarks.calibration.strangers import Strangers, strangers
from benchmarks.calibration.tables import HELD_OUT
from benchmarks.command_line import print_json, run
from benchmarks.impressions import load_impressions
from benchmarks.json_files import write_json
from benchmarks.machine import machine
from benchmarks.named_sets import Reading, open_named
from benchmarks.sources import from_images
from enroll_tools.command_line import AsJson, people
from matcher.comparison.calibration import CALIBRATION_FORMAT, FILE_NAME
from matcher.comparison.params import comparator_id
from matcher.extraction.leader import load_leader

VERSION = 4
SHIPPED = Path(matcher.__file__).parent / "models"


def calibration(
    dataset: Annotated[list[str], typer.Option(help="FOLDER or FOLDER:PPI, of any layout; more than once.")],
    out: Annotated[Path, typer.Option(help="Folder for the calibration and what it was held against.")],
    ship: Annotated[bool, typer.Option("--ship", help="Write both where they ship, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Fit the calibration, and hold its claims against sets left out."""
    extractor = load_leader()
    sets: list[Strangers] = []
    with Progress(console=people(), disable=as_json) as progress:
        for named in [open_named(text, Reading()) for text in dataset]:
            step = partial(progress.advance, progress.add_task(named.name, total=2 * len(named.samples)))
            impressions = load_impressions(named.samples, from_images(extractor), step)
            sets += strangers(named.name, named.samples, impressions, step)
    fitted, held = fit(sets), held_out(sets)
    stored = content(fitted, sets, extractor.id)
    for folder in (out, *([SHIPPED] if ship else [])):
        write_json(folder / FILE_NAME, stored)
    report = {
        "calibration": stored["id"],
        "comparator": comparator_id(),
        "machine": machine(),
        "most": MOST,
        "held": [h.as_json() for h in held],
    }
    for path in (out / HELD_OUT.name, *([HELD_OUT] if ship else [])):
        write_json(path, report)
    if as_json:
        print_json(report)
        return
    show(held)
    people().print(f"wrote {out / FILE_NAME} and {out / HELD_OUT.name}", markup=False)


def content(fitted: Fit, sets: Sequence[Strangers], extractor: str) -> dict[str, Any]:
    """Return what is stored of a fit."""
    return {
        "format": CALIBRATION_FORMAT,
        "id": f"strangers-v{VERSION}",
        "comparator": comparator_id(),
        "extrapolated_below": float(f"{fitted.extrapolated_below:.3g}"),
        "knots": [list(knot) for knot in fitted.knots],
        "areas": [list(knot) for knot in fitted.areas],
        "ways": [list(knot) for knot in fitted.ways],
        "handicaps": [list(knot) for knot in fitted.handicaps],
        "provenance": {
            "extractor": extractor,
            "impostor_pairs": {s.name: int(s.scores.size) for s in sets},
            "alike": {name: [float(f"{r:.4g}") for r in rates] for name, rates in fitted.alike.items()},
            "anchor": {"raw": round(fitted.anchor, 3), "rate": ANCHOR},
            "method": "one shape of all sets, generalised Pareto tail of shape <= 0 to the last 30, then straight; "
            "factors by the prints' area and way; the worst set's of those that show such prints, 97.5 % over fingers, "
            "or what their spread lets expect of one more, 97.5 %",
        },
    }


def show(held: Sequence[Held]) -> None:
    """Print the table of claims."""
    claims = list(dict.fromkeys(h.claim for h in held))
    table = Table("measured / claimed, 95 % over fingers", *(f"{100 * claim:g} %" for claim in claims), box=None)
    by = {(h.name, h.claim): h for h in held}
    for name in dict.fromkeys(h.name for h in held):
        table.add_row(name, *(_cell(by.get((name, claim))) for claim in claims))
    Console(highlight=False, width=220).print(table)


def _cell(held: Held | None) -> str:
    if held is None:
        return ""
    style = "bold red" if held.ratio > MOST and held.told else "" if held.told else "dim"
    text = f"{held.ratio:.2f} ({held.low:.2f}-{held.high:.2f})"
    return f"[{style}]{text}[/]" if style else text


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the fit; return the exit status."""
    return run(arguments, calibration)


if __name__ == "__main__":
    sys.exit(main())
