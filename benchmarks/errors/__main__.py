"""Look at pairs: draw one, or make a page of a run's errors.

python -m benchmarks.errors draw --a IMAGE --b IMAGE --out pair.png
python -m benchmarks.errors gallery --dataset FOLDER[:PPI] [--dataset ...] --out FOLDER
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from benchmarks.command_line import Datasets, run
from benchmarks.errors.drawing import draw_entry, file_side, verdict, write_png
from benchmarks.errors.page import errors_page
from benchmarks.errors.selection import BEST_IMPOSTORS, WORST_GENUINE, ErrorSelection, ScoredSet, choose
from benchmarks.json_files import write_json
from benchmarks.named_sets import NamedSet, open_named
from benchmarks.protocols import pairs_of
from benchmarks.sources import template_source
from benchmarks.systems.system import own_system
from benchmarks.verification.database import Steps, run_database
from enroll_tools.command_line import people
from matcher.comparison.calibration import Calibration, default_calibration
from matcher.comparison.compare import compare
from matcher.comparison.params import comparator_id
from matcher.extraction.leader import load_leader
from matcher.pictures.pair import draw_pair


def draw(
    a: Annotated[Path, typer.Option(help="Image of the probe, or its .iso record.")],
    b: Annotated[Path, typer.Option(help="Image of the reference, or its .iso record.")],
    out: Annotated[Path, typer.Option(help="The picture, .png.")],
    resolution: Annotated[float | None, typer.Option(help="Pixels per inch, if the files do not say.")] = None,
    scale: Annotated[float, typer.Option(help="Screen pixels for one pixel at 500 dpi.")] = 2.0,
) -> None:
    """Draw one pair."""
    extractor = cache(load_leader)  # where two records are drawn it is not needed
    sides = [file_side(path, resolution, extractor) for path in (a, b)]
    comparison = compare(sides[0].prepared, sides[1].prepared)
    caption = verdict(comparison, default_calibration())
    write_png(out, draw_pair(sides[0], sides[1], comparison, caption, scale))
    people().print(caption[0], markup=False)
    people().print(f"wrote {out}", markup=False)


def gallery(
    dataset: Datasets,
    out: Annotated[Path, typer.Option(help="Folder for gallery.html and gallery.json.")],
    genuine: Annotated[int, typer.Option(help="Lowest genuine pairs to show.")] = WORST_GENUINE,
    impostor: Annotated[int, typer.Option(help="Highest impostor pairs to show.")] = BEST_IMPOSTORS,
) -> None:
    """Make a page of the errors of a run."""
    sets = [open_named(text) for text in dataset]
    for named in sets:
        pairs_of(named.name, named.samples)  # refuses a set before any is extracted
    calibration = default_calibration()
    with Progress(console=people()) as progress:
        scored = [_scored(named, calibration, progress) for named in sets]
        chosen = choose(scored, calibration, genuine=genuine, impostor=impostor)
        task = progress.add_task("draw", total=len(chosen.genuine) + len(chosen.impostor))
        write_errors(out, chosen, scored, calibration, partial(progress.advance, task))
    people().print(f"wrote {out / 'gallery.html'} and {out / 'gallery.json'}", markup=False)


def _scored(named: NamedSet, calibration: Calibration, progress: Progress) -> ScoredSet:
    task = progress.add_task(named.name, total=2 * len(named.samples))
    advance = partial(progress.advance, task)
    source = template_source("leader", named.samples)
    run = run_database(named.name, named.samples, own_system(source, calibration), Steps(advance, advance))
    return ScoredSet(named.name, source[0], named.samples, run.impressions, run.pairs, run.scores)


def write_errors(
    out: Path, chosen: ErrorSelection, sets: Sequence[ScoredSet], calibration: Calibration, drawn: Callable[[], None]
) -> None:
    """Write ``gallery.html`` and ``gallery.json``; ``drawn`` is called after each picture."""
    content: dict[str, Any] = {
        "datasets": [scored.name for scored in sets],
        "extractor": sets[0].extractor,
        "comparator": comparator_id(),
        "calibration": calibration.id,
        "threshold": chosen.threshold,
        "genuine_pairs": chosen.genuine_pairs,
        "rejected": chosen.rejected,
        "impostor_pairs": chosen.impostor_pairs,
        "accepted": chosen.accepted,
        "genuine": [entry.as_json() for entry in chosen.genuine],
        "impostor": [entry.as_json() for entry in chosen.impostor],
    }
    page = errors_page(chosen, content["datasets"], partial(draw_entry, calibration), drawn)
    write_json(out / "gallery.json", content)
    (out / "gallery.html").write_text(page, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit status."""
    return run(arguments, draw, gallery, text="Look at pairs: draw one, or make a page of a run's errors.")


if __name__ == "__main__":
    sys.exit(main())
