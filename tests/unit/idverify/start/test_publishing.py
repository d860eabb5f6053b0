"""The log is published whole or not at all, cosigned, and never taken back."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idverify.domain.errors import SettingsError, StoredDataError
from idverify.ports import Shown
from idverify.settings import load_settings
from idverify.start.publishing import Publisher, open_publisher
from idverify.storage.store import SqlStore, open_store
from idverify.trust.log.asking import WitnessAsked, WitnessSilentError
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.keys import load_or_create_log_keys, rotate_log_keys
from idverify.trust.log.notary import FileNotary
from idverify.trust.log.notes import Note, Signature
from idverify.trust.log.witness import Answer, Witness, origin_hash
from tests import tlog_reference as reference
from tests.contract.store_kit import KEYS, entry
from tests.fakes import NoDeadline

NOW = 1_750_000_000


class Here:
    """A witness in this process, which may be silent."""

    def __init__(self, witness: Witness) -> None:
        self.witness = witness
        self.silent, self.says = False, ""

    def ask(self, body: bytes) -> Answer:
        if self.silent:
            raise WitnessSilentError("no answer")
        return self.witness.add_checkpoint(body) if not self.says else Answer(HTTPStatus.CONFLICT, self.says)

    def last(self, origin: str) -> str:
        return self.witness.checkpoint(origin_hash(origin)).text


@dataclass
class Log:
    """A log that is published."""

    folder: Path
    store: SqlStore
    keys: Path
    door: Here

    def append(self, count: int, subject_id: str = "") -> None:
        with self.store.transaction() as uow:
            for _ in range(count):
                uow.audit.append(entry(subject_id))

    def publisher(self) -> Publisher:
        asked = WitnessAsked(self.door.witness.key, self.door)
        return Publisher(self.store, FileNotary(self.keys, KEYS), self.folder / "published", [asked])

    def key(self) -> str:
        return str(load_or_create_log_keys(self.keys, KEYS, "").signing()[0])

    def read(self, *witnesses: str) -> int:
        """Return how many entries others find, having checked them all."""
        published = self.folder / "published"
        state = reference.checkpoint((published / "checkpoint").read_text(), self.key(), *witnesses)
        assert state.seen.keys() == {text.split("+")[0] for text in witnesses}
        assert reference.mth(reference.entries_of(published, state.size)) == state.root
        return state.size


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    keys = tmp_path / "log-keys.json"
    load_or_create_log_keys(keys, KEYS, "issuer")
    store = open_store(f"sqlite:///{tmp_path / 'a.db'}", KEYS)
    known = load_or_create_log_keys(keys, KEYS, "issuer").signing()
    witness = Witness(tmp_path / "witness", "witness.example", known, lambda: NOW)
    yield Log(tmp_path, store, keys, Here(witness))
    store.close()


def test_a_log_is_published_as_it_grows(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idverify.start.publishing._AT_A_TIME", 100)
    publisher, witness = log.publisher(), str(log.door.witness.key)
    assert publisher.publish().size == log.read(witness) == 0
    log.append(350)
    assert publisher.publish().size == log.read(witness) == 350
    log.append(1)
    assert log.publisher().publish().size == log.read(witness) == 351


def test_what_has_not_changed_is_not_published_again(log: Log) -> None:
    log.append(3)
    publisher = log.publisher()
    publisher.publish()
    published = log.folder / "published" / "checkpoint"
    before = published.stat().st_ino
    publisher.publish()
    assert published.stat().st_ino == before
    rotate_log_keys(log.keys, KEYS)
    publisher.publish()
    assert log.read(str(log.door.witness.key)) == 3


def test_a_silent_witness_keeps_nothing_from_being_published(log: Log, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    publisher, log.door.silent = log.publisher(), True
    log.append(3)
    publisher.publish()
    assert log.read() == 3
    assert "a witness does not cosign" in caplog.messages
    log.door.silent = False
    publisher.publish()
    assert log.read(str(log.door.witness.key)) == 3
    assert "witness.example cosigns again" in caplog.messages
    # Nor one that says to have seen more, and proves nothing.
    log.append(1)
    log.door.says = "999\n"
    assert log.publisher().publish().size == log.read() == 4


def test_whoever_watches_sees_what_is_not_published_and_who_does_not_cosign(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("idverify.start.publishing.time", SimpleNamespace(monotonic=lambda: now))
    publisher = log.publisher()

    def seen() -> dict[Shown, float]:
        return {figure.of: figure.value for figure in publisher.figures()}

    now += 5
    assert seen() == {Shown.LOG_CHECKPOINT_AGE: 5, Shown.LOG_COSIGNED_AGE: 5}
    log.append(3)
    publisher.publish()
    log.append(2)
    now += 7
    assert seen() == {Shown.LOG_CHECKPOINT_AGE: 7, Shown.LOG_COSIGNED_AGE: 7, Shown.LOG_UNPUBLISHED: 2}
    log.door.silent = True
    publisher.publish()
    assert seen() == {Shown.LOG_CHECKPOINT_AGE: 0, Shown.LOG_COSIGNED_AGE: 7, Shown.LOG_UNPUBLISHED: 0}
    assert [figure.label for figure in publisher.figures() if figure.label] == ["witness.example"]


def test_a_database_that_was_taken_back_publishes_nothing(log: Log) -> None:
    log.append(3)
    log.publisher().publish()
    log.store.close()
    shutil.copy(log.folder / "a.db", log.folder / "copy.db")
    log.store = open_store(f"sqlite:///{log.folder / 'a.db'}", KEYS)
    log.append(2)
    log.publisher().publish()
    log.store.close()
    log.store = open_store(f"sqlite:///{log.folder / 'copy.db'}", KEYS)
    with pytest.raises(StoredDataError, match="with 5 entries, is not what this one goes on from"):
        log.publisher().publish()
    log.append(9, "another")
    with pytest.raises(StoredDataError, match="with 5 entries, is not what this one goes on from"):
        log.publisher().publish()
    assert (log.folder / "published" / "checkpoint").read_text().split("\n")[1] == "5"
    # Who takes back what was published too is found by the witness.
    shutil.rmtree(log.folder / "published")
    with pytest.raises(StoredDataError, match="another log of this name"):
        log.publisher().publish()
    assert not (log.folder / "published" / "checkpoint").exists()


def spoil_signature(folder: Path) -> None:
    """That of the log, where it stands."""
    note = Note.parse((folder / "checkpoint").read_text())
    first, *others = note.signatures
    zeroed = Signature(first.name, first.key_id, bytes(64))
    (folder / "checkpoint").write_text(str(Note(note.text, (zeroed, *others))))


def spoil_cosignature(folder: Path) -> None:
    note = Note.parse((folder / "checkpoint").read_text())
    first, cosignature = note.signatures
    zeroed = Signature(cosignature.name, cosignature.key_id, bytes(72))
    (folder / "checkpoint").write_text(str(Note(note.text, (first, zeroed))))


def another_root(folder: Path) -> None:
    checkpoint = Checkpoint.parse(Note.parse((folder / "checkpoint").read_text()).text)
    other = Checkpoint(checkpoint.origin, checkpoint.size, bytes(32))
    (folder / "checkpoint").write_text((folder / "checkpoint").read_text().replace(checkpoint.text(), other.text()))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (spoil_signature, "the published checkpoint is not signed by this log"),
        (another_root, "the published checkpoint is not signed by this log"),
        (lambda folder: (folder / "checkpoint").write_text("junk"), "is none that can be read"),
        (lambda folder: (folder / "checkpoint").write_bytes(b"\xff"), "is none that can be read"),
        (lambda folder: (folder / "checkpoint").unlink(), "the published checkpoint is gone, of 600 entries"),
        (shutil.rmtree, "the published checkpoint is gone, of 600 entries"),
        (
            lambda folder: shutil.copy(folder / "older", folder / "checkpoint"),
            "of 300 entries, is older than the one of",
        ),
        (lambda folder: shutil.rmtree(folder / "tile"), "of the published tiles 7 are missing and 0 were changed"),
        (lambda folder: (folder / "tile/0/000").write_bytes(bytes(32)), "0 are missing and 1 were changed"),
        (lambda folder: (folder / "tile/0/002.p/88").unlink(), "1 are missing and 0 were changed"),
        (lambda folder: append(folder / "tile/entries/001"), "1 were changed"),
    ],
)
def test_what_others_spoil_is_named_and_put_right(
    log: Log, caplog: pytest.LogCaptureFixture, spoil: Callable[[Path], object], said: str
) -> None:
    publisher, folder = log.publisher(), log.folder / "published"
    log.append(300)
    publisher.publish()
    older = (folder / "checkpoint").read_bytes()
    log.append(300)
    publisher.publish()
    (folder / "older").write_bytes(older)
    assert publisher.findings(NoDeadline(), full=True) == []
    spoil(folder)
    found = publisher.findings(NoDeadline(), full=True)
    assert said in found[0]
    caplog.clear()
    publisher.publish(full=True)
    assert caplog.messages == ["what is published was changed by others, and is put right"]
    assert log.read(str(log.door.witness.key)) == 600
    assert publisher.findings(NoDeadline(), full=True) == []


def append(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def test_a_cosignature_that_does_not_hold_is_asked_for_again(log: Log) -> None:
    publisher, folder = log.publisher(), log.folder / "published"
    log.append(3)
    publisher.publish()
    spoil_cosignature(folder)
    publisher.publish()
    assert log.read(str(log.door.witness.key)) == 3


def test_a_tile_that_was_laid_down_ahead_is_not_published(log: Log, caplog: pytest.LogCaptureFixture) -> None:
    publisher, folder = log.publisher(), log.folder / "published"
    log.append(3)
    publisher.publish()
    for kind in ("0", "entries"):
        (folder / f"tile/{kind}/000.p/4").write_bytes(bytes(4 * 34))
    log.append(1)
    publisher.publish()
    assert log.read(str(log.door.witness.key)) == 4
    assert "what is published was changed by others, and is put right" in caplog.messages


def test_tiles_are_looked_at_in_turn(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("idverify.start.published._PIECE", 256)
    publisher, tile = log.publisher(), log.folder / "published" / "tile/0/001"
    log.append(700)
    publisher.publish()
    whole = tile.read_bytes()
    for _ in range(3):  # wherever it has come to
        tile.write_bytes(bytes(8192))
        for _ in range(3):
            publisher.publish()
        assert tile.read_bytes() == whole


@given(st.data())
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_byte_of_what_is_published_may_be_changed(log: Log, data: st.DataObject) -> None:
    publisher, folder = log.publisher(), log.folder / "published"
    with log.store.reading() as view:
        size = view.log.head().size
    log.append(max(0, 300 - size))
    publisher.publish(full=True)
    name = data.draw(
        st.sampled_from(["checkpoint", "tile/0/000", "tile/entries/000", "tile/1/000.p/1", "tile/0/001.p/44"])
    )
    content = bytearray((folder / name).read_bytes())
    # Below the line of the log, others sign: theirs is not the log's to say.
    end = content.index(b"\n", content.index("\N{EM DASH}".encode())) if name == "checkpoint" else len(content)
    at = data.draw(st.integers(0, end - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    (folder / name).write_bytes(content)
    assert len(publisher.findings(NoDeadline(), full=True)) == 1
    publisher.publish(full=True)
    assert publisher.findings(NoDeadline(), full=True) == []


def test_a_witness_that_cannot_be_understood_is_refused(log: Log) -> None:
    notary = FileNotary(log.keys, KEYS, log.folder / "public")
    wrong = load_settings(data_dir=log.folder, log_dir=log.folder / "public", log_witnesses=("x",))
    with pytest.raises(SettingsError, match="log_witnesses"):
        open_publisher(wrong, log.store, notary)
    assert open_publisher(load_settings(data_dir=log.folder), log.store, FileNotary(log.keys, KEYS)) is None
