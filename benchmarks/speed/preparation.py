"""What it saves to make a print ready once a call: ``OUT/preparation.json``.

The service's own use cases, on a database and a gallery of twenty made-up people with ten fingers each, done in two
ways in alternation: *once*, as the service does it, and *each time*, where a template is decoded and prepared again
for every comparison and every search. Both give the same answers, which is checked. Time is that of the processor, in
this process: it leaves out the disk, and other programs hardly count.

python -m benchmarks.speed.preparation --out FOLDER
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.table import Table

from benchmarks.command_line import print_json, run
from benchmarks.json_files import write_json
from benchmarks.machine import machine
from benchmarks.speed.prepared_each_time import EachTimeBiometrics, EachTimeGallery
from enroll_tools.command_line import AsJson, people
from enroll_tools.synthetic.templates.population import TemplatePopulation
from idverify.bootstrap import build
from idverify.domain.model import (
    Caller,
    DuplicateCheck,
    FingerPosition,
    MinutiaeSample,
    PersonalData,
    RequestContext,
    Role,
    Sample,
)
from idverify.matching.assembly import Matching
from idverify.matching.biometrics import MatcherBiometrics
from idverify.matching.gallery import MatcherGallery
from idverify.ports import Biometrics, Gallery
from idverify.services.application import Application
from idverify.services.calls.call import Call, begin
from idverify.services.prints.duplicate_pairs import PairSearch, sweep_target
from idverify.settings import load_settings
from matcher.comparison.calibration import default_calibration
from matcher.formats.iso19794_2 import template_to_record, write_record
from matcher.quality.score import assess
from matcher.types import FingerPosition as MatcherPosition
from matcher.types import Image, Template

PEOPLE, FINGERS = 20, 10
REPEATS = 7
SEED = 20


class NoExtractor:
    """Prints come as minutiae records: extraction is not what is measured."""

    id = "none"

    def extract(self, image: Image) -> Template:
        """Refuse."""
        raise NotImplementedError


class NoDeadline:
    """All the time in the world."""

    def check(self) -> None:
        """Never raise."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service with everybody enrolled, and what answers were given."""

    application: Application
    biometrics: Biometrics
    gallery: Gallery
    answers: list[object]

    def verify(self, number: int, probes: Sequence[Sample]) -> None:
        """Verify a person."""
        self.application.verification.verify(_call("Verify"), _citizen(number), probes, None, self._noted)

    def identify(self, probes: Sequence[Sample]) -> None:
        """Search for a person."""
        self.application.identification.identify(_call("Identify"), probes, None, None, self._noted)

    def sweep(self) -> None:
        """Search everybody among all others."""
        search = PairSearch(self.application.store, self.biometrics, self.gallery)
        found = search.run(_call("StartFindDuplicates"), sweep_target(None), lambda *_: None)
        self.answers.append((found.found, found.people, [pair.likeness for pair in found.pairs]))

    def _noted(self, answer: Any) -> bytes:
        likenesses = [c.likeness for c in answer.candidates] if hasattr(answer, "candidates") else answer.likeness
        self.answers.append((answer.decision, likenesses))
        return b"answer"


@contextmanager
def service(folder: Path, *, once: bool, enrolled: Sequence[Sequence[Sample]]) -> Iterator[Service]:
    """Start a service and enrol everybody."""
    calibration = default_calibration()
    if once:
        biometrics, gallery = MatcherBiometrics(NoExtractor(), calibration), MatcherGallery(calibration)
    else:
        biometrics = each = EachTimeBiometrics(NoExtractor(), calibration)
        gallery = EachTimeGallery(calibration, each)
    application = build(load_settings(data_dir=folder), matching=Matching(biometrics, gallery))
    try:
        for number, prints in enumerate(enrolled):
            application.enrolment.enrol(
                _call("EnrolCitizen"),
                _citizen(number),
                PersonalData("Nobody"),
                prints,
                lambda _: b"",
                DuplicateCheck.SKIP,
            )
        yield Service(application, biometrics, gallery, [])
    finally:
        application.close()


