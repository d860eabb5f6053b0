"""Whatever was saved and whatever happened since: after a start the gallery is what the database is."""

from __future__ import annotations

import errno
import logging
import shutil
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import FingerPosition
from idverify.matching.gallery import MatcherGallery
from idverify.matching.keeper import GalleryKeeper, SnapshotTimes
from idverify.matching.snapshot import SnapshotFolder
from idverify.ports import Prepared
from idverify.storage.store import SqlStore, open_store
from matcher.comparison.calibration import default_calibration
from matcher.comparison.prepared import prepare
from matcher.templates import compact
from tests import prints
from tests.contract.store_kit import KEYS, PERSON, entry, feature
from tests.fakes import FakeClock, NoDeadline
from tests.waiting import wait_until

KEY = b"\x09" * 32
SELDOM = SnapshotTimes(10_000.0, 1_000_000)


class World:
    """A database, a gallery, and what keeps it; started and ended as a service is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.number = 0

    def start(
        self,
        times: SnapshotTimes = SELDOM,
        store: str = "db",
        turn: bytes = b"",
        own: str = "gallery",
        others: Sequence[str] = (),
    ) -> None:
        self.store: SqlStore = open_store(f"sqlite:///{self.folder / store}", KEYS, patience=5.0)
        self.gallery = MatcherGallery(default_calibration())
        if turn:
            self.gallery.turn(turn)
        kept, *further = (SnapshotFolder(self.folder / name, KEY) for name in (own, *others))
        self.keeper = GalleryKeeper(self.gallery, self.store, kept, FakeClock(), times, further)
        self.keeper.open()

    def end(self) -> None:
        self.keeper.close()
        self.store.close()

    def die(self) -> None:
        """End without saving."""
        self.keeper._stop.set()
        self.keeper._thread.join()
        self.store.close()

    def enrol(self, seed: int) -> tuple[str, list[int]]:
        """Enrol a person with two fingers, audited and findable, as the use case does it."""
        self.number += 1
        subject_id = str(uuid.uuid4())
        fingers = [
            feature(p, compact.encode(prints.finger(10 * seed + p)))
            for p in (FingerPosition.RIGHT_INDEX, FingerPosition.LEFT_INDEX)
        ]
        with self.store.transaction() as uow:
            uow.subjects.add(subject_id, f"0792030{self.number:05}", PERSON, FakeClock().time)
            _, stored = uow.subjects.add_encounter(subject_id, str(uuid.uuid4()), FakeClock().time, fingers)
            uow.audit.append(entry(subject_id, "EnrolCitizen", "ENROLLED"))
            self.gallery.add(stored)
        return subject_id, [t.template_id for t in stored]

    def delete(self, subject_id: str) -> None:
        with self.store.transaction() as uow:
            gone = [t.template_id for t in uow.subjects.templates(subject_id)]
            uow.subjects.delete(subject_id)
            uow.audit.append(entry(subject_id, "DeleteCitizen", "DELETED"))
            self.gallery.remove(gone)

    def agrees(self) -> bool:
        stored, findable = self.store.template_ids(), self.gallery.entry_ids()
        return bool(np.array_equal(stored, findable)) and len(self.gallery) == len(stored)

    def found(self, seed: int) -> str:
        probe = Prepared(prepare(prints.impression(prints.finger(10 * seed + FingerPosition.RIGHT_INDEX), 3)))
        hits = self.gallery.search(probe, position=None, limit=1, deadline=NoDeadline()).hits
        return hits[0].subject_id if hits and hits[0].likeness.fmr < 1e-4 else ""


@pytest.fixture
def world(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[World]:
    caplog.set_level(logging.INFO, "idverify")
    world = World(tmp_path)
    world.start()
    yield world
    world.end()


def messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records]


def test_a_start_from_the_snapshot_and_what_happened_since(world: World, caplog: pytest.LogCaptureFixture) -> None:
    people = [world.enrol(seed)[0] for seed in range(1, 6)]
    world.end()
    world.start()
    assert messages(caplog)[-1] == "gallery restored"
    assert (world.agrees(), world.found(3)) == (True, people[2])
    world.delete(people[2])
    late = world.enrol(9)[0]
    world.die()
    world.start()
    last = caplog.records[-1].__dict__
    assert (last["message"], last["added"], last["removed"], last["templates"]) == ("gallery restored", 2, 2, 10)
    assert (world.agrees(), world.found(3), world.found(9), world.found(1)) == (True, "", late, people[0])


def test_a_new_server_starts_from_the_snapshot_of_another(world: World, caplog: pytest.LogCaptureFixture) -> None:
    people = [world.enrol(seed)[0] for seed in range(1, 6)]
    world.keeper.save()
    late = world.enrol(9)[0]
    before = {path: path.read_bytes() for path in (world.folder / "gallery").iterdir()}
    world.die()
    world.start(own="servers/b/gallery", others=("servers/c/gallery", "gallery"))
    last = caplog.records[-1].__dict__
    assert (last["message"], last["added"], last["server"]) == ("gallery restored", 2, world.folder.name)
    assert caplog.records[-2].__dict__["server"] == "c"
    assert (world.agrees(), world.found(3), world.found(9)) == (True, people[2], late)
    assert world.keeper.snapshot_time() is None
    world.end()  # which writes its own, and leaves the other's alone
    assert {path: path.read_bytes() for path in (world.folder / "gallery").iterdir()} == before
    world.start(own="servers/b/gallery")
    assert (messages(caplog)[-1], world.agrees()) == ("gallery restored", True)


def test_a_gallery_goes_on_with_the_codes_it_has_and_a_new_one_has_its_own(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    one = world.enrol(1)[0]
    for seed in range(2, 27):  # more than are all compared
        world.enrol(seed)
    world.end()
    plain = world.gallery.index_id
    own, others = b"\1" * 32, b"\2" * 32
    # Of a former version: taken over as it is, and written so again.
    world.start(turn=own)
    assert (messages(caplog)[-1], world.gallery.index_id, world.found(1)) == ("gallery restored", plain, one)
    late = world.enrol(30)[0]
    world.end()
    world.start(turn=own)
    assert (world.gallery.index_id, world.found(30)) == (plain, late)
    # One that is made anew has codes of its secret, and whoever has another one has no use for it.
    world.end()
    shutil.rmtree(world.folder / "gallery")
    world.start(turn=own)
    turned = world.gallery.index_id
    assert (messages(caplog)[-1], turned != plain, world.found(1)) == ("gallery filled", True, one)
    world.end()
    world.start(turn=own)
    assert (messages(caplog)[-1], world.gallery.index_id, world.found(30)) == ("gallery restored", turned, late)
    world.end()
    world.start(turn=others)
    assert messages(caplog)[-2:] == ["gallery snapshot not used", "gallery filled"]
    assert (world.gallery.index_id not in {plain, turned}, world.found(1)) == (True, one)


def test_another_history_is_not_believed(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A backup is restored and goes on: its template ids are given anew, to other people."""
    world.enrol(1)
    world.end()
    shutil.copy(world.folder / "db", world.folder / "backup")
    world.start()
    world.enrol(2)
    world.end()
    world.start(store="backup")
    assert "gallery snapshot not used" in messages(caplog)
    assert any("another history" in str(r.__dict__.get("cause")) for r in caplog.records)
    assert world.agrees()
    three = world.enrol(3)[0]
    world.end()
    shutil.rmtree(world.folder / "gallery")
    caplog.clear()
    world.start()  # the first database again, with a snapshot of neither
    world.end()
    world.start(store="backup")
    assert messages(caplog)[-1] == "gallery filled"
    assert (world.agrees(), world.found(3), world.found(2)) == (True, three, "")


