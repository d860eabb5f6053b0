"""Citizens: reading them, and changing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, exists, func, insert, select
from sqlalchemy.exc import IntegrityError

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import (
    Citizen,
    CitizenChange,
    Encounter,
    Features,
    Moved,
    PersonalData,
    StoredTemplate,
)
from idverify.domain.references import is_reference
from idverify.storage.counter.confirmations import SqlConfirmations
from idverify.storage.failures import refuse_write
from idverify.storage.people.changes import ChangesView, as_changed, changes_of, merged_into
from idverify.storage.people.encounters import encounters_of, encounters_of_one
from idverify.storage.people.images import move_images
from idverify.storage.people.moving import move_encounter, remove_encounter
from idverify.storage.people.numbers import NumbersView, former_numbers_of
from idverify.storage.people.renewing import replace_templates
from idverify.storage.people.templates import add_template, impression_of, read_templates
from idverify.storage.replies import erase_bodies_of
from idverify.storage.statement import Statement
from idverify.storage.tables import (
    AnyRow,
    attempts,
    citizen_changes,
    citizen_pins,
    consents,
    encounters,
    former_numbers,
    images,
    owned_records,
    presences,
    recent_probes,
    records,
    reference_encounters,
    reference_galleries,
    subjects,
    templates,
    transactions,
    virtual_numbers,
)
from idverify.storage.trail.tally import OF_CITIZENS, PLACES, TABLES, RowChanges
from idverify.storage.vault import KEY_COLUMNS, Vault, find_data_key, hold_data_key

_BY_AGE = (templates.c.template_id,)
_BY_PLACE = (templates.c.encounter_id, templates.c.place)

_CHANGED = (
    select(func.max(citizen_changes.c.version))
    .where(citizen_changes.c.subject_id == subjects.c.subject_id)
    .scalar_subquery()
    .label("changed")
)
_RENAMED = exists().where(former_numbers.c.subject_id == subjects.c.subject_id).label("renamed")
_BEARER = select(subjects, _CHANGED, _RENAMED).where(subjects.c.number_hash == bindparam("number_hash"))
_BY_NUMBER, _BY_NUMBER_HELD = Statement(_BEARER), Statement(_BEARER.with_for_update(read=True))
_BY_ID = Statement(select(subjects).where(subjects.c.subject_id == bindparam("subject_id")))
_TEMPLATES_OF = Statement(
    select(templates).where(templates.c.subject_id == bindparam("subject_id")).order_by(templates.c.template_id)
)
_ADD = Statement(insert(subjects).inline(), [column.name for column in subjects.c if column is not subjects.c.ordinal])
_ADD_ENCOUNTER = Statement(insert(encounters).inline(), ["encounter_id", "subject_id", "created"])

_NO_REFERENCE = subjects.c.subject_id.not_in(select(reference_encounters.c.subject_id))


class SubjectsView:
    """Citizens, read-only."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def id_of(self, citizen_number: str) -> str | None:
        """Return the subject id of who bears a citizen number, did before, or turned out to be who bore it.

        Raises:
            StoredDataError: the row that answers to the number holds another.
        """
        found = self.own_id_of(citizen_number)
        return None if found is None else merged_into(self._connection, self._vault, found)

    def current(self, subject_id: str) -> str:
        """Return who somebody turned out to be: the same subject, if nobody else."""
        return merged_into(self._connection, self._vault, subject_id)

    def own_id_of(self, citizen_number: str) -> str | None:
        """Return the subject id under which a number was enrolled, or is a former one, merged into another or not.

        Raises:
            StoredDataError: the row that answers to the number holds another.
        """
        row = self._bearer(self._vault.number_hash(citizen_number))
        if row is None:
            return NumbersView(self._connection, self._vault).holder_before(citizen_number)
        # The hash alone could have been moved to another citizen's row; what is sealed could not.
        if not self._vault.bears(row, citizen_number):
            raise StoredDataError("a citizen's row answers to a number that is not sealed in it")
        self._note_bearer(row, citizen_number)
        subject_id: str = row.subject_id
        return subject_id

    def _bearer(self, number_hash: bytes) -> AnyRow | None:
        return _BY_NUMBER.first(self._connection, number_hash=number_hash)

    def _note_bearer(self, row: AnyRow, citizen_number: str) -> None:
        del citizen_number
        if self._vault.remembered is not None:
            self._vault.remembered.note(row)

    def number_of(self, subject_id: str) -> str | None:
        """Return the number that a citizen bears."""
        if self._vault.remembered is not None and subject_id in self._vault.remembered.numbers:
            return self._vault.remembered.numbers[subject_id]
        row = self._row(subject_id)
        return None if row is None else self._vault.citizen_number(row)

    def get(self, subject_id: str, *, encounters: bool = True) -> Citizen | None:
        """Return a citizen, without templates.

        Args:
            subject_id: whose.
            encounters: with them; without, it is two statements fewer.
        """
        row = self._row(subject_id)
        if row is None:
            return None
        met = encounters_of_one(self._connection, subject_id) if encounters else ()
        changes = ChangesView(self._connection, self._vault).of(subject_id)
        former = NumbersView(self._connection, self._vault).former_of(subject_id)
        return self._citizen(row, met, changes, former)

    def _row(self, subject_id: str) -> AnyRow | None:
        if self._vault.remembered is not None and subject_id in self._vault.remembered.rows:
            return self._vault.remembered.rows[subject_id]
        return _BY_ID.first(self._connection, subject_id=subject_id)

    def count(self, *, citizens_only: bool = False) -> int:
        """Return the number of citizens and, if not of them only, of references."""
        query = select(func.count()).select_from(subjects)
        return int(self._connection.execute(query.where(_NO_REFERENCE) if citizens_only else query).scalar_one())

    def ids(self) -> list[str]:
        """Return the subject ids of all."""
        return list(self._connection.execute(select(subjects.c.subject_id)).scalars())

    def encounter_holders(self) -> dict[str, str]:
        """Return the subject id of every encounter, by encounter id."""
        rows = self._connection.execute(select(encounters.c.encounter_id, encounters.c.subject_id))
        return {row.encounter_id: row.subject_id for row in rows}

    def page(self, after_ordinal: int, limit: int, *, citizens_only: bool = False) -> list[Citizen]:
        """Return citizens and references in order of enrolment, those with an ordinal above ``after_ordinal``."""
        after = subjects.c.ordinal > after_ordinal
        if not citizens_only:
            return self._read(after, limit)
        page: list[Citizen] = []
        while True:
            found = self._read(after & _NO_REFERENCE, limit)
            # An erased backup may leave a reference without encounters.
            page += [each for each in found if not is_reference(each.citizen_number)]
            if len(found) < limit or len(page) >= limit:
                return page[:limit]
            after = subjects.c.ordinal > found[-1].ordinal

    def templates(self, subject_id: str) -> list[StoredTemplate]:
        """Return all templates of a citizen, oldest first."""
        rows = _TEMPLATES_OF.all(self._connection, subject_id=subject_id)
        key = find_data_key(self._connection, self._vault, subject_id)
        return read_templates(rows, {subject_id: key} if key else {})

    def templates_of_encounters(self, encounter_ids: Sequence[str]) -> list[StoredTemplate]:
        """Return the templates of some encounters, each encounter's in the order of its impressions."""
        return self._stored(templates.c.encounter_id.in_(encounter_ids), order=_BY_PLACE)

    def newest_template(self) -> int:
        """Return the id of the template that was added last of those that are there; 0 if there is none."""
        return self._connection.execute(select(func.max(templates.c.template_id))).scalar_one() or 0

    def templates_after(self, template_id: int, limit: int | None = None) -> list[StoredTemplate]:
        """Return the templates with higher ids, whomever they are of, in order; at most ``limit``."""
        return self._stored(templates.c.template_id > template_id, limit)

    def templates_by_id(self, template_ids: Sequence[int]) -> list[StoredTemplate]:
        """Return those of a few templates that are there, in order."""
        return self._stored(templates.c.template_id.in_(template_ids))

    def add(self, subject_id: str, citizen_number: str, personal_data: PersonalData, created: datetime) -> None:
        """Refuse."""
        del subject_id, citizen_number, personal_data, created
        raise refuse_write()

    def add_encounter(
        self, subject_id: str, encounter_id: str, created: datetime, features: Sequence[Features]
    ) -> tuple[Encounter, list[StoredTemplate]]:
        """Refuse."""
        del subject_id, encounter_id, created, features
        raise refuse_write()

    def move_encounter(self, encounter_id: str, subject_id: str) -> Moved:
        """Refuse."""
        del encounter_id, subject_id
        raise refuse_write()

    def remove_encounter(self, encounter_id: str) -> int:
        """Refuse."""
        del encounter_id
        raise refuse_write()

    def replace_templates(self, subject_id: str, new: Mapping[int, Features]) -> Moved:
        """Refuse."""
        del subject_id, new
        raise refuse_write()

    def delete(self, subject_id: str) -> int:
        """Refuse."""
        del subject_id
        raise refuse_write()

    def _stored(
        self,
        wanted: ColumnElement[bool],
        limit: int | None = None,
        order: Sequence[ColumnElement[Any]] = _BY_AGE,
    ) -> list[StoredTemplate]:
        query = (
            select(templates, *KEY_COLUMNS[1:])
            .join(subjects, subjects.c.subject_id == templates.c.subject_id)
            .where(wanted)
            .order_by(*order)
            .limit(limit)
        )
        rows = self._connection.execute(query).all()
        owners = {row.subject_id: row for row in rows}
        return read_templates(rows, {owner: self._vault.data_key(row) for owner, row in owners.items()})

    def _read(self, wanted: ColumnElement[bool], limit: int) -> list[Citizen]:
        query = select(subjects).where(wanted).order_by(subjects.c.ordinal).limit(limit)
        rows = self._connection.execute(query).all()
        met = encounters_of(self._connection, [row.subject_id for row in rows])
        keys = {row.subject_id: self._vault.data_key(row) for row in rows}
        changes = changes_of(self._connection, keys)
        former = former_numbers_of(self._connection, self._vault, keys)
        return [
            self._citizen(row, met[row.subject_id], changes[row.subject_id], former[row.subject_id]) for row in rows
        ]

    def _citizen(
        self, row: AnyRow, met: tuple[Encounter, ...], changes: Sequence[CitizenChange], former: Sequence[str]
    ) -> Citizen:
        number, personal = self._vault.citizen_number(row), self._vault.personal_data(row)
        known = as_changed(Citizen(row.subject_id, row.ordinal, number, personal, met, row.created), changes)
        numbers = [*former, *self._numbers_of(known.absorbed)]
        return replace(known, former_numbers=tuple(sorted(numbers)))

    def _numbers_of(self, absorbed: Sequence[str]) -> list[str]:
        """Return the numbers of people who turned out to be another, who bears them too since."""
        others = self._read(subjects.c.subject_id.in_(absorbed), len(absorbed)) if absorbed else []
        return [number for other in others for number in (other.citizen_number, *other.former_numbers)]


