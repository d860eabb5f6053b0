"""Samples of nobody in particular: extract, compare, quality."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idverify.commands import views
from idverify.commands.deciding import exit_code
from idverify.commands.enrolling import taken
from idverify.commands.prints import Print, Profile, Resolution, read_print
from idverify.commands.session import Session, UsageError, calls_service
from idverify.v1.biometrics_pb2 import RecordQuirk

if TYPE_CHECKING:
    from idverify.commands.local.own_matcher import OwnMatcher


class ExtractorName(StrEnum):
    """Who finds the minutiae."""

    LEADER = "leader"
    RIDGE = "ridge"


Local = Annotated[bool, typer.Option("--local", help="By the matcher on this machine: no service is asked.")]
By = Annotated[ExtractorName, typer.Option("--extractor", help="With --local: who finds the minutiae.")]


@calls_service
def extract(
    session: Session,
    print_: Print,
    output: Annotated[Path | None, typer.Option("--out", help="Where to write the ISO/IEC 19794-2 record.")] = None,
    resolution: Resolution = None,
    local: Local = False,
    extractor: By = ExtractorName.LEADER,
) -> None:
    """Find the minutiae of an image and write them as an ISO/IEC 19794-2:2005 record."""
    sample = read_print(print_, resolution=resolution)
    if local:
        answer = _own_matcher(extractor).extract_template(sample)
    else:
        answer = session.client.extract_template(sample, session.context())
    if output is not None:
        output.write_bytes(answer.iso_19794_2_2005)
    rows = {
        "quality": views.quality_line(answer.quality),
        "extractor": answer.extractor,
        "record": f"{len(answer.iso_19794_2_2005)} bytes" + (f" in {output}" if output else ", not kept: give --out"),
        "strange": _quirks(answer.record_quirks),
    }
    session.show(answer, views.facts(rows))


@calls_service
def compare(
    session: Session,
    probe: Print,
    reference: Print,
    resolution: Resolution = None,
    target_fmr: Annotated[float, typer.Option(help="False match rate to allow; 0: 0.0001.")] = 0.0,
    local: Local = False,
    extractor: By = ExtractorName.LEADER,
    picture: Annotated[
        Path | None, typer.Option(help="With --local: draw here, PNG, what two images have in common.")
    ] = None,
) -> None:
    """Compare two prints.

    Exit code: 0 MATCH, 3 NO_MATCH, 4 INCONCLUSIVE, 1 refused, 2 wrong usage.
    """
    first, second = (read_print(text, resolution=resolution) for text in (probe, reference))
    if picture is not None and not (local and first.HasField("image") and second.HasField("image")):
        raise UsageError("--picture goes with --local, and is of two images")
    if local:
        matcher = _own_matcher(extractor)
        answer = matcher.compare(first, second, target_fmr)
        if picture is not None:
            picture.write_bytes(matcher.picture(first, second, answer))
    else:
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
    rows = {"quality": views.quality_line(answer.quality), "strange": _quirks(answer.record_quirks)}
    session.show(answer, views.facts(rows), *taken.profile(answer.profile_tests))


def _quirks(quirks: Iterable[RecordQuirk]) -> str:
    return "; ".join(f"{quirk.code} (byte {quirk.byte})" for quirk in quirks)


def _own_matcher(extractor: ExtractorName) -> OwnMatcher:
    """Load the matcher; not before, as who asks a service does not wait for it."""
    from idverify.commands.local.own_matcher import OwnMatcher  # noqa: PLC0415

    return OwnMatcher(extractor.value)
