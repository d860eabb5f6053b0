"""What is done to the database past the service, and who notices: start, check, what was published, the witness."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import pytest

from idverify.commands.log.witness_server import witness_server
from idverify.domain.errors import StoredDataError
from idverify.start.accept import accept_losses
from idverify.start.publishing import publish_log
from idverify.trust.key_file import load_master_keys
from idverify.trust.log.keys import load_log_keys, rotate_log_keys
from idverify.trust.log.notes import VerifierKey
from idverify.trust.log.verifying import verify_proof
from idverify.trust.log.witness import Answer, Witness
from tests.register_kit import Register, call, enrol, number_of

SIX, NINE, FORK = "six", "nine", "fork"
PEOPLE = ("images", "templates", "encounters", "records", "subjects")


class World:
    """A register with nine events, published and witnessed, and beside it what others put in its place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.known: list[VerifierKey] = []
        self.register = Register(folder / "data")
        self.register.clock.time = datetime.now(UTC)
        self.witness = Witness(folder / "witness", "witness.example", self.known, lambda: 1_750_000_000)
        self.server = witness_server("127.0.0.1", 0, self.witness)
        where = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.witnesses = (f"{self.witness.key} {where}",)
        self.options(log_dir=folder / "public", log_witnesses=self.witnesses)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def options(self, **options: object) -> None:
        self.register.options = {"log_seconds": 86_400.0, **options}

    def publish(self) -> None:
        publish_log(self.register.settings, self.register.clock)

    def keep(self, name: str) -> None:
        for part in ("data", "public", "witness"):
            shutil.copytree(self.folder / part, self.folder / name / part)

    def put(self, name: str, *parts: str) -> None:
        for part in parts:
            shutil.rmtree(self.folder / part)
            shutil.copytree(self.folder / name / part, self.folder / part)

    def database(self, name: str) -> None:
        """Another database in the place of this one, beneath whoever has it open."""
        with (
            closing(sqlite3.connect(self.folder / name / "data" / "idverify.db")) as source,
            closing(sqlite3.connect(self.register.database)) as target,
        ):
            source.backup(target)

    def refused(self) -> str:
        with pytest.raises(StoredDataError) as error, self.register.open():
            pass
        return str(error.value)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("world"))
    register = world.register.filled()
    keys = load_master_keys(register.settings.master_key_file)
    assert keys is not None
    world.known += load_log_keys(register.settings.log_key_file, keys).signing()
    world.publish()
    world.keep(SIX)
    with register.open() as application:
        enrol(application, 7)
    world.publish()
    world.keep(NINE)
    world.put(SIX, "data", "public")
    world.options(log_dir=world.folder / "public")  # who forks it asks no witness
    with register.open() as application:
        enrol(application, 8)
        enrol(application, 9)
    world.publish()
    world.keep(FORK)
    yield world
    world.server.shutdown()
    world.server.server_close()


@pytest.fixture
def world(made: World) -> World:
    made.put(NINE, "data", "public", "witness")  # which may have been told of events of the test before
    made.options(log_dir=made.folder / "public", log_witnesses=made.witnesses)
    made.register.clock.time = datetime.now(UTC) + timedelta(days=366)
    return made


Attack = Callable[[World], None]


def taken_back(world: World) -> None:
    world.database(SIX)


def forked(world: World) -> None:
    world.database(FORK)


def emptied(world: World) -> None:
    world.register.tamper(*(f"DELETE FROM {table}" for table in PEOPLE))


def trail_cut(world: World) -> None:
    world.register.tamper("DELETE FROM audit WHERE sequence > 6")


def trail_emptied(world: World) -> None:
    world.register.tamper("DELETE FROM audit", "DELETE FROM audit_head", "DELETE FROM log_hashes")


def log_cut(world: World) -> None:
    world.register.tamper("DELETE FROM log_hashes WHERE position > 6")


def log_changed(world: World) -> None:
    world.register.tamper("UPDATE log_hashes SET hash = zeroblob(32) WHERE position = 2")


def event_changed(world: World) -> None:
    world.register.tamper("UPDATE audit SET payload = replace(payload, 'ENROLLED', 'REFUSED!') WHERE sequence = 7")


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        (taken_back, "it ends at event 6, and the trail had come to event 9"),
        (forked, "not the continuation of what was here"),
        (emptied, "rows were removed or added past the service: the database holds 0 citizens instead of 3"),
        (trail_cut, "the audit trail should end at event 9 and ends at event 6"),
        (trail_emptied, "the audit trail was emptied beside 3 citizens"),
        (log_cut, "the log of the audit trail was changed past the service"),
        (log_changed, "not the continuation of the log that was published with 9 entries"),
    ],
)
def test_a_start_notices(world: World, attack: Attack, said: str) -> None:
    attack(world)
    assert said in world.refused()


