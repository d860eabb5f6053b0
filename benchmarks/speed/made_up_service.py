"""A service with a database, a gallery and made-up people, and what its use cases do with prints."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.speed.prepared_each_time import EachTimeBiometrics, EachTimeGallery
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
    SampleKind,
)
from idverify.matching.assembly import Matching
from idverify.matching.biometrics import MatcherBiometrics
from idverify.matching.gallery import MatcherGallery
from idverify.ports import Biometrics, Gallery
from idverify.services.application import Application
from idverify.services.calls.call import Call, begin
from idverify.services.prints.duplicate_pairs import PairSearch
from idverify.services.prints.fingers import EnrolledFingers, compare_fingers, fused
from idverify.services.prints.probes import Probe, prepared_probes
from idverify.services.prints.sampling import usable_features
from idverify.services.prints.searching import PeopleSearch
from idverify.settings import load_settings
from matcher.comparison.calibration import default_calibration
from matcher.formats.iso19794_2 import template_to_record, write_record
from matcher.quality.score import assess
from matcher.types import FingerPosition as MatcherPosition
from matcher.types import Image, Template

FINGERS = 10
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

    def seconds_left(self) -> float:
        """Return a minute."""
        return 60.0


@dataclass(frozen=True, slots=True)
class Service:
    """A service with everybody enrolled, and what answers were given."""

    application: Application
    biometrics: Biometrics
    gallery: Gallery
    answers: list[object]

    def verify(self, number: int, samples: Sequence[Sample]) -> None:
        """Compare with a person, as a verification does."""
        call, store = _call("Verify"), self.application.store
        with store.reading() as view:
            subject_id = view.subjects.id_of(_citizen(number))
            assert subject_id is not None
            enrolled = EnrolledFingers(view.subjects.templates(subject_id))
        compared = compare_fingers(self.biometrics, call, self._probes(call, samples), enrolled)
        self.answers.append(fused(self.biometrics, compared))

    def identify(self, samples: Sequence[Sample]) -> None:
        """Search for a person, as an identification does."""
        call = _call("Identify")
        search = PeopleSearch(self.application.store, self.biometrics, self.gallery)
        found = search.search(call, self._probes(call, samples), 10)
        self.answers.append([person.likeness for person in found.people])

    def sweep(self) -> None:
        """Search everybody among all others."""
        search = PairSearch(self.application.store, self.biometrics, self.gallery)
        found = search.run(_call("StartFindDuplicates"), search.begun(None), lambda *_: None, lambda: None)
        self.answers.append((found.found, found.people, [pair.likeness for pair in found.pairs]))

    def _probes(self, call: Call, samples: Sequence[Sample]) -> list[Probe]:
        return prepared_probes(self.biometrics, usable_features(self.biometrics, call, samples))


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


def prints(people: int, impression: int) -> list[list[Sample]]:
    """Return one impression of every finger, by person, as minutiae records; but for those that would be refused."""
    columns = TemplatePopulation(SEED).batch(0, people * FINGERS, impression)
    templates = [columns.template(number) for number in range(len(columns))]
    return [
        [_sample(t, f + 1) for f, t in enumerate(templates[first : first + FINGERS]) if assess(t).usable]
        for first in range(0, len(templates), FINGERS)
    ]


def _call(method: str) -> Call:
    context = RequestContext(request_id=str(uuid.uuid4()))
    return begin(
        Caller("benchmark", frozenset(Role), sample_kinds=frozenset(SampleKind)),
        context,
        method,
        os.urandom(32),
        NoDeadline(),
    )


def _citizen(number: int) -> str:
    return f"0271990{number:05}"


def _sample(template: Template, position: int) -> Sample:
    record = template_to_record(template, MatcherPosition(position))
    return Sample(FingerPosition(position), MinutiaeSample(write_record(record)))
