"""The store's contract: people of foreign programmes, their encounters and galleries."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import PersonalData
from idverify.domain.references import ALL, Given, ReferenceEncounter, ReferenceKey, Scope
from idverify.ports import Store
from idverify.storage.failures import ReadOnlyViewError
from tests.contract.store_kit import NOW, NUMBER, Intruder, enrol, feature
from tests.fakes import NoDeadline

PROGRAMME = "osia"


def put(store: Store, person_id: str, *given: Given) -> tuple[str, list[ReferenceEncounter]]:
    """Put a reference in, with an encounter of one finger for each given."""
    subject_id, kept = str(uuid.uuid4()), []
    with store.transaction() as uow:
        uow.subjects.add(subject_id, ReferenceKey(PROGRAMME, person_id).text, PersonalData(""), NOW)
        for each in given:
            entry_id = str(uuid.uuid4())
            uow.subjects.add_encounter(subject_id, entry_id, NOW, [feature()])
            kept.append(ReferenceEncounter(entry_id, PROGRAMME, each, NOW, NOW))
            uow.references.add(subject_id, kept[-1])
    return subject_id, kept


def ids(store: Store, gallery: str = ALL, *person_ids: str) -> tuple[int, int]:
    """Return how many templates and people a search looks at."""
    with store.reading() as view:
        found = view.references.members(Scope(PROGRAMME, gallery, person_ids or None))
    assert found.listed
    return len(found.template_ids), found.people


def test_what_was_given_comes_back_and_goes_with_the_person(store: Store, intruder: Intruder) -> None:
    given = Given("e1", ("VIP", "TẤT CẢ"), content=b"\x00secret of the programme")
    subject_id, kept = put(store, "p1", given, Given("e2"))
    with store.reading() as view:
        assert view.references.of(subject_id) == kept
        assert (view.references.of("nobody"), view.references.holds("nobody")) == ([], False)
        assert view.references.holds(subject_id)
        assert view.subjects.own_id_of("osia:p1") == subject_id
        assert view.references.galleries(PROGRAMME) == ["TẤT CẢ", "VIP"]
        assert (view.references.galleries("mosip"), view.references.count("mosip")) == ([], 0)
        assert view.references.count(PROGRAMME) == 1
        assert view.references.content(PROGRAMME, ALL, 1, 5) == [(subject_id, kept[1])]
        assert view.references.content(PROGRAMME, "VIP", 0, 5) == [(subject_id, kept[0])]
    seen = b"".join(bytes(v) for row in intruder.ask("SELECT * FROM reference_galleries") for v in row[:1])
    assert b"VIP" not in seen
    with store.transaction() as uow:
        uow.subjects.delete(subject_id)
    for table in ("reference_encounters", "reference_galleries", "encounters"):
        assert intruder.ask(f"SELECT * FROM {table}") == []


def test_a_gallery_has_its_active_members_and_no_others(store: Store) -> None:
    put(store, "p1", Given("e1", ("A", "B")), Given("e2", ("A",), active=False))
    put(store, "p2", Given("e1", ("B",)))
    citizen = enrol(store, NUMBER, feature(), feature())
    assert (ids(store), ids(store, "A"), ids(store, "B"), ids(store, "C")) == ((2, 2), (1, 1), (2, 2), (0, 0))
    assert (ids(store, ALL, "p2"), ids(store, ALL, "p2", "nobody"), ids(store, "A", "p2")) == ((1, 1), (1, 1), (0, 0))
    with store.reading() as view:
        outside = view.references.citizens()
        assert outside is not None
        assert (len(outside.template_ids), outside.people, outside.listed) == (3, 1, False)
        assert all(outside.holds(t.template_id) for t in view.subjects.templates(citizen))
        assert not any(outside.holds(int(template_id)) for template_id in outside.template_ids)
        assert [c.subject_id for c in view.subjects.page(0, 9, citizens_only=True)] == [citizen]
        assert (view.subjects.count(citizens_only=True), view.subjects.count()) == (1, 3)


def test_without_references_nothing_is_left_out(store: Store) -> None:
    enrol(store)
    with store.reading() as view:
        assert view.references.citizens() is None


def test_a_change_is_another_version(store: Store) -> None:
    subject_id, (kept,) = put(store, "p1", Given("e1", ("A",)))
    changed = kept.changed(replace(kept.given, galleries=("B",), active=False), NOW)
    with store.transaction() as uow:
        uow.references.put(subject_id, changed)
    with store.reading() as view:
        assert view.references.of(subject_id) == [changed]
        assert view.references.galleries(PROGRAMME) == ["B"]
    with pytest.raises(DomainError) as refused, store.transaction() as uow:
        uow.references.put(subject_id, changed)
    assert refused.value.reason is Reason.VERSION_MISMATCH
    with store.transaction() as uow:
        uow.references.drop(subject_id, changed)
        uow.subjects.remove_encounter(changed.entry_id)
    with store.reading() as view:
        assert (view.references.of(subject_id), ids(store)) == ([], (0, 0))
        assert view.audit.compare_rows(NoDeadline(), add_up=True) == []


def test_who_takes_somebody_out_of_a_gallery_is_seen(store: Store, intruder: Intruder) -> None:
    put(store, "p1", Given("e1", ("A",)))
    intruder.run("UPDATE reference_galleries SET searched = 0")
    with store.reading() as view:
        assert view.audit.compare_rows(NoDeadline(), add_up=True)


def test_an_encounter_that_was_given_to_another_does_not_open(store: Store, intruder: Intruder) -> None:
    put(store, "p1", Given("e1"))
    other, _ = put(store, "p2", Given("e1"))
    intruder.run(f"UPDATE reference_encounters SET subject_id = '{other}'")
    with pytest.raises(StoredDataError), store.reading() as view:
        view.references.of(other)


def test_a_view_writes_nothing(store: Store) -> None:
    subject_id, (kept,) = put(store, "p1", Given("e1"))
    with store.reading() as view:
        for write in (view.references.add, view.references.put, view.references.drop):
            with pytest.raises(ReadOnlyViewError):
                write(subject_id, kept)
        with pytest.raises(ReadOnlyViewError):
            view.subjects.remove_encounter(kept.entry_id)
