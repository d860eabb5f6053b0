"""Every stage of the extraction of one image on one page or picture; offline, nothing is sent anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from idverify.commands import views
from idverify.commands.prints import Resolution
from idverify.commands.session import RefusedError, UsageError, out, print_json, refusals

MOST_BYTES = 16 << 20
SUFFIXES = (".html", ".png")


def inspect(
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="Image of one finger, told by content.")],
    output: Annotated[Path, typer.Option("--out", help="The page (.html) or picture (.png) to write.")],
    resolution: Resolution = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Show what extraction makes of an image, stage by stage: mask, orientation, ridges, lines, minutiae, quality.

    The page holds the fingerprint: keep it as you keep fingerprints. Exit code 1 if the image cannot be read.
    """
    from idverify.commands.local.inspection import inspect_file, written  # noqa: PLC0415

    with refusals(as_json):
        if output.suffix not in SUFFIXES:
            raise UsageError(f"--out must end in {' or '.join(SUFFIXES)}")
        if image.stat().st_size > MOST_BYTES:
            raise RefusedError("SAMPLE_INVALID", "the image file is larger than 16 MiB")
        inspection = inspect_file(image.read_bytes(), resolution)
        output.write_bytes(written(inspection, image.name, output.suffix))
    _show(output, inspection.facts(), as_json=as_json)


def _show(output: Path, facts: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json({**facts, "written": str(output)})
        return
    rows: dict[str, object] = {
        "quality": f"{facts['quality']} of 100, {'usable' if facts['usable'] else 'not usable'}",
        "NFIQ 2": "not to be had without the extra peers" if facts["nfiq2"] is None else f"{facts['nfiq2']} of 100",
        "advice": ", ".join(facts["advice"]),
        "minutiae": ", ".join(f"{count} by {name}" for name, count in facts["minutiae"].items()),
        "written": output,
    }
    out().print(views.facts(rows))
