"""Stand-ins where a test is about the use cases and not about fingers: a print is a line of text.

``b"alice/RIGHT_INDEX/80"`` is an impression of Alice's right index finger of quality 80;
``b"alice+bob/RIGHT_INDEX/80"`` is one that was made of hers and Bob's. A slap is several such lines.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from idverify.domain.enrolling.slaps import count_mismatch, expected
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import (
    Advice,
    AuditEvent,
    Features,
    FingerPosition,
    ImageSample,
    Likeness,
    MinutiaeSample,
    Quality,
    Sample,
    SampleKind,
    StoredTemplate,
)
from idverify.domain.model.enrolling import CutFinger, FingerBox, ImageFacts, SlapSample, Unpacked
from idverify.domain.model.prints import ImageExchange
from idverify.ports import Among, Deadline, GalleryFigures, Histogram, Hit, Prepared, SearchResult

USABLE_FROM = 10


def sample(text: str, position: FingerPosition | None = FingerPosition.RIGHT_INDEX) -> Sample:
    """Return a sample of the print that ``text`` names."""
    return Sample(position, MinutiaeSample(text.encode()))


def image_sample(text: str, position: FingerPosition | None = FingerPosition.RIGHT_INDEX) -> Sample:
    """Return it as an image."""
    return Sample(position, ImageSample(text.encode()))


@dataclass
class FakeClock:
    """A clock that moves when told."""

    time: datetime = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class FakeErasures:
    """Notes who is erased, in memory."""

    def __init__(self) -> None:
        self.erased: list[tuple[int, str]] = []

    def note(self, erased: Sequence[AuditEvent]) -> Callable[[], object]:
        before = list(self.erased)
        self.erased += [(event.sequence, event.entry.subject_id) for event in erased]

        def take_back() -> None:
            self.erased[:] = before

        return take_back


class NoDeadline:
    """A caller with all the time in the world."""

    def check(self) -> None:
        """Never raises."""

    def seconds_left(self) -> float:
        return 60.0


class PastDeadline:
    """A caller who has gone."""

    def check(self) -> None:
        raise DomainError(Reason.DEADLINE_EXCEEDED, "the deadline has passed")

    def seconds_left(self) -> float:
        return 0.0


@dataclass
class FakeBiometrics:
    """Two prints are alike if they name the same finger of the same person.

    With ``images`` the line may come as an image too. With ``marks`` the same line is known to be the same sample, and
    with ``copies`` to be a copy of it; without, every one is taken for a new touch.
    """

    comparator_id: str = "fake-comparator"
    calibration_id: str = "fake-calibration"
    fmr_extrapolated_below: float = 1e-5
    extractions: int = 0
    preparations: int = 0
    marks: bool = False
    copies: bool = False
    images: bool = False
    extractor_id: str = "fake-extractor"
    files: dict[bytes, Unpacked] = field(default_factory=dict)
    damaged: set[bytes] = field(default_factory=set)

    def extract(self, sample: Sample) -> Features:
        self.extractions += 1
        content = sample.content
        data = content.data
        if (isinstance(content, ImageSample) and not self.images) or data.count(b"/") != 2:
            raise DomainError(Reason.SAMPLE_INVALID, "not a print")
        score = int(data.rpartition(b"/")[2])
        advice = () if score >= USABLE_FROM else (Advice.SMALL_AREA,)
        quality = Quality(score, "fake", score // 2, advice, usable=score >= USABLE_FROM)
        return Features(sample.position, data, quality, self.extractor_id, (data,) if self.marks else ())

    def unpacked(self, sample: Sample) -> Unpacked | None:
        if sample.content.data in self.damaged:
            raise DomainError(Reason.SAMPLE_FORMAT_UNSUPPORTED, "damaged")
        return self.files.get(sample.content.data)

    def image_facts(self, sample: Sample) -> ImageFacts | None:
        return ImageFacts("PNG", 500.0, 256, 12.5) if sample.kind is SampleKind.IMAGE else None

    def cut_slap(self, slap: SlapSample, missing: Collection[FingerPosition]) -> Sequence[CutFinger]:
        prints, fingers = slap.image.data.splitlines(), expected(slap.position, missing)
        if len(prints) != len(fingers):
            raise count_mismatch(slap.position, missing, len(prints))
        facts = ImageFacts("WSQ", 500.0, 256, None)
        return [
            CutFinger(slap.position, FingerBox(100.0 * n, 50, 80, 90, 1.5), Sample(finger, MinutiaeSample(line)), facts)
            for n, (finger, line) in enumerate(zip(fingers, prints, strict=True))
        ]

    def exchanged(self, sample: Sample, target: ImageExchange) -> bytes:
        return target.value.encode() + b" " + sample.content.data

    def to_iso_minutiae(self, features: Features) -> bytes:
        return b"FMR" + features.template

    def prepare(self, template: bytes) -> Prepared:
        self.preparations += 1
        return Prepared(template)

    def prepare_stored(self, template: bytes) -> Prepared:
        return self.prepare(template)

    def compare(self, probe: Prepared, references: Sequence[Prepared]) -> Likeness:
        best = max((_likeness(probe, r) for r in references), key=lambda found: found.score)
        return replace(best, copied=self.copies and probe in references)

    def copied(self, probe: Prepared, references: Sequence[Prepared]) -> bool:
        return self.copies and probe in references

    def fuse(self, fingers: Sequence[Likeness]) -> Likeness:
        fmr = min(1.0, 10.0 ** (-sum(f.score for f in fingers) / 10))
        return Likeness(fmr, sum(f.score for f in fingers))


@dataclass
class FakeGallery:
    """Compares with everybody."""

    templates: dict[int, StoredTemplate] = field(default_factory=dict)

    def add(self, templates: Sequence[StoredTemplate]) -> None:
        self.templates |= {t.template_id: t for t in templates}

    def remove(self, template_ids: Sequence[int]) -> None:
        for template_id in template_ids:
            self.templates.pop(template_id, None)

    def search(
        self,
        probe: Prepared,
        *,
        position: FingerPosition | None,
        limit: int,
        deadline: Deadline,
        exclude: str | None = None,
        among: Among | None = None,
    ) -> SearchResult:
        deadline.check()
        searched = [
            t
            for t in list(self.templates.values())
            if position is None or t.position in {position, FingerPosition.UNKNOWN}
            if t.subject_id != exclude and (among is None or among.holds(t.template_id))
        ]
        best: dict[str, Hit] = {}
        for template in searched:
            hit = Hit(template.subject_id, template.position, _likeness(probe, Prepared(template.template)))
            if template.subject_id not in best or best[template.subject_id].likeness.score < hit.likeness.score:
                best[template.subject_id] = hit
        hits = sorted(best.values(), key=lambda h: -h.likeness.score)
        fingers = {(t.subject_id, t.position) for t in searched}
        return SearchResult(tuple(hits[:limit]), len(fingers))

    def figures(self) -> GalleryFigures:
        return GalleryFigures(len(self.templates), 100 * len(self.templates), 1, Histogram((1.0,), (0, 0), 0.0))

    def __len__(self) -> int:
        return len(self.templates)


def _likeness(probe: Prepared, reference: Prepared) -> Likeness:
    same = not _fingers(probe).isdisjoint(_fingers(reference))
    return Likeness(1e-8, 80.0, 20) if same else Likeness(0.5, 3.0, 2)


def _fingers(prepared: Prepared) -> set[bytes]:
    assert isinstance(prepared, bytes)
    people, _, finger = prepared.rpartition(b"/")[0].partition(b"/")
    return {person + b"/" + finger for person in people.split(b"+")}
