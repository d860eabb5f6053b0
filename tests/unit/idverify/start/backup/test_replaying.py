"""What lay with somebody else in a backup and was the erased citizen's goes too; nobody else does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from idverify.domain.factors.shown import CitizenPin
from idverify.domain.model import (
    AuditEntry,
    ChangeReason,
    Citizen,
    CitizenChange,
    CitizenState,
    FingerPosition,
    PersonalData,
)
from idverify.domain.references import Given, ReferenceEncounter
from idverify.domain.tasks.task import Task
from idverify.ports import UnitOfWork
from idverify.services.citizens import citizen_of, entries_of
from idverify.start.backup.replaying import ErasedAgain
from idverify.start.backup.restoring import Plan, restore_backup
from idverify.start.backup.taking import take_backup
from idverify.storage.store import SqlStore
from idverify.trust.backup.envelope import new_identity
from tests.backup_kit import Kept, Now, enrol, erase, quiet
from tests.contract.store_kit import feature
from tests.contract.test_store_images import image
from tests.fakes import NoDeadline

Change = Callable[[UnitOfWork], object]


class Story:
    """1 and 2, each with two encounters of two prints and an image, backed up; then something, and 1 is erased."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.key, self.file = folder, folder / "key", folder / "backup"
        self.recipient = new_identity(self.key)
        self.old, self.new = Kept(folder, "old"), Kept(folder, "new")
        with self.old.open() as (register, _):
            for subject_id in "12":
                enrol(register, subject_id)
                with register.store.transaction() as uow:
                    for encounter in "ab":
                        prints = [feature(), feature(FingerPosition.LEFT_INDEX)]
                        uow.subjects.add_encounter(subject_id, encounter + subject_id, Now().now(), prints)
                        uow.images.keep(subject_id, encounter + subject_id, [image(), None])
                    uow.pins.put(CitizenPin(subject_id, "$argon2id$", 1))

    def erased(self, before: Change, after: Change) -> ErasedAgain:
        """Change something before the backup and something after it, erase 1, and restore."""
        settings = self.old.settings
        with self.old.open() as (register, keeper):
            self.change(register.store, before)
            take_backup(settings, Now(), self.file, [self.recipient], quiet)
            self.change(register.store, after)
            erase(register, keeper, "1")
        plan = Plan(self.file, self.key, erasures=settings.erasure_file)
        return restore_backup(self.new.settings, Now(), plan, NoDeadline(), quiet).erased

    def change(self, store: SqlStore, change: Change) -> None:
        with store.transaction() as uow:
            change(uow)

    def left(self) -> tuple[Citizen, list[AuditEntry]]:
        """Return who is left, and what the restoring did; the rows are as the trail has them."""
        assert self.new.people() == ["2"]
        with self.new.open() as (register, _), register.store.reading() as view:
            assert view.audit.compare_rows(NoDeadline(), add_up=True) == []
            citizen = citizen_of(view, "2")
            told = [each.entry for each in view.audit.page(0, 100) if each.entry.action == "EraseAgain"]
            assert len(view.subjects.templates("2")) == 2 * len(citizen.encounters)
            assert view.images.count() == len(citizen.encounters)
            assert entries_of(view, "2") == ("2",)
        return citizen, told


def nothing(_: UnitOfWork) -> None:
    """Change nothing."""


def moved(*encounters: str, to: str) -> Change:
    def move(uow: UnitOfWork) -> None:
        for each in encounters:
            uow.subjects.move_encounter(each, to)

    return move


def stands(uow: UnitOfWork, subject_id: str, state: CitizenState, merged_into: str, *absorbed: str) -> None:
    citizen = citizen_of(uow, subject_id)
    after = replace(citizen.standing, state=state, merged_into=merged_into, absorbed=absorbed)
    reason, version = ChangeReason.RECORDING_ERROR, citizen.version + 1
    uow.changes.add(subject_id, CitizenChange(version, Now().now(), reason, "", "c", "", citizen.standing, after))


def merged(absorbed: str, into: str) -> Change:
    def merge(uow: UnitOfWork) -> None:
        moved(*(each.encounter_id for each in citizen_of(uow, absorbed).encounters), to=into)(uow)
        stands(uow, into, CitizenState.ACTIVE, "", absorbed)
        stands(uow, absorbed, CitizenState.MERGED, into)

    return merge


def split(absorbed: str, out_of: str, *encounters: str) -> Change:
    def part(uow: UnitOfWork) -> None:
        moved(*encounters, to=absorbed)(uow)
        stands(uow, out_of, CitizenState.ACTIVE, "")
        stands(uow, absorbed, CitizenState.ACTIVE, "")

    return part


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path)


