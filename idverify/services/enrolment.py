"""Enrolling citizens, and adding impressions of theirs."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from idverify.domain.attempts import FAILURE
from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.citizen_number import CitizenNumber
from idverify.domain.citizens.fingers import require_exceptions, spared
from idverify.domain.citizens.provinces import Provinces
from idverify.domain.citizens.states import require_active
from idverify.domain.enrolling.profiles import profile_of
from idverify.domain.enrolling.slaps import FINGERS, require_not_missing, require_slaps, require_some_finger
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import (
    ChangeReason,
    DuplicateCheck,
    Encounter,
    FingerException,
    FingerPosition,
    NumberWarning,
    PersonalData,
    Sample,
    StoredTemplate,
)
from idverify.domain.model.enrolling import NOTHING_BESIDES, Besides, Profiles, SlapSample
from idverify.domain.personal_data import check_personal_data
from idverify.ports import Biometrics, Clock, Gallery, Store, UnitOfWork
from idverify.services.attempts.guard import AttemptGuard
from idverify.services.attempts.replays import ReplayGuard
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.refusing import Concern
from idverify.services.citizens import citizen_of, subject_of
from idverify.services.own_fingers import OwnFingers
from idverify.services.people.changing import Why, store_change
from idverify.services.prints.bringing import Brought, brought, of_slaps
from idverify.services.prints.duplicates import (
    Duplicates,
    DuplicateSearch,
    Searched,
    duplicate_details,
    require_may_skip,
    suspected,
)
from idverify.services.prints.kept_images import images_to_keep
from idverify.services.prints.probes import Probe
from idverify.services.prints.same_finger import SameFinger, same_finger_details
from idverify.services.prints.sampling import require_count, require_positions
from idverify.services.prints.sequence import sequence_details
from idverify.services.prints.taking import Taken, profile_details, slap_details, taken
from idverify.services.prints.two_people import refused_as_made_of_two
from idverify.services.prints.unpacking import brought_unpacked

MOST_ENROLLED_SAMPLES = 40
"""Ten fingers, four impressions each."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new citizen. ``duplicates`` None: not looked for, nor for fingers that stand under two names."""

    number: CitizenNumber
    subject_id: str
    encounter: Encounter
    warnings: tuple[NumberWarning, ...]
    duplicates: Duplicates | None
    same_fingers: tuple[SameFinger, ...]
    taken: tuple[Taken, ...]


@dataclass(frozen=True, slots=True)
class Added:
    """A new encounter of an enrolled citizen. ``duplicates`` None: not looked for, as for :class:`Enrolled`."""

    subject_id: str
    encounter: Encounter
    duplicates: Duplicates | None
    same_fingers: tuple[SameFinger, ...]
    taken: tuple[Taken, ...]