class SqlSubjects(SubjectsView):
    """Citizens, read and written in one transaction."""

    def __init__(self, connection: Connection, vault: Vault, changes: RowChanges) -> None:
        super().__init__(connection, vault)
        self._changes = changes
        self.erased = False

    def _bearer(self, number_hash: bytes) -> AnyRow | None:
        """Hold them too: whatever is written about somebody holds them sooner or later."""
        return _BY_NUMBER_HELD.first(self._connection, number_hash=number_hash)

    def _note_bearer(self, row: AnyRow, citizen_number: str) -> None:
        known = self._vault.remembered
        if known is not None:
            known.hold(row.subject_id, self._vault.data_key(row))
            known.numbers[row.subject_id] = citizen_number
        super()._note_bearer(row, citizen_number)

    def add(self, subject_id: str, citizen_number: str, personal_data: PersonalData, created: datetime) -> None:
        """Add a citizen. Raises DomainError REFERENCE_EXISTS if the number is enrolled."""
        taken = DomainError(Reason.REFERENCE_EXISTS, "this citizen number is enrolled; add fingerprints to it")
        if self.id_of(citizen_number) is not None:
            raise taken
        secret = self._vault.sealed_subject(subject_id, citizen_number, personal_data)
        row = {"subject_id": subject_id, "created": created, **secret}
        try:
            with self._connection.begin_nested():
                _ADD.execute(self._connection, **row)
            self._changes.added("subjects", subject_id, row["number_hash"])
        except IntegrityError:
            # Another process may have been quicker; anything else is a mistake of ours.
            if self.id_of(citizen_number) is None:
                raise
            raise taken from None

    def add_encounter(
        self, subject_id: str, encounter_id: str, created: datetime, features: Sequence[Features]
    ) -> tuple[Encounter, list[StoredTemplate]]:
        """Add an encounter; every feature's position is set.

        Raises:
            DomainError: SUBJECT_NOT_FOUND.
        """
        key = hold_data_key(self._connection, self._vault, subject_id)
        _ADD_ENCOUNTER.execute(self._connection, encounter_id=encounter_id, subject_id=subject_id, created=created)
        self._changes.added("encounters", encounter_id, subject_id)
        stored = [
            add_template(self._connection, key, subject_id, encounter_id, place, feature)
            for place, feature in enumerate(features)
        ]
        for place, template in enumerate(stored):
            self._changes.added("templates", template.template_id, subject_id, encounter_id, place)
        return Encounter(encounter_id, created, tuple(impression_of(t) for t in stored)), stored

    def move_encounter(self, encounter_id: str, subject_id: str) -> Moved:
        """Give an encounter to another citizen: templates and images are sealed under the key of that one.

        The templates have new ids.

        Raises:
            DomainError: SUBJECT_NOT_FOUND; ENCOUNTER_NOT_FOUND.
        """
        key = hold_data_key(self._connection, self._vault, subject_id)
        held = self.templates_of_encounters([encounter_id])
        self.erased = True  # what was sealed under the former key
        moved = move_encounter(self._connection, self._changes, encounter_id, held, subject_id, key)
        move_images(self._connection, self._vault, self._changes, encounter_id, subject_id)
        return moved

    def remove_encounter(self, encounter_id: str) -> int:
        """Remove an encounter with templates and images; return how many templates. Its citizen stays.

        Raises:
            DomainError: ENCOUNTER_NOT_FOUND.
        """
        self.erased = True
        return remove_encounter(self._connection, self._changes, encounter_id)

    def replace_templates(self, subject_id: str, new: Mapping[int, Features]) -> Moved:
        """Put new templates, with new ids, in the place of some of a citizen's, by the ids of these.

        Raises:
            DomainError: SUBJECT_NOT_FOUND; VERSION_MISMATCH if one of them is not there, or is another citizen's.
        """
        key = hold_data_key(self._connection, self._vault, subject_id)
        return replace_templates(self._connection, self._changes, subject_id, key, new)

    def delete(self, subject_id: str) -> int:
        """Delete the citizen with templates, images, records, stored replies and data key; return how many templates.

        That a request was answered stays known, without the answer.

        Raises:
            DomainError: SUBJECT_NOT_FOUND.
        """
        run = self._connection.execute
        # Whoever is about to add something holds the row until it is in, and then it is deleted too.
        held = run(select(subjects.c.ordinal).where(subjects.c.subject_id == subject_id).with_for_update())
        if held.one_or_none() is None:
            raise DomainError(Reason.SUBJECT_NOT_FOUND, "the citizen is not enrolled, or no longer")
        self._note_removal(subject_id)
        erase_bodies_of(self._connection, subject_id)
        run(delete(recent_probes).where(recent_probes.c.subject_id == subject_id))
        run(delete(transactions).where(transactions.c.subject_id == subject_id))
        run(delete(consents).where(consents.c.subject_id == subject_id))
        SqlConfirmations(self._connection, self._vault, self._changes).forget_subject(subject_id)
        run(delete(attempts).where(attempts.c.subject_id == subject_id))
        for table in (
            reference_galleries,
            reference_encounters,
            images,
            presences,
            owned_records,
            records,
            citizen_changes,
            former_numbers,
            virtual_numbers,
            citizen_pins,
        ):
            run(delete(table).where(table.c.subject_id == subject_id))
        removed = run(delete(templates).where(templates.c.subject_id == subject_id)).rowcount
        run(delete(encounters).where(encounters.c.subject_id == subject_id))
        run(delete(subjects).where(subjects.c.subject_id == subject_id))
        if self._vault.remembered is not None:
            self._vault.remembered.forget(subject_id)
        self.erased = True
        return removed

    def _note_removal(self, subject_id: str) -> None:
        for name in OF_CITIZENS:
            rows = self._connection.execute(select(*PLACES[name]).where(TABLES[name].c.subject_id == subject_id))
            for row in rows:
                self._changes.removed(name, *row)
