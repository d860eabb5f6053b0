"""``synthesize`` and ``templates``: files of made-up fingers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from enroll_tools.command_line import AsJson, fail, progress_bar, refusals
from enroll_tools.synthetic import EASY, HARD, MEDIUM, Population, TemplatePopulation, write_fvc_folder
from matcher.templates.column_folder import write_columns
from matcher.templates.columnar import concatenate

_DIFFICULTIES = {"easy": EASY, "medium": MEDIUM, "hard": HARD}


def synthesize(
    out: Annotated[Path, typer.Option(help="Folder to write to, in FVC layout; made if missing.")],
    fingers: Annotated[int, typer.Option(min=1, help="How many fingers.")] = 10,
    impressions: Annotated[int, typer.Option(min=1, help="Of each finger.")] = 4,
    seed: Annotated[int, typer.Option(min=0, help="Equal seeds give equal prints.")] = 0,
    difficulty: Annotated[str, typer.Option(help=f"One of {', '.join(_DIFFICULTIES)}.")] = "medium",
    pressed: Annotated[
        float, typer.Option(min=0, max=80, help="Pixels by which a part of the skin slips against the rest.")
    ] = 0.0,
    as_json: AsJson = False,
) -> None:
    """Make synthetic prints: 500 ppi PNG files FINGER_IMPRESSION.png."""
    if difficulty not in _DIFFICULTIES:
        fail(f"--difficulty must be one of {', '.join(_DIFFICULTIES)}")
    population = Population(seed, replace(_DIFFICULTIES[difficulty], pressed=pressed))
    with refusals(), progress_bar(as_json) as bar:
        task = bar.add_task("making prints", total=fingers * impressions)
        written = write_fvc_folder(population, out, fingers, impressions, lambda: bar.advance(task))
    if as_json:
        typer.echo(json.dumps({"folder": str(out), "files": len(written)}))
    else:
        Console(highlight=False).print(f"{len(written)} prints in {out}")


def templates(
    out: Annotated[Path, typer.Option(help="Folder of columns to write; made if missing.")],
    fingers: Annotated[int, typer.Option(min=1, help="How many fingers.")] = 10_000,
    impressions: Annotated[int, typer.Option(min=1, help="Of each finger: first one of all, then the next.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="Equal seeds give equal templates.")] = 0,
    threads: Annotated[int, typer.Option(min=1, max=64, help="Cores used; the templates are the same.")] = 2,
    as_json: AsJson = False,
) -> None:
    """Make templates of synthetic fingers, without images, to fill a gallery: some thousands a second."""
    population = TemplatePopulation(seed)
    pieces = []
    with refusals():
        with progress_bar(as_json) as bar:
            task = bar.add_task("making templates", total=fingers * impressions)
            for impression in range(impressions):
                for piece in population.batches(0, fingers, impression, threads):
                    pieces.append(piece)
                    bar.advance(task, len(piece))
        columns = concatenate(pieces)
        write_columns(columns, out, population.about(0, fingers, impressions))
    if as_json:
        content = {
            "folder": str(out),
            "templates": len(columns),
            "minutiae": len(columns.x),
            "extractor": population.id,
        }
        typer.echo(json.dumps(content))
    else:
        Console(highlight=False).print(f"{len(columns)} templates in {out}")
