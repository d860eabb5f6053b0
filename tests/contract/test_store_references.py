"""The store's contract: people of foreign programmes, their encounters and galleries."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import PersonalData
from idverify.domain.references import ALL, Given, ReferenceEncounter, ReferenceKey, Scope
from idverify.ports import Store, UnitOfWork
from idverify.storage.failures import ReadOnlyViewError
from idverify.storage.people import members
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


def test_what_changes_in_a_gallery_is_seen_by_the_next_search(store: Store) -> None:
    subject_id, kept = put(store, "p1", Given("e1", ("A",)), Given("e2", ("A",)))
    assert ids(store, "A") == (2, 1)
    put(store, "p2", Given("e1", ("A",)))
    assert ids(store, "A") == (3, 2)
    with store.transaction() as uow:
        uow.references.put(subject_id, kept[0].changed(replace(kept[0].given, active=False), NOW))
    assert ids(store, "A") == (2, 2)
    with store.transaction() as uow:
        (one,) = uow.subjects.templates_of_encounters([kept[1].entry_id])
        moved = uow.subjects.replace_templates(subject_id, {one.template_id: feature()})
    assert ids(store, "A") == (2, 2)
    with store.reading() as view:
        found = view.references.members(Scope(PROGRAMME, "A"))
    assert found.holds(moved.added[0].template_id)
    assert not found.holds(one.template_id)
    with store.transaction() as uow:
        uow.references.drop(subject_id, kept[1])
        uow.subjects.remove_encounter(kept[1].entry_id)
    assert ids(store, "A") == (1, 1)
    with store.transaction() as uow:
        uow.subjects.delete(subject_id)
    assert (ids(store, "A"), ids(store)) == ((1, 1), (1, 1))


def test_what_is_taken_back_was_never_in_a_gallery(store: Store) -> None:
    put(store, "p1", Given("e1", ("A",)))
    assert ids(store, "A") == (1, 1)

    def put_and_fail(uow: UnitOfWork) -> None:
        uow.subjects.add("s2", "osia:p2", PersonalData(""), NOW)
        uow.subjects.add_encounter("s2", "n2", NOW, [feature()])
        uow.references.add("s2", ReferenceEncounter("n2", PROGRAMME, Given("e1", ("A",)), NOW, NOW))
        assert len(uow.references.members(Scope(PROGRAMME, "A")).template_ids) == 2
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), store.transaction() as uow:
        put_and_fail(uow)
    citizen = enrol(store)  # under the id that was taken back, where the database gives it again
    assert ids(store, "A") == (1, 1)
    with store.reading() as view:
        among = view.references.citizens()
        assert among is not None
        assert (among.people, all(among.holds(t.template_id) for t in view.subjects.templates(citizen))) == (1, True)


def test_a_view_from_before_a_change_leaves_it_to_be_seen(store: Store) -> None:
    put(store, "p1", Given("e1", ("A",)))
    with store.reading() as before:
        before.subjects.count()
        put(store, "p2", Given("e1", ("A",)))
        assert len(before.references.members(Scope(PROGRAMME, "A")).template_ids) == 1
        assert ids(store, "A") == (2, 2)
    put(store, "p3", Given("e1", ("A",)))
    assert ids(store, "A") == (3, 3)


def test_a_reference_without_encounters_is_no_citizen(store: Store) -> None:
    citizen = enrol(store, NUMBER, feature())
    for number in range(3):
        with store.transaction() as uow:
            uow.subjects.add(f"bare-{number}", f"osia:bare-{number}", PersonalData(""), NOW)
    last = enrol(store, "079203009999")
    with store.reading() as view:
        assert view.references.holds("bare-1")
        assert [c.subject_id for c in view.subjects.page(0, 2, citizens_only=True)] == [citizen, last]


def test_who_is_changed_twice_before_the_next_search_is_read_as_they_are_then(store: Store) -> None:
    put(store, "p1", Given("e1", ("A",)))
    assert ids(store, "A") == (1, 1)
    subject_id, (kept,) = put(store, "p2", Given("e1", ("A",)))
    with store.reading() as before:
        before.subjects.count()
        with store.transaction() as uow:
            (one,) = uow.subjects.templates_of_encounters([kept.entry_id])
            moved = uow.subjects.replace_templates(subject_id, {one.template_id: feature()})
        assert before.references.members(Scope(PROGRAMME, "A")).holds(one.template_id)
    with store.reading() as view:
        found = view.references.members(Scope(PROGRAMME, "A"))
    assert (found.holds(moved.added[0].template_id), found.holds(one.template_id)) == (True, False)


def test_a_gallery_that_is_far_behind_is_read_anew(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "_MOST_BEHIND", 1)
    monkeypatch.setattr(members, "_MOST_GALLERIES", 1)
    put(store, "p1", Given("e1", ("A", "B")))
    assert (ids(store, "A"), ids(store, "B")) == ((1, 1), (1, 1))
    put(store, "p2", Given("e1", ("A", "B")), Given("e2", ("B",)))
    assert (ids(store, "B"), ids(store, "A")) == ((3, 2), (2, 2))