@pytest.mark.parametrize(
    ("attack", "broken", "said"),
    [
        (taken_back, 10, "is not what this one goes on from"),
        (forked, 10, "is not what this one goes on from"),
        (emptied, 0, "the database holds 0 citizens instead of 3"),
        (trail_cut, 7, ""),
        (log_cut, 0, "the log of the audit trail was changed past the service"),
        (log_changed, 0, "the log of the audit trail was changed past the service, at event 3"),
        (event_changed, 7, ""),
    ],
)
def test_the_check_notices(world: World, attack: Attack, broken: int, said: str) -> None:
    with world.register.open() as application:
        before = application.trail_check.check(call("CheckAuditTrail"))
        assert (before.first_broken, before.findings) == (0, ())
        attack(world)
        first = application.trail_check.check(call("CheckAuditTrail"))
        full = application.trail_check.check(call("CheckAuditTrail"), full=True)
    assert broken in (first.first_broken, full.first_broken)
    assert said in "; ".join((*first.findings, *full.findings))
    assert broken or full.findings


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (SIX, "it ends at event 6, and events 7 to 9 were published"),
        (FORK, "not the continuation of the log that was published with 9 entries"),
    ],
)
def test_what_was_published_tells(world: World, name: str, said: str) -> None:
    """Where all of the folder is put back, keys and what lies beside the database too."""
    world.put(name, "data")
    assert said in world.refused()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (SIX, "witness.example has seen the log with 9 entries, and it has 6: the database was taken back"),
        (FORK, "witness.example has seen another log of this name"),
    ],
)
def test_the_witness_notices(world: World, name: str, said: str) -> None:
    """Where what was published is put back too."""
    world.put(name, "data", "public")
    assert said in world.refused()
    found = accept_losses(world.register.settings, world.register.clock)
    assert [finding.code for finding in found] == ["LOG_WITNESSED"]
    with world.register.open() as application:  # as another log, which the witness was not told of
        assert not application.trail_check.check(call("CheckAuditTrail"), full=True).findings


def test_a_checkpoint_that_is_gone_is_missed(world: World) -> None:
    """Who puts the database back would only have to remove it."""
    world.put(SIX, "data")
    (folder,) = (world.folder / "public").iterdir()
    (folder / "checkpoint").unlink()
    assert "has no checkpoint, and the log was published with 6 entries at least" in world.refused()
    shutil.rmtree(folder)
    assert "has no checkpoint, and the log was published with 6 entries at least" in world.refused()
    found = accept_losses(world.register.settings, world.register.clock)
    assert [finding.code for finding in found] == ["LOG_UNPUBLISHED"]
    with world.register.open():
        pass


def test_a_silent_witness_keeps_nothing_from_starting(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.known.clear()
    try:
        with world.register.open():
            pass
    finally:
        keys = load_master_keys(world.register.settings.master_key_file)
        assert keys is not None
        world.known += load_log_keys(world.register.settings.log_key_file, keys).signing()
    assert "a witness does not say what it has seen" in caplog.messages


def test_a_witness_that_says_to_have_seen_more_and_shows_nothing_keeps_nothing_from_starting(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(world.witness, "add_checkpoint", lambda _: Answer(HTTPStatus.CONFLICT, "999\n"))
    with world.register.open():
        pass
    assert "a witness does not say what it has seen" in caplog.messages


def test_a_proof_holds_a_year_later_after_erasure_and_changes_of_keys(world: World) -> None:
    register = world.register
    with register.open() as application:
        key = application.proving.state(call("GetLogCheckpoint")).keys[0]
        proof = application.proving.proof_of(call("GetEventProof"), 7)
        register.clock.time += timedelta(days=366)
        application.citizens.delete(call("DeleteCitizen"), number_of(7), lambda _: b"answer")
    keys = load_master_keys(register.settings.master_key_file)
    assert keys is not None
    for _ in range(2):
        rotate_log_keys(register.settings.log_key_file, keys)
    proven = verify_proof(proof.encode(), [VerifierKey.parse(key)])
    assert (proven.event["sequence"], proven.event["outcome"]) == (7, "ENROLLED")
