"""References: what a programme gave of each encounter, sealed under the person's key, and in which galleries it is.

Galleries are found by keyed hashes of programme and name: who has the database alone learns that some encounters are
together somewhere, and not where.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from sqlalchemy import Connection, delete, distinct, func, insert, select, update

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.references import ALL, Given, ReferenceEncounter, Scope, is_reference
from idverify.ports.gallery import Among
from idverify.storage.failures import decoding, refuse_write
from idverify.storage.people.members import Members
from idverify.storage.tables import AnyRow, encounters, reference_encounters, reference_galleries, subjects, templates
from idverify.storage.trail.tally import RowChanges
from idverify.storage.vault import Vault, find_data_key, hold_data_key
from idverify.trust.sealing import seal, unseal

_KEPT, _IN = reference_encounters.c, reference_galleries.c


class ReferencesView:
    """References, read-only."""

    def __init__(self, connection: Connection, vault: Vault, members: Members, seen: int) -> None:
        self._connection = connection
        self._vault = vault
        self._members = members
        self._seen = seen

    def holds(self, subject_id: str) -> bool:
        """Tell whether a subject is a reference: by their key, since an erased backup may have left no encounter."""
        row = self._connection.execute(select(subjects).where(subjects.c.subject_id == subject_id)).one_or_none()
        return row is not None and is_reference(self._vault.citizen_number(row))

    def of(self, subject_id: str) -> list[ReferenceEncounter]:
        """Return the encounters of a reference, oldest first."""
        query = (
            select(reference_encounters)
            .join(encounters, encounters.c.encounter_id == _KEPT.encounter_id)
            .where(_KEPT.subject_id == subject_id)
            .order_by(encounters.c.ordinal)
        )
        return [self._read(row) for row in self._connection.execute(query).all()]

    def count(self, programme: str) -> int:
        """Return how many people of a programme there are."""
        query = select(func.count(distinct(_IN.subject_id))).where(_IN.gallery_hash == self._hash(programme, ALL))
        return int(self._connection.execute(query).scalar_one())

    def galleries(self, programme: str) -> list[str]:
        """Return the names of the galleries of a programme that have anything in them, in order of the alphabet."""
        mine = select(_IN.encounter_id).where(_IN.gallery_hash == self._hash(programme, ALL))
        one_of_each = select(func.min(_IN.encounter_id)).where(_IN.encounter_id.in_(mine)).group_by(_IN.gallery_hash)
        rows = self._connection.execute(select(reference_encounters).where(_KEPT.encounter_id.in_(one_of_each))).all()
        # An encounter stands for each of its galleries.
        return sorted({name for row in rows for name in self._read(row).given.galleries} - {ALL})

    def content(self, programme: str, gallery: str, offset: int, limit: int) -> list[tuple[str, ReferenceEncounter]]:
        """Return a part of a gallery, active or not, in the order in which encounters came: whose each is, and it."""
        query = (
            select(reference_encounters)
            .join(encounters, encounters.c.encounter_id == _KEPT.encounter_id)
            .join(reference_galleries, _IN.encounter_id == _KEPT.encounter_id)
            .where(_IN.gallery_hash == self._hash(programme, gallery))
            .order_by(encounters.c.ordinal)
            .offset(offset)
            .limit(limit)
        )
        return [(row.subject_id, self._read(row)) for row in self._connection.execute(query).all()]

    def members(self, scope: Scope) -> Among:
        """Return what a search of a scope looks at: templates of active encounters."""
        digest = self._hash(scope.programme, scope.gallery)
        if scope.person_ids is None:
            return self._members.of_gallery(self._connection, self._seen, digest)
        hashes = [self._vault.number_hash(f"{scope.programme}:{person_id}") for person_id in scope.person_ids]
        listed = _IN.subject_id.in_(select(subjects.c.subject_id).where(subjects.c.number_hash.in_(hashes)))
        inside = (_IN.gallery_hash == digest) & (_IN.searched == 1) & listed
        beside = select(templates.c.template_id).join(reference_galleries, _IN.encounter_id == templates.c.encounter_id)
        found = self._connection.execute(beside.where(inside).order_by(templates.c.template_id)).scalars()
        people = select(func.count(distinct(_IN.subject_id))).where(inside)
        return Among(np.fromiter(found, np.int64), int(self._connection.execute(people).scalar_one()))

    def citizens(self) -> Among | None:
        """Return what a search for citizens looks at: all but references; None: there are none, so all."""
        return self._members.of_citizens(self._connection, self._seen)

    def add(self, subject_id: str, encounter: ReferenceEncounter) -> None:
        """Refuse."""
        del subject_id, encounter
        raise refuse_write()

    def put(self, subject_id: str, encounter: ReferenceEncounter) -> None:
        """Refuse."""
        del subject_id, encounter
        raise refuse_write()

    def drop(self, subject_id: str, encounter: ReferenceEncounter) -> None:
        """Refuse."""
        del subject_id, encounter
        raise refuse_write()

    def _hash(self, programme: str, gallery: str) -> bytes:
        # No citizen number and no key of a reference has two colons at its beginning.
        return self._vault.number_hash(f"::{programme}:{gallery}")

    def _read(self, row: AnyRow) -> ReferenceEncounter:
        key = find_data_key(self._connection, self._vault, row.subject_id)
        if key is None:
            raise StoredDataError("an encounter of a reference belongs to nobody")
        said = json.loads(unseal(key, row.body_sealed, *_place(row.encounter_id, row.subject_id, row.version)))
        with decoding("encounter of a reference"):
            content = b64decode(said["content"])
            given = Given(said["encounter_id"], tuple(said["galleries"]), said["active"], content)
            times = datetime.fromisoformat(said["created"]), datetime.fromisoformat(said["updated"])
            return ReferenceEncounter(row.encounter_id, said["programme"], given, *times, row.version)


class SqlReferences(ReferencesView):
    """References, read and written in one transaction."""

    def __init__(self, connection: Connection, vault: Vault, changes: RowChanges) -> None:
        super().__init__(connection, vault, Members(), 0)  # its own: what it sees nobody else does yet
        self._changes = changes
        self.replaced = False

    def add(self, subject_id: str, encounter: ReferenceEncounter) -> None:
        """Add what belongs to an encounter that is in the store. Raises DomainError SUBJECT_NOT_FOUND."""
        row = {"encounter_id": encounter.entry_id, **self._columns(subject_id, encounter)}
        self._connection.execute(insert(reference_encounters).values(row))
        self._changes.added("reference_encounters", encounter.entry_id, subject_id, encounter.version)
        self._enter(subject_id, encounter)

    def put(self, subject_id: str, encounter: ReferenceEncounter) -> None:
        """Replace the version before.

        Raises:
            DomainError: SUBJECT_NOT_FOUND; VERSION_MISMATCH if the version before is not the one stored.
        """
        this = (_KEPT.encounter_id == encounter.entry_id) & (_KEPT.version == encounter.version - 1)
        changed = update(reference_encounters).where(this).values(self._columns(subject_id, encounter))
        if self._connection.execute(changed).rowcount != 1:
            raise DomainError(Reason.VERSION_MISMATCH, "the encounter was changed meanwhile")
        self.replaced = True
        self._changes.removed("reference_encounters", encounter.entry_id, subject_id, encounter.version - 1)
        self._changes.added("reference_encounters", encounter.entry_id, subject_id, encounter.version)
        self._leave(encounter.entry_id)
        self._enter(subject_id, encounter)

    def drop(self, subject_id: str, encounter: ReferenceEncounter) -> None:
        """Take out what belongs to an encounter, before that itself goes, or becomes another's."""
        self._leave(encounter.entry_id)
        self._connection.execute(delete(reference_encounters).where(_KEPT.encounter_id == encounter.entry_id))
        self._changes.removed("reference_encounters", encounter.entry_id, subject_id, encounter.version)

    def _enter(self, subject_id: str, encounter: ReferenceEncounter) -> None:
        searched = int(encounter.given.active)
        for gallery in sorted({ALL, *encounter.given.galleries}):
            digest = self._hash(encounter.programme, gallery)
            place = {"gallery_hash": digest, "encounter_id": encounter.entry_id, "subject_id": subject_id}
            self._connection.execute(insert(reference_galleries).values(place | {"searched": searched}))
            self._changes.added("reference_galleries", digest, encounter.entry_id, subject_id, searched)

    def _leave(self, entry_id: str) -> None:
        this = _IN.encounter_id == entry_id
        for row in self._connection.execute(select(reference_galleries).where(this)).all():
            place: Sequence[object] = (row.gallery_hash, row.encounter_id, row.subject_id, row.searched)
            self._changes.removed("reference_galleries", *place)
        self._connection.execute(delete(reference_galleries).where(this))

    def _columns(self, subject_id: str, encounter: ReferenceEncounter) -> dict[str, object]:
        key = hold_data_key(self._connection, self._vault, subject_id)
        given = encounter.given
        said = {
            "programme": encounter.programme,
            "encounter_id": given.encounter_id,
            "galleries": given.galleries,
            "active": given.active,
            "content": b64encode(given.content).decode(),
            "created": encounter.created.isoformat(),
            "updated": encounter.updated.isoformat(),
        }
        place = _place(encounter.entry_id, subject_id, encounter.version)
        sealed = seal(key, json.dumps(said).encode(), *place)
        return {"subject_id": subject_id, "version": encounter.version, "body_sealed": sealed}


def _place(encounter_id: str, subject_id: str, version: int) -> tuple[str, ...]:
    return ("reference_encounters", "body", encounter_id, subject_id, str(version))
