"""Samples of nobody in particular: extract, compare, quality."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from idverify.commands import views
from idverify.commands.deciding import exit_code
from idverify.commands.enrolling import taken
from idverify.commands.prints import Print, Profile, Resolution, read_print
from idverify.commands.session import Session, calls_service


@calls_service
def extract(
    session: Session,
    print_: Print,
    output: Annotated[Path | None, typer.Option("--out", help="Where to write the ISO/IEC 19794-2 record.")] = None,
    resolution: Resolution = None,
) -> None:
    """Find the minutiae of an image and write them as an ISO/IEC 19794-2:2005 record."""
    answer = session.client.extract_template(read_print(print_, resolution=resolution), session.context())
    if output is not None:
        output.write_bytes(answer.iso_19794_2_2005)
    rows = {
        "quality": views.quality_line(answer.quality),
        "extractor": answer.extractor,
        "record": f"{len(answer.iso_19794_2_2005)} bytes" + (f" in {output}" if output else ", not kept: give --out"),
    }
    session.show(answer, views.facts(rows))


@calls_service
def compare(
    session: Session,
    probe: Print,
    reference: Print,
    resolution: Resolution = None,
    target_fmr: Annotated[float, typer.Option(help="False match rate to allow; 0: 0.0001.")] = 0.0,
) -> None:
    """Compare two prints.

    Exit code: 0 MATCH, 3 NO_MATCH, 4 INCONCLUSIVE, 1 refused, 2 wrong usage.
    """
    first, second = (read_print(text, resolution=resolution) for text in (probe, reference))
    answer = session.client.compare(first, second, session.context(), target_fmr=target_fmr)
    rows = {
        **views.figures(answer.score, answer.fmr_at_score, answer.operating_point.fmr_extrapolated_below),
        "minutiae paired": answer.paired_minutiae or "",
        "quality of the first": views.quality_line(answer.probe_quality),
        "quality of the second": views.quality_line(answer.reference_quality),
    }
    session.show(answer, views.decision_text(answer.decision), views.facts(rows))
    raise typer.Exit(exit_code(answer.decision))


@calls_service
def quality(session: Session, print_: Print, resolution: Resolution = None, profile: Profile = "") -> None:
    """Say how good a print is, and what to do better. A poor print is an answer, not an error."""
    sample = read_print(print_, resolution=resolution)
    answer = session.client.check_quality(sample, session.context(), profile=profile)
    line = views.facts({"quality": views.quality_line(answer.quality)})
    session.show(answer, line, *taken.profile(answer.profile_tests))
