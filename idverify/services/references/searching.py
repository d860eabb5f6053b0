"""Searching a gallery of a programme, and verifying within it: by the search and the rules that citizens are found by.

A programme shows what it has, often what is enrolled itself, so that nothing is refused as a copy, and asks by machine,
so that no tries are counted; it may call so often only, and is told figures of sure matches alone, as everybody is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from idverify.domain import policy
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Decision, Features, FingerPosition, Likeness, OperatingPoint, StoredTemplate
from idverify.domain.references import ReferenceKey, Scope
from idverify.domain.telling import is_sure_match, sees_all, sees_figures
from idverify.ports import Among, Biometrics, Clock, Gallery, Store, UnitOfWork
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.refusing import Concern
from idverify.services.identification import candidate_limit, search_details, stated_fpir, target_of_search
from idverify.services.prints.deciding import operating_point
from idverify.services.prints.duplicates import best_of_each_finger
from idverify.services.prints.fingers import EnrolledFingers, compare_fingers, counted, fused
from idverify.services.prints.probes import prepared_probes
from idverify.services.prints.searching import FoundPeople, FoundPerson, PeopleSearch
from idverify.services.references.showing import Shown, encounter_of, features_of, subject_of_key


@dataclass(frozen=True, slots=True)
class Sought:
    """What is searched for: impressions, or those of a person who is kept, of one encounter or all (None)."""

    shown: Shown | None = None
    key: ReferenceKey | None = None
    encounter_id: str | None = None


@dataclass(frozen=True, slots=True)
class FoundReference:
    """A candidate. ``likeness`` and ``fpir`` None: not told. ``fingers``: what it rests on, best first."""

    key: ReferenceKey
    rank: int
    likeness: Likeness | None
    fpir: float | None
    fingers: tuple[tuple[FingerPosition, Likeness | None], ...]


@dataclass(frozen=True, slots=True)
class FoundReferences:
    """Outcome of a search; ``searched_people`` and ``searched_fingers``: of the scope, without who is searched for."""

    candidates: tuple[FoundReference, ...]
    searched_people: int
    searched_fingers: int
    target_fpir: float


@dataclass(frozen=True, slots=True)
class VerifiedReference:
    """Outcome of a comparison of one person. ``likeness`` None: not told."""

    decision: Decision
    likeness: Likeness | None
    operating_point: OperatingPoint
    fingers: tuple[tuple[FingerPosition, Likeness | None], ...]


@dataclass(frozen=True, slots=True)
class ReferenceSearch:
    """Searches and verifies; everything is audited."""

    store: Store
    biometrics: Biometrics
    gallery: Gallery
    clock: Clock

    # Whom, among whom, and how surely: as many parameters as the question has parts.
    def identify(
        self,
        call: Call,
        scope: Scope,
        sought: Sought,
        most: int | None,
        target_fpir: float | None,
        encode: Callable[[FoundReferences], bytes],
    ) -> bytes:
        """Find those of a scope who are alike beyond what the FPIR allows; who is searched for is none of them.

        Raises:
            DomainError: SUBJECT_NOT_FOUND, ENCOUNTER_NOT_FOUND, FIELD_*, FINGER_COUNT_EXCEEDED, SAMPLE_*,
                GALLERY_TOO_LARGE_FOR_TARGET_FPIR, GALLERY_INCOMPLETE, REQUEST_REPLAYED, DEADLINE_EXCEEDED.
        """
        limit, fpir = candidate_limit(most), stated_fpir(target_fpir)

        def work(about: Concern) -> bytes:
            features = self._features(call, sought, about)
            with self.store.reading() as view:
                among = view.references.members(scope)
            probes = prepared_probes(self.biometrics, best_of_each_finger(features))
            search = PeopleSearch(self.store, self.biometrics, self.gallery)
            found = search.search(call, probes, limit, about.subject_id or None, among)
            found.require_complete()
            target = target_of_search(fpir, found) if found.comparisons else policy.lowest_claimable_fmr(found.probes)
            with self.store.transaction() as uow:
                told = _told(uow, call, found, target, limit)
                point = operating_point(self.biometrics, target)
                qualities = tuple(probe.quality for probe in probes)
                details = search_details(found, [person for person, _ in told], point, qualities)
                outcome = "FOUND" if told else "NOT_FOUND"
                uow.audit.append(entry(self.clock, call, outcome, about.subject_id, details))
                candidates = tuple(each for _, each in told)
                body = encode(FoundReferences(candidates, among.people, found.searched_fingers, fpir))
                remember(uow, call, body, None)
            return body

        return answer_once(self.store, self.clock, call, work)

    def verify(
        self,
        call: Call,
        scope: Scope,
        key: ReferenceKey,
        shown: Shown,
        target_fmr: float | None,
        encode: Callable[[VerifiedReference], bytes],
    ) -> bytes:
        """Compare impressions with a person's within a scope.

        Raises:
            DomainError: SUBJECT_NOT_FOUND, also of who is not in the gallery; FINGER_NOT_ENROLLED, FIELD_*, SAMPLE_*,
                REQUEST_REPLAYED, DEADLINE_EXCEEDED.
        """
        target = policy.effective_target_fmr(target_fmr, None)

        def work(about: Concern) -> bytes:
            with self.store.reading() as view:
                about.subject_id = subject_of_key(view, key)
                among = view.references.members(scope)
                templates = _within(view.subjects.templates(about.subject_id), among)
            if not templates:
                raise DomainError(Reason.SUBJECT_NOT_FOUND, "nobody is known by this identifier in this gallery")
            features = best_of_each_finger(features_of(self.biometrics, call, shown))
            return self._concluded(call, about, features, templates, target, encode)

        return answer_once(self.store, self.clock, call, work)

    def compare(
        self,
        call: Call,
        one: Shown,
        other: Shown,
        target_fmr: float | None,
        encode: Callable[[VerifiedReference], bytes],
    ) -> bytes:
        """Compare impressions with each other; none is kept.

        Raises:
            DomainError: as :meth:`verify`.
        """
        target = policy.effective_target_fmr(target_fmr, None)

        def work(about: Concern) -> bytes:
            features = best_of_each_finger(features_of(self.biometrics, call, one))
            others = [
                StoredTemplate(0, "", f.position or FingerPosition.UNKNOWN, f.template, f.quality, f.extractor)
                for f in features_of(self.biometrics, call, other)
            ]
            return self._concluded(call, about, features, others, target, encode)

        return answer_once(self.store, self.clock, call, work)

    def _features(self, call: Call, sought: Sought, about: Concern) -> Sequence[Features]:
        if sought.shown is not None:
            return features_of(self.biometrics, call, sought.shown)
        assert sought.key is not None
        with self.store.reading() as view:
            subject_id = about.subject_id = subject_of_key(view, sought.key)
            if sought.encounter_id is None:
                templates = view.subjects.templates(subject_id)
            else:
                entry_id = encounter_of(view, subject_id, sought.encounter_id).entry_id
                templates = view.subjects.templates_of_encounters([entry_id])
        return [Features(t.position, t.template, t.quality, t.extractor) for t in templates]

    def _concluded(
        self,
        call: Call,
        about: Concern,
        features: Sequence[Features],
        templates: Sequence[StoredTemplate],
        target: float,
        encode: Callable[[VerifiedReference], bytes],
    ) -> bytes:
        fingers = compare_fingers(
            self.biometrics, call, prepared_probes(self.biometrics, features), EnrolledFingers(templates)
        )
        if not fingers:
            raise DomainError(Reason.FINGER_NOT_ENROLLED, "no finger that is shown is among those of the other side")
        likeness = policy.claimable(fused(self.biometrics, fingers), len(counted(fingers)))
        surest = policy.surest_finger((f.quality, f.enrolled_quality) for f in fingers)
        decision, point = policy.decide(likeness, target, surest), operating_point(self.biometrics, target)
        tells = sees_figures(call.caller, decision, likeness)
        each = tuple((f.position, policy.claimable(f.likeness, 1) if tells else None) for f in counted(fingers))
        verified = VerifiedReference(decision, likeness if tells else None, point, each)
        details: Details = {
            "target_fmr": target,
            "score": round(likeness.score, 2),
            "comparator": point.comparator,
            "calibration": point.calibration,
            "fingers": [f.position.name for f in fingers],
        }
        with self.store.transaction() as uow:
            uow.audit.append(entry(self.clock, call, decision.value, about.subject_id, details))
            body = encode(verified)
            remember(uow, call, body, about.subject_id or None)
        return body


def _within(templates: Sequence[StoredTemplate], among: Among) -> list[StoredTemplate]:
    return [template for template in templates if among.holds(template.template_id)]


def _told(
    uow: UnitOfWork, call: Call, found: FoundPeople, target: float, limit: int
) -> list[tuple[FoundPerson, FoundReference]]:
    """Return whom the search found, as the programme is told; who was deleted meanwhile is nobody."""
    told: list[tuple[FoundPerson, FoundReference]] = []
    for person in found.people:
        number = uow.subjects.number_of(person.subject_id) if person.claim.fmr <= target else None
        if number is None or len(told) == limit:
            continue
        tells = sees_all(call.caller) or is_sure_match(Decision.MATCH, person.claim)
        fingers = tuple((f.position, policy.claimable(f.likeness, 1) if tells else None) for f in person.fingers)
        likeness, fpir = (person.claim, policy.fpir_at(person.claim.fmr, found.comparisons)) if tells else (None, None)
        told.append((person, FoundReference(ReferenceKey.parse(number), len(told) + 1, likeness, fpir, fingers)))
    return told