def test_another_database_is_not_believed(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.enrol(1)
    world.end()
    world.start(store="other")
    assert messages(caplog)[-2:] == ["gallery snapshot not used", "gallery filled"]
    assert len(world.gallery) == 0


def test_a_torn_snapshot_is_made_again(world: World, caplog: pytest.LogCaptureFixture) -> None:
    one = world.enrol(1)[0]
    world.end()
    for path in (world.folder / "gallery").glob("*.segment"):
        path.write_bytes(path.read_bytes()[:-3])
    world.start()
    assert messages(caplog)[-2:] == ["gallery snapshot not used", "gallery filled"]
    assert (world.agrees(), world.found(1)) == (True, one)
    world.end()
    world.start()
    assert messages(caplog)[-1] == "gallery restored"


@pytest.mark.slow
def test_it_is_saved_after_some_changes_or_some_time_and_not_without_any(world: World) -> None:
    world.end()
    manifest = world.folder / "gallery" / "manifest"
    for times in (SnapshotTimes(10_000.0, 4), SnapshotTimes(0.1, 1_000_000)):
        shutil.rmtree(world.folder / "gallery", ignore_errors=True)
        world.start(times)
        world.enrol(1)
        world.enrol(2)
        wait_until(manifest.exists)
        before = manifest.stat().st_ino
        time.sleep(2.2)
        assert manifest.stat().st_ino == before
        world.end()
        assert manifest.stat().st_ino == before
    world.start()


def test_a_disk_that_fails_costs_the_snapshot_and_nothing_else(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = world.enrol(1)[0]

    def full(*_: object) -> None:
        raise OSError(28, "no space left")

    with monkeypatch.context() as patch:
        patch.setattr(SnapshotFolder, "save", full)
        assert not world.keeper.save()
    assert messages(caplog)[-1] == "gallery snapshot failed"
    assert world.found(1) == one
    assert world.keeper.save()


def test_a_disk_that_stays_full_is_not_tried_each_second(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("idverify.matching.keeper._TICK_SECONDS", 0.01)
        patch.setattr("idverify.matching.keeper._FIRST_PAUSE_SECONDS", 0.2)
        patch.setattr(SnapshotFolder, "save", full)
        world.end()
        caplog.clear()
        world.start(SnapshotTimes(0.01, 1))
        world.enrol(1)

        def failed() -> list[logging.LogRecord]:
            return [record for record in caplog.records if record.message == "gallery snapshot failed"]

        wait_until(lambda: len(failed()) >= 3)
        assert {record.__dict__["cause"] for record in failed()} == {"ENOSPC: No space left on device"}
        first, second, third = (record.created for record in failed()[:3])
        assert second - first >= 0.19  # a pause of 0.2 s, and then of twice that
        assert third - second >= 0.39
        world.die()
    world.start()


def test_enrolments_while_snapshots_are_written(world: World) -> None:
    stop = threading.Event()

    def save() -> None:
        while not stop.is_set():
            world.keeper._saved_changes = -1
            assert world.keeper.save()

    saving = threading.Thread(target=save)
    saving.start()
    people = []
    for seed in range(1, 15):
        people.append(world.enrol(seed)[0])
        if seed % 3 == 0:
            world.delete(people.pop(0))
    stop.set()
    saving.join()
    world.die()
    world.start()
    assert world.agrees()


def test_what_is_rolled_back_leaves_the_gallery_before_its_ids_are_given_again(world: World) -> None:
    """SQLite gives the ids of a transaction that was rolled back to the next."""
    stored = []

    def rolled_back(seed: int) -> None:
        with world.store.transaction() as uow:
            subject_id = str(uuid.uuid4())
            uow.subjects.add(subject_id, f"0792031{seed:05}", PERSON, FakeClock().time)
            fingers = [feature(FingerPosition.RIGHT_INDEX, compact.encode(prints.finger(seed)))]
            _, added = uow.subjects.add_encounter(subject_id, str(uuid.uuid4()), FakeClock().time, fingers)
            uow.on_rollback(lambda: world.gallery.remove([t.template_id for t in added]))
            world.gallery.add(added)
            stored.append(added[0].template_id)
            raise DomainError(Reason.STORE_UNAVAILABLE, "gone")

    def failing() -> None:
        for seed in range(900, 915):
            with pytest.raises(DomainError):
                rolled_back(seed)

    thread = threading.Thread(target=failing)
    thread.start()
    enrolled = [world.enrol(seed) for seed in range(1, 15)]
    thread.join()
    assert set(stored) & {template_id for _, ids in enrolled for template_id in ids}, "ids are given again"
    assert world.agrees()
    assert [world.found(seed) for seed in range(1, 15)] == [subject_id for subject_id, _ in enrolled]