@dataclass(frozen=True, slots=True)
class EnrolmentService:
    """Enrols. The gallery changes inside the write transaction, so that it never disagrees with the database."""

    store: Store
    biometrics: Biometrics
    gallery: Gallery
    attempts: AttemptGuard
    replays: ReplayGuard
    clock: Clock
    provinces: Provinces
    profiles: Profiles
    keep_images: bool

    def enrol(
        self,
        call: Call,
        citizen_number: str,
        personal: PersonalData,
        samples: Sequence[Sample],
        encode: Callable[[Enrolled], bytes],
        check: DuplicateCheck = DuplicateCheck.REFUSE,
        besides: Besides = NOTHING_BESIDES,
    ) -> bytes:
        """Enrol a citizen; all or nothing. Durable, verifiable and findable when it returns.

        Raises:
            DomainError: IDENTIFIER_MALFORMED, FIELD_MISSING, FIELD_INVALID, FINGER_COUNT_EXCEEDED, SAMPLE_*,
                SLAP_COUNT_MISMATCH, FINGER_SEQUENCE_MISMATCH, REFERENCE_EXISTS, DUPLICATE_PERSON_SUSPECTED,
                SAME_FINGER_SUSPECTED, CLIENT_NOT_AUTHORIZED, ATTEMPTS_*, REQUEST_REPLAYED, DEADLINE_EXCEEDED.
        """
        require_may_skip(self.store, self.clock, call, check)
        number = CitizenNumber.parse(citizen_number)
        today = self.clock.now().date()
        check_personal_data(personal, today)
        warnings = number.warnings(personal, self.provinces, today)
        profile = profile_of(self.profiles, besides.profile)
        samples, besides = self._unpacked(call, samples, besides)
        require_exceptions(besides.fingers, self._today(), "finger_exceptions")
        require_not_missing(samples, besides.fingers)
        missing = frozenset(finger.position for finger in besides.fingers)
        _check_samples(samples, besides.slaps, missing)

        def work(about: Concern) -> bytes:
            self._require_open(call)
            self._refuse_enrolled(number.text, about)
            prints = brought(self.biometrics, call, samples, besides.slaps, missing)
            own = OwnFingers.of(self.biometrics, self.attempts, call, check, about, prints.features)
            with of_slaps(prints.singles, prints.cuts):
                checked = own.in_sequence(prints.singles)
                same = own.among_themselves()
            told = taken(self.biometrics, call, profile, prints, checked)
            searched = self._search(call, check, own.probes)
            subject_id = str(uuid.uuid4())
            with self.store.transaction() as uow:
                uow.subjects.add(subject_id, number.text, personal, self.clock.now())
                duplicates = self._duplicates(uow, call, check, searched, subject_id, about)
                further = slap_details(prints) | sequence_details(checked) | profile_details(profile, told)
                further |= self._noted(uow, call, subject_id, besides.fingers)
                outcome = _Outcome("ENROLLED", check, duplicates, same, further)
                encounter, stored = self._add_encounter(uow, call, subject_id, prints, outcome)
                body = encode(Enrolled(number, subject_id, encounter, warnings, duplicates, same, told))
                remember(uow, call, body, subject_id)
                self._make_findable(uow, stored)
            return body

        return answer_once(self.store, self.clock, call, work)

    def add(
        self,
        call: Call,
        citizen_number: str,
        samples: Sequence[Sample],
        encode: Callable[[Added], bytes],
        check: DuplicateCheck = DuplicateCheck.REFUSE,
        besides: Besides = NOTHING_BESIDES,
    ) -> bytes:
        """Add an encounter to an enrolled citizen, whose own fingers are no duplicates.

        Raises:
            DomainError: as :meth:`enrol`, and SUBJECT_NOT_FOUND, AUTH_LOCKED_BY_SUBJECT, SUBJECT_DEACTIVATED,
                SUBJECT_DECEASED.
        """
        require_may_skip(self.store, self.clock, call, check)
        profile = profile_of(self.profiles, besides.profile)
        samples, besides = self._unpacked(call, samples, besides)
        require_not_missing(samples, besides.fingers)
        _check_samples(samples, besides.slaps)

        def work(about: Concern) -> bytes:
            self._require_open(call)
            with self.store.reading() as view:
                about.subject_id = subject_of(view, citizen_number, self.clock.now())
                require_active(view.changes.state_of(about.subject_id))
                enrolled = view.subjects.templates(about.subject_id)
                missing = spared(view.changes.fingers_of(about.subject_id), self._today())
            missing |= {finger.position for finger in besides.fingers}
            require_some_finger(besides.slaps, missing)
            prints = brought(self.biometrics, call, samples, besides.slaps, missing)
            own = OwnFingers.of(self.biometrics, self.attempts, call, check, about, prints.features)
            with of_slaps(prints.singles, prints.cuts):
                checked = own.in_sequence(prints.singles)
                same = own.among_themselves() + own.as_enrolled(enrolled)
            told = taken(self.biometrics, call, profile, prints, checked)
            searched = self._search(call, check, own.probes, exclude=about.subject_id)
            with self.store.transaction() as uow:
                subject_id = about.subject_id = subject_of(uow, citizen_number, self.clock.now())
                require_active(uow.changes.state_of(subject_id))
                duplicates = self._duplicates(uow, call, check, searched, subject_id, about)
                with of_slaps(prints.singles, prints.cuts):
                    same += own.as_enrolled(_since(enrolled, uow.subjects.templates(subject_id)))
                own.reported(uow, same)
                further = slap_details(prints) | sequence_details(checked) | profile_details(profile, told)
                outcome = _Outcome("ADDED", check, duplicates, same, further)
                encounter, stored = self._add_encounter(uow, call, subject_id, prints, outcome)
                body = encode(Added(subject_id, encounter, duplicates, same, told))
                remember(uow, call, body, subject_id)
                self._make_findable(uow, stored)
            return body

        return answer_once(self.store, self.clock, call, work)

    def _search(
        self, call: Call, check: DuplicateCheck, probes: Sequence[Probe], exclude: str | None = None
    ) -> Searched | None:
        if check is DuplicateCheck.SKIP:
            return None
        return DuplicateSearch(self.store, self.biometrics, self.gallery).search(call, probes, exclude)

    def _duplicates(
        self,
        uow: UnitOfWork,
        call: Call,
        check: DuplicateCheck,
        searched: Searched | None,
        own: str,
        about: Concern,
    ) -> Duplicates | None:
        """Conclude the check before anything is stored.

        Raises:
            DomainError: DUPLICATE_PERSON_SUSPECTED, SAMPLE_IMPLAUSIBLE.
        """
        if searched is None:
            return None
        found = DuplicateSearch(self.store, self.biometrics, self.gallery).conclude(uow, call, searched, own)
        if not found.suspects:
            return found
        # Fingers tried until somebody is suspected are tries too; of the client's, whoever they were said to be of.
        count = partial(self.attempts.failed, call=call, about=Concern(), weight=FAILURE)
        if check is DuplicateCheck.REPORT and found.made_of_two is None:
            count(uow)
            return found
        about.details, about.on_refusal = duplicate_details(check, found), count
        if found.made_of_two is not None:
            raise refused_as_made_of_two(found.made_of_two)
        raise suspected(found, call.caller)

    def _today(self) -> date:
        return day_in_viet_nam(self.clock.now())

    def _unpacked(self, call: Call, samples: Sequence[Sample], besides: Besides) -> tuple[list[Sample], Besides]:
        most, today = MOST_ENROLLED_SAMPLES, self._today()
        return brought_unpacked(self.biometrics, call, samples, besides, most, today=today)

    def _require_open(self, call: Call) -> None:
        with self.store.reading() as view:
            self.attempts.require_open(view, call, Concern())

    def _add_encounter(
        self, uow: UnitOfWork, call: Call, subject_id: str, prints: Brought, outcome: _Outcome
    ) -> tuple[Encounter, list[StoredTemplate]]:
        features, now = prints.features, self.clock.now()
        # Enrolling proves nobody, so what was presented before may be enrolled; what is enrolled is no probe any more.
        self.replays.note(uow, call, features)
        encounter, stored = uow.subjects.add_encounter(subject_id, str(uuid.uuid4()), now, features)
        if self.keep_images:
            uow.images.keep(subject_id, encounter.encounter_id, images_to_keep(call, prints.samples, features, now))
        fingers = sorted({t.position.name for t in stored})
        details = {"templates": len(stored), "fingers": fingers, **duplicate_details(outcome.check, outcome.duplicates)}
        details |= same_finger_details(outcome.same_fingers) | outcome.further
        uow.audit.append(entry(self.clock, call, outcome.name, subject_id, details))
        return encounter, stored

    def _noted(self, uow: UnitOfWork, call: Call, subject_id: str, fingers: tuple[FingerException, ...]) -> Details:
        """Note which fingers the new citizen cannot show, as the first change of them; which is kept by no trail."""
        if not fingers:
            return {}
        citizen, noted = citizen_of(uow, subject_id), tuple(sorted(fingers, key=lambda finger: finger.position))
        why = Why(ChangeReason.FINGERS_SEEN)
        store_change(uow, self.clock, call, citizen, why, replace(citizen.standing, fingers=noted))
        return {"fingers_noted": len(noted)}

    def _make_findable(self, uow: UnitOfWork, templates: Sequence[StoredTemplate]) -> None:
        """Add to the gallery, last in the transaction: a millisecond a template, and undone if it does not commit."""
        uow.on_rollback(partial(self.gallery.remove, [t.template_id for t in templates]))
        self.gallery.add(templates)

    def _refuse_enrolled(self, citizen_number: str, about: Concern) -> None:
        """Refuse early what the unique key would refuse after seconds of extraction."""
        with self.store.reading() as view:
            about.subject_id = view.subjects.id_of(citizen_number) or ""
            if about.subject_id:
                raise DomainError(Reason.REFERENCE_EXISTS, "this citizen number is enrolled; add fingerprints to it")


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the audit trail calls an enrolment, and how it was checked."""

    name: str
    check: DuplicateCheck
    duplicates: Duplicates | None
    same_fingers: tuple[SameFinger, ...]
    further: Details


def _since(seen: Sequence[StoredTemplate], now: Sequence[StoredTemplate]) -> list[StoredTemplate]:
    """Return what was enrolled since: two calls at the same moment must not both pass."""
    known = {template.template_id for template in seen}
    return [template for template in now if template.template_id not in known]


def _check_samples(
    samples: Sequence[Sample], slaps: Sequence[SlapSample], missing: Collection[FingerPosition] = ()
) -> None:
    require_slaps(slaps)
    require_some_finger(slaps, missing)
    if samples or not slaps:
        require_count(samples, MOST_ENROLLED_SAMPLES - sum(len(FINGERS[slap.position]) for slap in slaps))
    require_positions(samples)
