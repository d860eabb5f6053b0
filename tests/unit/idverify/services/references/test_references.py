"""People of a foreign programme: kept as citizens are, found in their galleries, and by no search for citizens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from idverify.domain.errors import Reason
from idverify.domain.law.requests import SubjectRequestKind, SubjectRequestState
from idverify.domain.model import Decision, DuplicateCheck, FingerPosition, Role, Sample
from idverify.domain.references import ALL, MOST_CONTENT, Given, ReferenceKey, Scope
from idverify.ports import SearchResult
from idverify.services.references.keeping import in_galleries, in_state
from idverify.services.references.searching import FoundReferences, Sought, VerifiedReference
from idverify.services.references.showing import Shown
from tests.fakes import FakeGallery
from tests.service_kit import AN, Answers, World, encode, prints_of, refused

INDEX, THUMB, RING = FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_THUMB, FingerPosition.LEFT_RING
AN_KEY, BINH_KEY = ReferenceKey("osia", "an"), ReferenceKey("osia", "binh")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, keep_images=True)
    yield world
    world.store.close()


def put(
    world: World,
    key: ReferenceKey,
    samples: list[Sample],
    given: Given = Given("e1"),  # noqa: B008 - frozen
    *,
    new_person: bool = False,
) -> bytes:
    return world.references.insert(
        world.call("createEncounter"),
        key,
        given,
        Shown(samples),
        lambda key, given: f"{key.person_id}/{given.encounter_id}".encode(),
        new_person=new_person,
    )


def search(world: World, samples: list[Sample] | ReferenceKey, scope: Scope, **how: Any) -> FoundReferences:
    told: list[FoundReferences] = []
    sought = Sought(key=samples) if isinstance(samples, ReferenceKey) else Sought(Shown(samples))

    def encode(found: FoundReferences) -> bytes:
        told.append(found)
        return b""

    fpir = how.get("fpir", 0.01)
    world.reference_search.identify(world.call("identify"), scope, sought, how.get("most"), fpir, encode)
    return told[0]


def names(found: FoundReferences) -> list[str]:
    return [candidate.key.person_id for candidate in found.candidates]


def verify(world: World, key: ReferenceKey, samples: list[Sample], gallery: str = ALL) -> VerifiedReference:
    told: list[VerifiedReference] = []

    def encode(found: VerifiedReference) -> bytes:
        told.append(found)
        return b""

    scope = Scope("osia", gallery)
    world.reference_search.verify(world.call("verify"), scope, key, Shown(samples), None, encode)
    return told[0]


def test_who_comes_in_is_found_at_once_and_only_in_their_galleries(world: World) -> None:
    assert put(world, AN_KEY, prints_of("an", INDEX, THUMB), Given("e1", ("VIP",))) == b"an/e1"
    put(world, BINH_KEY, prints_of("binh", INDEX))
    found = search(world, prints_of("an", INDEX), Scope("osia"))
    assert (names(found), found.searched_people, found.searched_fingers) == (["an"], 2, 2)
    assert found.candidates[0].fpir == pytest.approx(2e-8)
    found = search(world, prints_of("an", INDEX), Scope("osia", "VIP"))
    assert (names(found), found.searched_people, found.searched_fingers) == (["an"], 1, 1)
    assert found.candidates[0].fpir == pytest.approx(1e-8)
    assert names(search(world, prints_of("binh", INDEX), Scope("osia", "VIP"))) == []
    assert search(world, prints_of("an", INDEX), Scope("osia", "NONE")).searched_fingers == 0
    assert names(search(world, prints_of("an", INDEX), Scope("mosip"))) == []
    assert names(search(world, prints_of("an", INDEX), Scope("osia", ALL, ("binh",)))) == []
    assert [e.entry.outcome for e in world.trail()][:3] == ["ADDED", "ADDED", "FOUND"]


def test_a_person_is_searched_with_their_own_fingers_and_is_no_candidate(world: World) -> None:
    put(world, AN_KEY, prints_of("an", INDEX, THUMB))
    put(world, BINH_KEY, prints_of("an", INDEX, THUMB))
    found = search(world, AN_KEY, Scope("osia"))
    assert (names(found), found.searched_people) == (["binh"], 2)
    with refused(Reason.SUBJECT_NOT_FOUND):
        search(world, ReferenceKey("osia", "nobody"), Scope("osia"))


def test_citizens_and_references_do_not_find_each_other(world: World) -> None:
    put(world, AN_KEY, prints_of("an", INDEX))
    subject_id = world.enrol(AN, prints_of("an", INDEX), check=DuplicateCheck.REFUSE)
    assert [c.subject_id for c in world.identify(prints_of("an", INDEX)[0]).candidates] == [subject_id]
    found = search(world, prints_of("an", INDEX), Scope("osia"))
    assert (names(found), found.searched_fingers) == (["an"], 1)
    shown, _ = world.citizens.page(world.call("ListCitizens"), 50, "")
    assert [citizen.subject_id for citizen in shown] == [subject_id]
    with world.store.reading() as view:
        reference = view.subjects.own_id_of(AN_KEY.text)
    with refused(Reason.SUBJECT_NOT_FOUND):
        world.citizens.get(world.call("GetCitizen"), citizen_number=None, subject_id=reference)


def test_verifying_is_within_a_gallery(world: World) -> None:
    put(world, AN_KEY, prints_of("an", INDEX), Given("e1", ("VIP",)))
    assert verify(world, AN_KEY, prints_of("an", INDEX), "VIP").decision is Decision.MATCH
    stranger = verify(world, AN_KEY, prints_of("binh", INDEX))
    assert stranger.decision is Decision.NO_MATCH
    with refused(Reason.SUBJECT_NOT_FOUND):
        verify(world, AN_KEY, prints_of("an", INDEX), "OTHER")
    with refused(Reason.FINGER_NOT_ENROLLED):
        verify(world, AN_KEY, prints_of("an", RING))
    told: list[VerifiedReference] = []

    def encode(found: VerifiedReference) -> bytes:
        told.append(found)
        return b""

    both = Shown(prints_of("an", INDEX)), Shown(prints_of("an", INDEX, THUMB))
    world.reference_search.compare(world.call("verify"), *both, None, encode)
    assert (told[0].decision, [p for p, _ in told[0].fingers]) == (Decision.MATCH, [INDEX])


def test_an_identifier_is_taken_once(world: World) -> None:
    put(world, AN_KEY, prints_of("an", INDEX))
    for new_person in (True, False):
        before = world.state()
        with refused(Reason.REFERENCE_EXISTS):
            put(world, AN_KEY, prints_of("an", INDEX), new_person=new_person)
        assert world.state() == before
    for key, given in (
        (ReferenceKey("osia", ""), Given("e1")),
        (ReferenceKey("osia", "a\u200bn"), Given("e1")),
        (ReferenceKey("osia", "a" * 257), Given("e1")),
        (AN_KEY, Given("")),
        (AN_KEY, Given("e9", ("A", "A"))),
        (AN_KEY, Given("e9", ("\n",))),
    ):
        with refused(Reason.FIELD_MISSING if "" in (key.person_id, given.encounter_id) else Reason.FIELD_INVALID):
            put(world, key, prints_of("an", INDEX), given)


def test_an_encounter_gets_other_fingers_and_another_content(world: World) -> None:
    put(world, AN_KEY, prints_of("an", INDEX), Given("e1", ("A",), content=b"1"))
    put(world, AN_KEY, prints_of("an", RING), Given("e2"))
    given = Given("e1", ("B",), content=b"2")
    world.references.replace(world.call("updateEncounter"), AN_KEY, given, Shown(prints_of("an", THUMB)), _nothing)
    first, second = world.reference_reading.read(world.call("readAllEncounters"), AN_KEY)
    assert (first.encounter.given.encounter_id, second.encounter.given) == ("e2", given)
    assert [finger.position for finger in second.fingers] == [THUMB]
    assert second.fingers[0].iso_minutiae.startswith(b"FMR")
    assert names(search(world, prints_of("an", INDEX), Scope("osia"))) == []
    assert names(search(world, prints_of("an", THUMB), Scope("osia", "B"))) == ["an"]
    assert len(world.gallery) == 2
    with refused(Reason.ENCOUNTER_NOT_FOUND):
        world.reference_reading.read(world.call("readEncounter"), AN_KEY, "e3")


def test_who_is_not_active_is_not_found(world: World) -> None:
    put(world, AN_KEY, prints_of("an", INDEX), Given("e1", ("A",)))
    for active, found in ((False, []), (True, ["an"])):
        world.references.change(world.call("updateEncounterStatus"), AN_KEY, "e1", in_state(active), _nothing)
        assert names(search(world, prints_of("an", INDEX), Scope("osia", "A"))) == found
    world.references.change(world.call("updateEncounterGalleries"), AN_KEY, "e1", in_galleries(("B",)), _nothing)
    assert names(search(world, prints_of("an", INDEX), Scope("osia", "A"))) == []
    assert world.reference_reading.galleries("osia") == ["B"]
    content = world.reference_reading.content(world.call("readGalleryContent"), "osia", "B", 0, 10)
    assert [(key, each.given.encounter_id) for key, each in content] == [(AN_KEY, "e1")]


def test_two_people_become_one_and_prints_go_along(world: World) -> None:
    put(world, AN_KEY, prints_of("an", INDEX))
    put(world, BINH_KEY, prints_of("an", THUMB), Given("e2", ("B",)))
    put(world, BINH_KEY, prints_of("an", RING), Given("e3"))
    call = world.call("moveEncounter")
    world.references.move(call, AN_KEY, BINH_KEY, "e3", bytes)
    assert names(search(world, prints_of("an", RING), Scope("osia"))) == ["an"]
    world.references.merge(world.call("mergeEncounter"), AN_KEY, BINH_KEY, bytes)
    assert names(search(world, prints_of("an", THUMB), Scope("osia", "B"))) == ["an"]
    assert world.reference_reading.count("osia") == 1
    with refused(Reason.SUBJECT_NOT_FOUND):
        world.references.merge(world.call("mergeEncounter"), AN_KEY, BINH_KEY, bytes)
    with refused(Reason.FIELD_INVALID):
        world.references.merge(world.call("mergeEncounter"), AN_KEY, AN_KEY, bytes)
    kept = world.reference_reading.read(world.call("readAllEncounters"), AN_KEY)
    assert sorted(finger.position for each in kept for finger in each.fingers) == [INDEX, THUMB, RING]


def test_a_conflict_of_encounters_changes_nothing(world: World) -> None:
    put(world, AN_KEY, prints_of("an", INDEX))
    put(world, BINH_KEY, prints_of("binh", INDEX))
    before = world.state()
    with refused(Reason.REFERENCE_EXISTS):
        world.references.merge(world.call("mergeEncounter"), AN_KEY, BINH_KEY, bytes)
    assert world.state() == before


def test_with_the_last_encounter_the_person_goes(world: World) -> None:
    put(world, AN_KEY, prints_of("an", INDEX))
    put(world, AN_KEY, prints_of("an", THUMB), Given("e2"))
    world.references.delete(world.call("deleteEncounter"), AN_KEY, "e1", bytes)
    assert names(search(world, prints_of("an", INDEX), Scope("osia"))) == []
    assert names(search(world, prints_of("an", THUMB), Scope("osia"))) == ["an"]
    world.references.delete(world.call("deleteEncounter"), AN_KEY, "e2", bytes)
    assert (world.reference_reading.count("osia"), len(world.gallery)) == (0, 0)
    with refused(Reason.SUBJECT_NOT_FOUND):
        world.references.delete(world.call("deleteAll"), AN_KEY, None, bytes)
    outcomes = [e.entry.outcome for e in world.trail()]
    assert (outcomes.count("PRINTS_DELETED"), outcomes.count("DELETED")) == (1, 1)


def _nothing(key: ReferenceKey, given: Given) -> bytes:
    del key, given
    return b""


def test_what_is_kept_with_an_encounter_is_bounded(world: World) -> None:
    put(world, AN_KEY, prints_of("an", INDEX), Given("e1", content=b"x" * MOST_CONTENT))
    with refused(Reason.FIELD_INVALID):
        put(world, AN_KEY, prints_of("an", INDEX), Given("e2", content=b"x" * (MOST_CONTENT + 1)))


def test_who_is_on_hold_stays_until_it_is_released(world: World) -> None:
    put(world, AN_KEY, prints_of("an", INDEX))
    answers, admin = Answers(), frozenset({Role.ADMIN})
    call = world.call("PlaceLegalHold", roles=admin, officer_id="CB-9")
    world.legal_holds.place(call, AN_KEY.text, "QĐ 12/2026", answers)
    with refused(Reason.LEGAL_HOLD):
        world.references.delete(world.call("deleteAll"), AN_KEY, None, bytes)
    release = world.call("ReleaseLegalHold", roles=admin)
    world.legal_holds.release(release, AN_KEY.text, answers.given[-1].hold_id, "hết hạn", encode)
    world.references.delete(world.call("deleteAll"), AN_KEY, None, bytes)
    with refused(Reason.SUBJECT_NOT_FOUND):
        world.legal_holds.place(world.call("PlaceLegalHold", officer_id="CB-9"), AN_KEY.text, "QĐ 12/2026", answers)


def test_what_is_held_on_a_reference_is_exported_for_an_administrator(world: World) -> None:
    put(world, AN_KEY, prints_of("an", INDEX), Given("e1", ("A",), content=b'{"biographicData": {"name": "An"}}'))
    put(world, AN_KEY, prints_of("an", THUMB), Given("e2"))
    put(world, BINH_KEY, prints_of("binh", THUMB), Given("e1"))
    with refused(Reason.CLIENT_NOT_AUTHORIZED):
        call = world.call("OpenSubjectRequest", roles=frozenset({Role.COUNTER}))
        world.subject_requests.open(call, AN_KEY.text, SubjectRequestKind.ACCESS, None, encode)
    admin, answers = frozenset({Role.ADMIN}), Answers()
    opened = world.call("OpenSubjectRequest", roles=admin)
    with refused(Reason.SUBJECT_NOT_FOUND):
        world.subject_requests.open(opened, "osia:nobody", SubjectRequestKind.ACCESS, None, answers)
    world.subject_requests.open(opened, AN_KEY.text, SubjectRequestKind.ACCESS, None, answers)
    request_id = answers.given[-1].subject_request_id
    decided = world.call("DecideSubjectRequest", roles=admin)
    world.subject_requests.decide(decided, request_id, SubjectRequestState.ACCEPTED, "", answers)
    (held,) = world.subject_requests.export(world.call("ExportSubjectData", roles=admin), request_id)
    assert (held["programme"], held["person_id"], held["images_of_fingers"]) == ("osia", "an", 0)
    first, second = held["encounters"]
    assert (first["encounter_id"], first["galleries"], first["active"]) == ("e1", ["A"], True)
    assert (first["content"], second["content"]) == ({"biographicData": {"name": "An"}}, None)
    assert first["templates"][0]["finger"] == INDEX.name
    assert [each["id"] for each in held["requests"]] == [request_id]
    assert held["history"] != []


def test_who_comes_in_during_a_search_for_citizens_is_not_told(world: World) -> None:
    """The index has them before the search knows that they are a reference."""
    put(world, BINH_KEY, prints_of("binh", INDEX))
    search_index = world.gallery.search

    def meanwhile(*arguments: Any, **how: Any) -> SearchResult:
        put(world, AN_KEY, prints_of("an", INDEX))
        return search_index(*arguments, **how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.gallery, "search", meanwhile)
        assert world.identify(prints_of("an", INDEX)[0]).candidates == ()


def test_a_part_of_a_gallery_is_not_taken_for_all_of_it(world: World) -> None:
    class Silent(FakeGallery):
        def search(self, *given: Any, **named: Any) -> SearchResult:
            return replace(super().search(*given, **named), searched_share=0.5)

    put(world, AN_KEY, prints_of("an", INDEX))
    world.gallery.__class__ = Silent
    with refused(Reason.GALLERY_INCOMPLETE):
        search(world, prints_of("binh", INDEX), Scope("osia"))
