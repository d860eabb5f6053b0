"""Reading what is kept of references; every reading is audited, and counts."""

from __future__ import annotations

from dataclasses import dataclass

from idverify.domain.model import Features, FingerPosition, Quality
from idverify.domain.model.images import KeptImage
from idverify.domain.references import ReferenceEncounter, ReferenceKey
from idverify.ports import Biometrics, Clock, Store
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.read_budget import ReadBudget
from idverify.services.calls.refusing import refusals_audited
from idverify.services.references.showing import encounter_of, subject_of_key


@dataclass(frozen=True, slots=True)
class ReadFinger:
    """An impression of an encounter: its template as ISO/IEC 19794-2:2005. ``image`` None: none is kept."""

    position: FingerPosition
    iso_minutiae: bytes
    quality: Quality
    image: KeptImage | None


@dataclass(frozen=True, slots=True)
class ReadEncounter:
    """An encounter with its impressions, in the order in which they came."""

    encounter: ReferenceEncounter
    fingers: tuple[ReadFinger, ...]


@dataclass(frozen=True, slots=True)
class ReferenceReading:
    """Reads."""

    store: Store
    biometrics: Biometrics
    clock: Clock
    reads: ReadBudget

    def read(self, call: Call, key: ReferenceKey, encounter_id: str | None = None) -> list[ReadEncounter]:
        """Return one encounter of a person, or all (None), oldest first.

        Raises:
            DomainError: SUBJECT_NOT_FOUND, ENCOUNTER_NOT_FOUND, READ_BUDGET_EXCEEDED.
        """
        with refusals_audited(self.store, self.clock, call) as about, self.store.transaction() as uow:
            self.reads.spend_one(uow, call, about)
            about.subject_id = subject_of_key(uow, key)
            kept = uow.references.of(about.subject_id)
            wanted = kept if encounter_id is None else [encounter_of(uow, about.subject_id, encounter_id)]
            found = []
            for each in wanted:
                templates = uow.subjects.templates_of_encounters([each.entry_id])
                fingers = [
                    ReadFinger(
                        t.position,
                        self.biometrics.to_iso_minutiae(Features(t.position, t.template, t.quality, t.extractor)),
                        t.quality,
                        uow.images.of_template(t.template_id),
                    )
                    for t in templates
                ]
                found.append(ReadEncounter(each, tuple(fingers)))
            uow.audit.append(entry(self.clock, call, "READ", about.subject_id))
        return found

    def galleries(self, programme: str) -> list[str]:
        """Return the names of a programme's galleries."""
        with self.store.reading() as view:
            return view.references.galleries(programme)

    def count(self, programme: str) -> int:
        """Return how many people of a programme there are."""
        with self.store.reading() as view:
            return view.references.count(programme)

    def content(
        self, call: Call, programme: str, gallery: str, offset: int, limit: int
    ) -> list[tuple[ReferenceKey, ReferenceEncounter]]:
        """Return a part of a gallery, in the order in which encounters came; the reading is audited."""
        with self.store.transaction() as uow:
            found = uow.references.content(programme, gallery, offset, limit)
            numbers = {subject_id: uow.subjects.number_of(subject_id) or "" for subject_id, _ in found}
            details: Details = {"encounters": len(found)}
            uow.audit.append(entry(self.clock, call, "READ", details=details))
        return [(ReferenceKey.parse(numbers[subject_id]), each) for subject_id, each in found]
