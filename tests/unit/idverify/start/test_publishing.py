"""The log is published whole or not at all, cosigned, and never taken back."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from idverify.domain.errors import SettingsError, StoredDataError
from idverify.settings import load_settings
from idverify.start.publishing import Publisher, open_publisher
from idverify.storage.store import SqlStore, open_store
from idverify.trust.log.asking import WitnessAsked, WitnessSilentError
from idverify.trust.log.keys import load_or_create_log_keys, rotate_log_keys
from idverify.trust.log.notary import FileNotary
from idverify.trust.log.witness import Answer, Witness
from tests import tlog_reference as reference
from tests.contract.store_kit import KEYS, entry

NOW = 1_750_000_000


class Here:
    """A witness in this process, which may be silent."""

    def __init__(self, witness: Witness) -> None:
        self.witness = witness
        self.silent = False

    def ask(self, body: bytes) -> Answer:
        if self.silent:
            raise WitnessSilentError("no answer")
        return self.witness.add_checkpoint(body)


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


def test_a_witness_that_cannot_be_understood_is_refused(log: Log) -> None:
    notary = FileNotary(log.keys, KEYS, log.folder / "public")
    settings = load_settings(data_dir=log.folder, log_dir=log.folder / "public", log_witnesses=("x",))
    with pytest.raises(SettingsError, match="log_witnesses"):
        open_publisher(settings, log.store, notary)
    assert open_publisher(load_settings(data_dir=log.folder), log.store, FileNotary(log.keys, KEYS)) is None