def test_an_encounter_that_was_moved_to_them_after_the_backup_goes_with_them(story: Story) -> None:
    assert story.erased(nothing, moved("b2", to="1")) == ErasedAgain(citizens=1, encounters=1)
    citizen, told = story.left()
    assert [each.encounter_id for each in citizen.encounters] == ["a2"]
    assert [(each.subject_id, each.outcome, each.details) for each in told] == [
        ("2", "PRINTS_DELETED", {"templates": 2, "encounters": ["b2"], "pins_erased": 1}),
        ("1", "DELETED", {"templates": 4, "encounters": ["a1", "b1"]}),
    ]


def test_who_has_none_left_stays_and_is_named(story: Story) -> None:
    assert story.erased(nothing, moved("a2", "b2", to="1")) == ErasedAgain(1, 2, without_prints=("2",))
    citizen, _ = story.left()
    assert (citizen.state, citizen.encounters) == (CitizenState.ACTIVE, ())


def test_an_encounter_that_was_moved_away_from_them_goes_with_them_as_it_lay_there(story: Story) -> None:
    assert story.erased(nothing, moved("b1", to="2")) == ErasedAgain(citizens=1)
    assert [each.encounter_id for each in story.left()[0].encounters] == ["a2", "b2"]


def test_who_was_split_from_another_and_erased_takes_the_prints_along_and_the_other_stays(story: Story) -> None:
    again = story.erased(merged("1", into="2"), split("1", "2", "a1", "b1"))
    assert again == ErasedAgain(citizens=1, encounters=2)
    citizen, told = story.left()
    assert (citizen.absorbed, [each.encounter_id for each in citizen.encounters]) == ((), ["a2", "b2"])
    assert [each.outcome for each in told] == ["PRINTS_DELETED", "SPLIT", "DELETED"]


def test_from_whom_somebody_was_split_and_who_was_erased_leaves_the_other_as_somebody_of_their_own(
    story: Story,
) -> None:
    again = story.erased(merged("2", into="1"), split("2", "1", "a2", "b2"))
    assert again == ErasedAgain(citizens=1, without_prints=("2",))
    citizen, _ = story.left()
    assert (citizen.state, citizen.merged_into) == (CitizenState.ACTIVE, "")
    with story.new.open() as (register, keeper):
        with register.store.reading() as view:
            assert view.subjects.current("2") == "2"
        erase(register, keeper, "2")


def test_an_encounter_that_is_listed_is_erased_at_the_next_start_too(story: Story) -> None:
    """The list has the last word over a database that was put back by other means."""
    story.erased(nothing, moved("b2", to="1"))
    plan = Plan(story.file, story.key, without_erasures=True)
    other = Kept(story.folder, "other")
    restore_backup(other.settings, Now(), plan, NoDeadline(), quiet)
    other.settings.erasure_file.write_bytes(story.old.settings.erasure_file.read_bytes())
    other.settings.erasure_file.chmod(0o600)
    assert other.people() == ["2"]
    with other.open() as (register, _), register.store.reading() as view:
        assert [each.encounter_id for each in citizen_of(view, "2").encounters] == ["a2"]


def test_a_reference_goes_with_the_last_encounter(story: Story) -> None:
    """It would stay without one, and be taken for a citizen whose number is the programme's key."""
    kept = ReferenceEncounter("a3", "osia", Given("e1"), Now().now(), Now().now())

    def put(uow: UnitOfWork) -> None:
        uow.subjects.add("3", "osia:P-3", PersonalData(""), Now().now())
        uow.subjects.add_encounter("3", "a3", Now().now(), [feature()])
        uow.references.add("3", kept)

    def given_over(uow: UnitOfWork) -> None:
        uow.references.drop("3", kept)
        uow.subjects.move_encounter("a3", "1")

    assert story.erased(put, given_over) == ErasedAgain(1, 1, ())
    _, told = story.left()
    assert [(each.outcome, each.subject_id) for each in told] == [("DELETED", "3"), ("DELETED", "1")]


def test_what_waited_when_the_backup_was_taken_is_not_done(story: Story) -> None:
    now = Now().now()
    waiting = Task("t1", "abis", "createEncounter", "t", "http://a/", b"request", now, now, now)
    story.erased(lambda uow: uow.tasks.add(waiting), nothing)
    with story.new.open() as (register, _), register.store.reading() as view:
        assert view.tasks.get("t1") is None