def prints(impression: int) -> list[list[Sample]]:
    """Return one impression of every finger, by person, as minutiae records; but for those that would be refused."""
    columns = TemplatePopulation(SEED).batch(0, PEOPLE * FINGERS, impression)
    templates = [columns.template(number) for number in range(len(columns))]
    return [
        [_sample(t, f + 1) for f, t in enumerate(templates[first : first + FINGERS]) if assess(t).usable]
        for first in range(0, len(templates), FINGERS)
    ]


def works(probes: Sequence[Sequence[Sample]]) -> dict[str, tuple[int, Callable[[Service], None]]]:
    """Return what is measured by name: how many calls it is, and how to do it."""

    def verify_all(service: Service) -> None:
        for number, own in enumerate(probes):
            service.verify(number, own)

    def verify_unstated(service: Service) -> None:
        for number, own in enumerate(probes):
            service.verify(number, [Sample(None, own[1].content)])

    def identify_all(service: Service) -> None:
        for own in probes:
            service.identify(own)

    return {
        "verify by ten fingers": (PEOPLE, verify_all),
        "verify by one finger that is not stated": (PEOPLE, verify_unstated),
        "identify by ten fingers, all people compared": (PEOPLE, identify_all),
        "sweep for duplicates, a person": (PEOPLE, Service.sweep),
    }


def measure(folder: Path, repeats: int) -> dict[str, Any]:
    """Return the figures of ``preparation.json``.

    Raises:
        AssertionError: the two ways gave different answers.
    """
    enrolled, probes = prints(0), prints(1)
    figures: dict[str, Any] = {}
    with (
        service(folder / "once", once=True, enrolled=enrolled) as once,
        service(folder / "each", once=False, enrolled=enrolled) as each,
    ):
        for name, (calls, work) in works(probes).items():
            taken: dict[str, list[float]] = {"once": [], "each_time": []}
            for repeat in range(repeats + 1):
                for way, own in (("once", once), ("each_time", each)):
                    began = time.process_time()
                    work(own)
                    if repeat:  # the first is to warm up
                        taken[way].append(1e3 * (time.process_time() - began) / calls)
            assert once.answers == each.answers
            figures[name] = {
                "once_ms": float(np.median(taken["once"])),
                "each_time_ms": float(np.median(taken["each_time"])),
                "ratio": float(np.median(np.divide(taken["each_time"], taken["once"]))),
            }
    return {
        "work": figures,
        "people": PEOPLE,
        "fingers": FINGERS,
        "minutiae_median": float(np.median(TemplatePopulation(SEED).batch(0, PEOPLE * FINGERS).counts)),
        "same_answers": True,
        "repeats": repeats,
        "machine": machine(),
    }


def preparation(
    out: Annotated[Path, typer.Option(help="Folder for preparation.json.")], as_json: AsJson = False
) -> None:
    """Measure what it saves to make a print ready once a call."""
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder), REPEATS)
    write_json(out / "preparation.json", figures)
    if as_json:
        print_json(figures)
    else:
        _show(figures, out)


def _show(figures: dict[str, Any], out: Path) -> None:
    table = Table(title=f"Milliseconds of processor time a call, median of {figures['repeats']}")
    for column in ("", "each time", "once", "ratio"):
        table.add_column(column, justify="right" if column else "left")
    for name, row in figures["work"].items():
        table.add_row(name, f"{row['each_time_ms']:.1f}", f"{row['once_ms']:.1f}", f"{row['ratio']:.2f}")
    people().print(table)
    people().print(f"wrote {out / 'preparation.json'}")


def _call(method: str) -> Call:
    context = RequestContext(request_id=str(uuid.uuid4()))
    return begin(Caller("benchmark", frozenset(Role)), context, method, os.urandom(32), NoDeadline())


def _citizen(number: int) -> str:
    return f"0271990{number:05}"


def _sample(template: Template, position: int) -> Sample:
    record = template_to_record(template, MatcherPosition(position))
    return Sample(FingerPosition(position), MinutiaeSample(write_record(record)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status."""
    return run(arguments, preparation)


if __name__ == "__main__":
    sys.exit(main())
