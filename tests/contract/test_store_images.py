"""The store's contract: images of enrolled impressions."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.domain.model import FingerPosition, ImageFormat, ImageSample
from idverify.domain.model.images import KeptImage
from idverify.ports import Store
from idverify.storage.failures import ReadOnlyViewError
from idverify.storage.store import SqlStore
from tests.contract.store_kit import NOW, NUMBER, PERSON, Intruder, enrol, entry, feature, templates
from tests.contract.test_store_secrecy import OTHER, stored_bytes
from tests.fakes import NoDeadline

PIXELS = b"<pixels\nof a finger that must not be seen>"
ATTESTATION = "<what a scanner signed>"


def image(data: bytes = PIXELS, position: FingerPosition = FingerPosition.RIGHT_INDEX) -> KeptImage:
    content = ImageSample(data, ImageFormat.RAW_GREY8, 6, 7, 500.0)
    return KeptImage(position, content, feature().quality, "counter-3", ATTESTATION, NOW)


def enrol_with(store: Store, number: str, *images: KeptImage | None) -> tuple[str, str]:
    """Enrol a citizen with an encounter that has these images; return the subject and the encounter."""
    subject_id, encounter_id = str(uuid.uuid4()), str(uuid.uuid4())
    with store.transaction() as uow:
        uow.subjects.add(subject_id, number, PERSON, NOW)
        uow.subjects.add_encounter(subject_id, encounter_id, NOW, [feature() for _ in images])
        uow.images.keep(subject_id, encounter_id, images)
    return subject_id, encounter_id


def kept(store: Store) -> list[KeptImage | None]:
    """Return the image of every template, in order."""
    with store.reading() as view:
        return [view.images.of_template(template.template_id) for template in templates(store)]


def sound(store: Store) -> bool:
    with store.reading() as view:
        return view.audit.compare_rows(NoDeadline(), add_up=True) == []


def test_an_image_comes_back_as_it_came(store: Store) -> None:
    bare = replace(image(b"\n"), image=ImageSample(b"\n"), counter_id="", attestation="")
    enrol_with(store, NUMBER, image(), None, bare)
    assert kept(store) == [image(), None, bare]
    assert sound(store)
    with store.reading() as view:
        assert view.images.count() == 2
        assert view.images.of_template(1_000_000) is None


def test_images_need_their_citizen(store: Store) -> None:
    with pytest.raises(DomainError) as refused, store.transaction() as uow:
        uow.images.keep("nobody", "encounter", [image()])
    assert refused.value.reason is Reason.SUBJECT_NOT_FOUND


def test_a_view_keeps_and_erases_nothing(store: Store) -> None:
    with store.reading() as view:
        with pytest.raises(ReadOnlyViewError):
            view.images.keep("s", "e", [image()])
        with pytest.raises(ReadOnlyViewError):
            view.images.erase_some(1)


def test_images_lie_sealed_and_go_with_their_citizen(store: Store, store_url: str, intruder: Intruder) -> None:
    enrol_with(store, OTHER, image())
    subject_id, _ = enrol_with(store, NUMBER, image(), image())
    sealed = [value for (value,) in intruder.ask(f"SELECT image_sealed FROM images WHERE subject_id = '{subject_id}'")]
    before = b"\n".join(stored_bytes(store_url, intruder))
    assert len(sealed) == 2
    assert all(value in before for value in sealed)
    assert PIXELS not in before
    assert ATTESTATION.encode() not in before
    intruder.close()
    with store.transaction() as uow:
        uow.subjects.delete(subject_id)
    after = b"\n".join(stored_bytes(store_url, intruder))
    assert not [value for value in sealed if value in after]
    assert kept(store) == [image()]
    assert sound(store)


def test_images_go_with_an_encounter_that_is_moved(store: Store) -> None:
    giver, encounter_id = enrol_with(store, NUMBER, image(b"one"), None, image(b"two"))
    taker = enrol(store, OTHER)
    with store.transaction() as uow:
        uow.subjects.move_encounter(encounter_id, taker)
    assert kept(store) == [None, image(b"one"), None, image(b"two")]
    assert sound(store)
    with store.transaction() as uow:
        uow.subjects.delete(giver)  # with the key that they were sealed under before
    assert kept(store) == [None, image(b"one"), None, image(b"two")]
    with store.transaction() as uow:
        uow.subjects.delete(taker)
    with store.reading() as view:
        assert view.images.count() == 0
    assert sound(store)


def test_images_are_erased_some_at_a_time(store: Store, store_url: str, intruder: Intruder) -> None:
    for number in (NUMBER, OTHER):
        enrol_with(store, number, image(), image())
    with store.transaction() as uow:
        assert uow.images.erase_some(3) == 3
        assert uow.images.count() == 1
    assert sound(store)
    sealed = [value for (value,) in intruder.ask("SELECT image_sealed FROM images")]
    intruder.close()
    with store.transaction() as uow:
        assert uow.images.erase_some(3) == 1
    with store.transaction() as uow:
        assert uow.images.erase_some(3) == 0
    assert sound(store)
    assert not [value for value in sealed if value in b"\n".join(stored_bytes(store_url, intruder))]
    assert kept(store) == [None] * 4


def test_images_of_who_is_held_are_passed_over(store: Store) -> None:
    enrol_with(store, NUMBER, image(b"one"))
    held, _ = enrol_with(store, OTHER, image(b"two"), image(b"three"))
    with store.transaction() as uow:
        assert [uow.images.count(), uow.images.count({held}), uow.images.count(())] == [3, 2, 0]
        assert uow.images.erase_some(5, {held}) == 1
        assert uow.images.erase_some(5, {held}) == 0
    assert kept(store) == [None, image(b"two"), image(b"three")]
    assert sound(store)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("DELETE FROM images WHERE place = 1", "1 images instead of 2"),
        ("UPDATE images SET place = 7 WHERE place = 1", "exchanged past the service, among: images"),
    ],
)
def test_images_that_went_past_the_service_are_missed(store: Store, intruder: Intruder, change: str, said: str) -> None:
    enrol_with(store, NUMBER, image(), image())
    intruder.run(change)
    with store.reading() as view:
        (finding,) = view.audit.compare_rows(NoDeadline(), add_up=True)
    assert said in finding


@pytest.mark.parametrize("column", ["image_sealed", "subject_id"])
def test_an_image_moved_to_another_place_does_not_open(store: Store, intruder: Intruder, column: str) -> None:
    enrol_with(store, NUMBER, image(b"one"))
    enrol_with(store, OTHER, image(b"two"))
    intruder.run(f"UPDATE images SET {column} = (SELECT {column} FROM images ORDER BY subject_id LIMIT 1)")
    found = []
    with store.reading() as view:
        for template in templates(store):
            try:
                found.append(view.images.of_template(template.template_id))
            except StoredDataError:
                found.append(None)
    assert found.count(None) == 1


def test_whether_images_are_kept_is_known_again(store: SqlStore) -> None:
    assert store.images_kept() is None
    for choice in (True, False):
        with store.transaction() as uow:
            uow.audit.note_images_kept(choice)
        assert store.images_kept() is choice


def test_templates_take_the_place_of_others_and_keep_their_images(store: Store) -> None:
    subject_id, encounter_id = enrol_with(store, NUMBER, image(b"one"), image(b"two"), None)
    enrol_with(store, OTHER, image(b"three"))
    first, second, third, other = templates(store)
    new = {t.template_id: replace(feature(template=b"new"), extractor="later/1") for t in (second, first)}
    with store.transaction() as uow:
        moved = uow.subjects.replace_templates(subject_id, new)
    assert moved.removed == (first, second)
    assert templates(store) == [third, other, *moved.added]
    assert {(t.template, t.extractor) for t in moved.added} == {(b"new", "later/1")}
    assert kept(store) == [None, image(b"three"), image(b"one"), image(b"two")]
    with store.reading() as view:
        assert view.subjects.templates_of_encounters([encounter_id]) == [*moved.added, third]
    assert sound(store)


def test_templates_of_somebody_else_are_not_replaced(store: Store) -> None:
    subject_id, _ = enrol_with(store, NUMBER, image())
    enrol_with(store, OTHER, image())
    own, other = templates(store)
    for who, ids, reason in (
        (subject_id, [own.template_id, other.template_id], Reason.VERSION_MISMATCH),
        (subject_id, [1_000_000], Reason.VERSION_MISMATCH),
        ("nobody", [own.template_id], Reason.SUBJECT_NOT_FOUND),
    ):
        with pytest.raises(DomainError) as refused, store.transaction() as uow:
            uow.subjects.replace_templates(who, dict.fromkeys(ids, feature()))
        assert refused.value.reason is reason
    assert templates(store) == [own, other]
    with store.reading() as view, pytest.raises(ReadOnlyViewError):
        view.subjects.replace_templates(subject_id, {})


def test_they_go_with_an_encounter_that_is_removed_and_nothing_else_does(store: SqlStore, intruder: Intruder) -> None:
    subject_id, encounter_id = enrol_with(store, NUMBER, image(), None)
    with store.transaction() as uow:
        uow.subjects.add_encounter(subject_id, "other", NOW, [feature()])
        uow.images.keep(subject_id, "other", [image(b"another")])
        uow.audit.append(entry(subject_id))
    with store.transaction() as uow:
        assert uow.subjects.encounter_holders() == {encounter_id: subject_id, "other": subject_id}
        assert uow.subjects.remove_encounter(encounter_id) == 2
        uow.audit.append(entry(subject_id))
    assert sound(store)
    assert [image.image.data for image in kept(store) if image] == [b"another"]
    assert intruder.ask("SELECT encounter_id FROM encounters") == [("other",)]
    with pytest.raises(DomainError) as refused, store.transaction() as uow:
        uow.subjects.remove_encounter(encounter_id)
    assert refused.value.reason is Reason.ENCOUNTER_NOT_FOUND
