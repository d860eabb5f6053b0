"""Putting encounters of references in, changing them, and taking them out; all or nothing, and findable at once.

Nobody is looked for as an encounter comes in: the programme asks for that itself, and decides what becomes of it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Moved, PersonalData, StoredTemplate
from idverify.domain.references import Given, ReferenceEncounter, ReferenceKey, require_given, require_identifier
from idverify.ports import Biometrics, Clock, Erasures, Gallery, Store, UnitOfWork
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.refusing import Concern
from idverify.services.citizens import CitizenService, citizen_of, require_unheld
from idverify.services.prints.bringing import Brought
from idverify.services.prints.exchanging import exchange
from idverify.services.prints.kept_images import images_to_keep
from idverify.services.references.showing import (
    Shown,
    encounter_of,
    prints_of,
    require_new_encounter,
    subject_of_key,
)

Encode = Callable[[ReferenceKey, Given], bytes]
"""From whose an encounter is, and what was given of it."""


@dataclass(frozen=True, slots=True)
class ReferenceService:
    """Keeps encounters; each is audited, and each prints that go are put in the erasure list."""

    store: Store
    biometrics: Biometrics
    gallery: Gallery
    citizens: CitizenService
    erasures: Erasures
    clock: Clock
    keep_images: bool

    def insert(
        self, call: Call, key: ReferenceKey, given: Given, shown: Shown, encode: Encode, *, new_person: bool = False
    ) -> bytes:
        """Put an encounter in; the person comes with their first. Durable and findable when it returns.

        Args:
            call: as made.
            key: whose it is.
            given: what the programme says of it.
            shown: its fingers.
            encode: makes the answer.
            new_person: nobody may be known by the key yet.

        Raises:
            DomainError: REFERENCE_EXISTS, FIELD_*, FINGER_COUNT_EXCEEDED, SLAP_COUNT_MISMATCH, SAMPLE_*,
                REQUEST_REPLAYED, DEADLINE_EXCEEDED.
        """
        require_identifier(key.person_id, "personId")
        require_given(given)

        def work(about: Concern) -> bytes:
            with self.store.reading() as view:
                self._require_new(view, key, given, new_person)
            prints = prints_of(self.biometrics, call, shown)
            with self.store.transaction() as uow:
                about.subject_id = self._require_new(uow, key, given, new_person) or str(uuid.uuid4())
                if uow.subjects.own_id_of(key.text) is None:
                    uow.subjects.add(about.subject_id, key.text, PersonalData(""), self.clock.now())
                stored = self._add(uow, call, about.subject_id, key, given, prints, None)
                self._audit(uow, call, "ADDED", about.subject_id, stored)
                body = encode(key, given)
                remember(uow, call, body, about.subject_id)
                exchange(uow, self.gallery, [Moved((), tuple(stored))])
            return body

        return answer_once(self.store, self.clock, call, work)

    def replace(self, call: Call, key: ReferenceKey, given: Given, shown: Shown, encode: Encode) -> bytes:
        """Put another content, and other fingers, in the place of those of an encounter.

        Raises:
            DomainError: SUBJECT_NOT_FOUND, ENCOUNTER_NOT_FOUND, LEGAL_HOLD, and as :meth:`insert`.
        """
        require_given(given)

        def work(about: Concern) -> bytes:
            with self.store.reading() as view:
                about.subject_id = subject_of_key(view, key)
                encounter_of(view, about.subject_id, given.encounter_id)
            prints = prints_of(self.biometrics, call, shown)
            with self.store.transaction() as uow:
                about.subject_id = subject_of_key(uow, key)
                before = encounter_of(uow, about.subject_id, given.encounter_id)
                removed = self._take_out(uow, call, about.subject_id, before)
                stored = self._add(uow, call, about.subject_id, key, given, prints, before.created)
                self._audit(uow, call, "UPDATED", about.subject_id, stored)
                body = encode(key, given)
                remember(uow, call, body, about.subject_id)
                exchange(uow, self.gallery, [Moved(tuple(removed), tuple(stored))])
            return body

        return answer_once(self.store, self.clock, call, work)

    def change(
        self, call: Call, key: ReferenceKey, encounter_id: str, changed: Callable[[Given], Given], encode: Encode
    ) -> bytes:
        """Change what is said of an encounter, without its fingers: its state, or its galleries.

        Raises:
            DomainError: SUBJECT_NOT_FOUND, ENCOUNTER_NOT_FOUND, FIELD_*, REQUEST_REPLAYED.
        """

        def work(about: Concern) -> bytes:
            with self.store.transaction() as uow:
                about.subject_id = subject_of_key(uow, key)
                before = encounter_of(uow, about.subject_id, encounter_id)
                given = require_given(changed(before.given))
                uow.references.put(about.subject_id, before.changed(given, self.clock.now()))
                details: Details = {"active": given.active, "galleries": len(given.galleries)}
                uow.audit.append(entry(self.clock, call, "CHANGED", about.subject_id, details))
                body = encode(key, given)
                remember(uow, call, body, about.subject_id)
            return body

        return answer_once(self.store, self.clock, call, work)

    def delete(self, call: Call, key: ReferenceKey, encounter_id: str | None, encode: Callable[[], bytes]) -> bytes:
        """Delete an encounter, and with the last the person; or the person at once (None).

        Raises:
            DomainError: SUBJECT_NOT_FOUND, ENCOUNTER_NOT_FOUND, LEGAL_HOLD, REQUEST_REPLAYED.
        """

        def work(about: Concern) -> bytes:
            with self.store.transaction() as uow:
                subject_id = about.subject_id = subject_of_key(uow, key)
                kept = uow.references.of(subject_id)
                gone = kept if encounter_id is None else [encounter_of(uow, subject_id, encounter_id)]
                if len(gone) == len(kept):
                    event = partial(entry, self.clock, call, "DELETED")
                    self.citizens.erase(uow, citizen_of(uow, subject_id), event, call)
                    remember(uow, call, encode(), None)
                else:
                    removed = [t for each in gone for t in self._take_out(uow, call, subject_id, each)]
                    remember(uow, call, encode(), subject_id)
                    exchange(uow, self.gallery, [Moved(tuple(removed), ())])
            return encode()

        return answer_once(self.store, self.clock, call, work)

    def merge(self, call: Call, key: ReferenceKey, source: ReferenceKey, encode: Callable[[], bytes]) -> bytes:
        """Give all encounters of one person to another, by whose word they are one; the first is gone.

        Raises:
            DomainError: SUBJECT_NOT_FOUND, REFERENCE_EXISTS if both have an encounter of one id, FIELD_INVALID for one
                person twice, LEGAL_HOLD, REQUEST_REPLAYED.
        """
        return self._given_over(call, key, source, None, encode)

    def move(
        self, call: Call, key: ReferenceKey, source: ReferenceKey, encounter_id: str, encode: Callable[[], bytes]
    ) -> bytes:
        """Give an encounter of one person to another; whoever has none left is gone.

        Raises:
            DomainError: ENCOUNTER_NOT_FOUND, and as :meth:`merge`.
        """
        return self._given_over(call, key, source, encounter_id, encode)

    def _given_over(
        self,
        call: Call,
        key: ReferenceKey,
        source: ReferenceKey,
        encounter_id: str | None,
        encode: Callable[[], bytes],
    ) -> bytes:
        if key == source:
            raise DomainError(Reason.FIELD_INVALID, "source and target are one person", {"field": "personIdSource"})

        def work(about: Concern) -> bytes:
            with self.store.transaction(alone=True) as uow:
                taker, giver = subject_of_key(uow, key), subject_of_key(uow, source)
                about.subject_id, about.others = taker, (giver,)
                require_unheld(uow, taker, giver)
                kept = uow.references.of(giver)
                going = kept if encounter_id is None else [encounter_of(uow, giver, encounter_id)]
                for each in going:
                    require_new_encounter(uow, taker, each.given.encounter_id)
                moved = []
                for each in going:
                    uow.references.drop(giver, each)
                    moved.append(uow.subjects.move_encounter(each.entry_id, taker))
                    uow.references.add(taker, each.changed(each.given, self.clock.now()))
                outcome = "MERGED" if encounter_id is None else "MOVED"
                details: Details = {"other": giver, "encounters": [each.entry_id for each in going]}
                if len(going) == len(kept):
                    uow.subjects.delete(giver)
                uow.audit.append(entry(self.clock, call, outcome, taker, details))
                remember(uow, call, encode(), taker)
                exchange(uow, self.gallery, moved)
            return encode()

        return answer_once(self.store, self.clock, call, work)

    def _require_new(self, uow: UnitOfWork, key: ReferenceKey, given: Given, new_person: bool) -> str | None:
        subject_id = uow.subjects.own_id_of(key.text)
        if subject_id is None:
            return None
        if new_person:
            raise DomainError(Reason.REFERENCE_EXISTS, "somebody is known by this identifier")
        require_new_encounter(uow, subject_id, given.encounter_id)
        return subject_id

    # As many parameters as an encounter has parts.
    def _add(
        self,
        uow: UnitOfWork,
        call: Call,
        subject_id: str,
        key: ReferenceKey,
        given: Given,
        prints: Brought,
        created: datetime | None,
    ) -> list[StoredTemplate]:
        now, entry_id = self.clock.now(), str(uuid.uuid4())
        _, stored = uow.subjects.add_encounter(subject_id, entry_id, now, prints.features)
        if self.keep_images:
            uow.images.keep(subject_id, entry_id, images_to_keep(call, prints.samples, prints.features, now))
        uow.references.add(subject_id, ReferenceEncounter(entry_id, key.programme, given, created or now, now))
        return stored

    def _take_out(
        self, uow: UnitOfWork, call: Call, subject_id: str, encounter: ReferenceEncounter
    ) -> list[StoredTemplate]:
        require_unheld(uow, subject_id)
        removed = uow.subjects.templates_of_encounters([encounter.entry_id])
        uow.references.drop(subject_id, encounter)
        uow.subjects.remove_encounter(encounter.entry_id)
        details: Details = {"templates": len(removed), "encounters": [encounter.entry_id]}
        erased = uow.audit.append(entry(self.clock, call, "PRINTS_DELETED", subject_id, details))
        uow.on_rollback(self.erasures.note([erased]))
        return removed

    def _audit(self, uow: UnitOfWork, call: Call, outcome: str, subject_id: str, stored: list[StoredTemplate]) -> None:
        details: Details = {"templates": len(stored), "fingers": sorted({t.position.name for t in stored})}
        uow.audit.append(entry(self.clock, call, outcome, subject_id, details))


def in_state(active: bool) -> Callable[[Given], Given]:
    """Return what makes an encounter searched, or not."""
    return lambda given: replace(given, active=active)


def in_galleries(galleries: tuple[str, ...]) -> Callable[[Given], Given]:
    """Return what puts an encounter in these galleries, and in no others."""
    return lambda given: replace(given, galleries=galleries)
