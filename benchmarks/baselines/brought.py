"""What researchers bring, in small: every layout, list and plug-in run on the same four synthetic prints."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import PIL.Image

from benchmarks.named_sets import Reading, open_set
from benchmarks.systems.chosen import SystemChoice
from benchmarks.systems.kept import kept_in
from benchmarks.systems.plugins import PluginError
from benchmarks.verification.database import Steps, run_database
from enroll_tools.datasets import DatasetError
from enroll_tools.synthetic import EASY, Population
from matcher.types import TEMPLATE_RESOLUTION_PPI, FingerPosition

PLUGIN = Path(__file__).parents[2] / "docs" / "examples" / "twenty_lines.py"

_SEED = 11
_PRINTS = [(finger, impression) for finger in (1, 2) for impression in (1, 2)]

_NAMES: dict[str, Callable[[int, int], str]] = {
    "fvc": lambda finger, impression: f"{finger}_{impression}.png",
    "socofing": lambda finger, impression: f"{finger}__M_Left_index_finger{('', '_CR')[impression - 1]}.BMP",
    "casia": lambda finger, impression: f"00{finger}/L/00{finger}_L0_{impression}.bmp",
    "polyu": lambda finger, impression: f"DBI/{finger}_{impression}_1.png",
    "sd4": lambda finger, impression: f"figs_0/{'fs'[impression - 1]}000{finger}_01.png",
    "sd302": lambda finger, impression: f"R/0000230{finger}_{'RS'[impression - 1]}_500_roll_02.png",
}
"""What each layout calls an impression."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What was run, and what was wrong; empty if nothing."""

    name: str
    fault: str


def run_brought(folder: Path) -> list[Brought]:
    """Run all of it in a folder, with the extractor that needs no network where none is brought."""
    made = _prints()
    found = []
    for layout, name in _NAMES.items():
        place = folder / layout
        _write(made, {print_: place / name(*print_) for print_ in _PRINTS})
        found.append(Brought(f"layout {layout}", _fault(place, folder, extractor="ridge", errs=False)))
    lists: dict[str, list[tuple[object, ...]]] = {
        "prints": [("file", "person"), *((_NAMES["fvc"](*print_), print_[0]) for print_ in _PRINTS)],
        "pairs": [("probe", "reference", "label"), *_pairs()],
    }
    for listed, rows in lists.items():
        file = folder / "fvc" / f"{listed}.csv"
        with file.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows(rows)
        columns = {"subject": "person"} if listed == "prints" else {}
        fault = _fault(file, folder, extractor="ridge", errs=False, columns=columns)
        found.append(Brought(f"list of {listed}", fault))
    own = (f"{PLUGIN}:extract", f"{PLUGIN}:match")
    for plugin in ("plug-in", "plug-in, from what was kept"):
        fault = _fault(folder / "fvc", folder, extractor=own[0], matcher=own[1], errs=True)
        found.append(Brought(plugin, fault))
    return found


def _prints() -> dict[tuple[int, int], PIL.Image.Image]:
    population = Population(_SEED, EASY)
    images = {p: population.impression(p[0], FingerPosition.LEFT_INDEX, p[1]).image for p in _PRINTS}
    return {place: PIL.Image.fromarray(image.pixels) for place, image in images.items()}


def _write(made: dict[tuple[int, int], PIL.Image.Image], places: dict[tuple[int, int], Path]) -> None:
    for print_, place in places.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        made[print_].save(place)


def _pairs() -> list[tuple[str, str, int]]:
    names = [(p[0], _NAMES["fvc"](*p)) for p in _PRINTS]
    both = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    return [(a, b, int(finger_a == finger_b)) for (finger_a, a), (finger_b, b) in both]


def _fault(
    place: Path,
    folder: Path,
    *,
    errs: bool,
    extractor: str,
    matcher: str | None = None,
    columns: dict[str, str] | None = None,
) -> str:
    """Run the command's own way over a set; return what was wrong. ``errs``: errors of comparing are no fault."""
    try:
        named = open_set(place, TEMPLATE_RESOLUTION_PPI, Reading(columns=columns or {}))
        system = SystemChoice(extractor, matcher).system(named.samples, None)
        kept = kept_in(folder / "kept", system)
        metrics = run_database(named.name, named.samples, system, Steps(), named.pairs, kept).metrics
    except (DatasetError, PluginError) as error:
        return str(error)
    counted = (metrics["genuine_pairs"], metrics["impostor_pairs"], metrics["failures_to_extract"])
    if counted != (2, 4, 0):
        return f"genuine pairs, impostor pairs and failures are {counted}, and should be (2, 4, 0)"
    if not errs and metrics["percent"]["zero_fmr"]:
        return "easy prints are not told apart"
    return ""
