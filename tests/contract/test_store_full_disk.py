"""A disk that takes nothing is told from a database that is busy, and nothing is lost by it."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.storage.store import SqlStore, open_store
from tests.contract.store_kit import KEYS, NUMBER, Intruder, enrol, entry, feature
from tests.small_disk import fill, small_disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk") as folder:
        yield folder


@pytest.fixture
def on_disk(disk: Path) -> Iterator[SqlStore]:
    store = open_store(f"sqlite:///{disk / 'store.sqlite'}", KEYS, patience=0.5)
    yield store
    store.close()


def append(store: SqlStore) -> None:
    with store.transaction() as uow:
        uow.audit.append(entry())


def refused(store: SqlStore) -> tuple[Reason, str]:
    with pytest.raises(DomainError) as refusal:
        append(store)
    return refusal.value.reason, refusal.value.metadata.get("cause", "")


def test_a_full_disk_is_no_busy_database(on_disk: SqlStore, disk: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "idverify.storage")
    enrol(on_disk)
    filler = fill(disk)
    with pytest.raises(DomainError) as refusal:
        enrol(on_disk, "079203009999", *[feature(template=b"x" * 60_000)] * 9)
    assert (refusal.value.reason, refusal.value.metadata) == (Reason.STORE_NOT_WRITABLE, {"cause": "DISK_FULL"})
    taken = 0
    with contextlib.suppress(DomainError):  # the log beside the database has taken what was left
        while True:
            append(on_disk)
            taken += 1
    assert {refused(on_disk) for _ in range(5)} == {(Reason.STORE_NOT_WRITABLE, "DISK_FULL")}
    with pytest.raises(DomainError, match="STORE_NOT_WRITABLE"):
        on_disk.require_writable()
    with on_disk.reading() as view:
        assert view.subjects.count() == 1
    filler.unlink()
    on_disk.require_writable()
    enrol(on_disk, "079203009999")
    with on_disk.reading() as view:
        assert (view.subjects.count(), view.subjects.id_of(NUMBER) is not None) == (2, True)
        check = view.audit.check()
    assert (check.events, check.first_broken) == (taken, 0)
    told = [(r.message, r.__dict__.get("cause")) for r in caplog.records]
    once = [("the database cannot be written", "DISK_FULL"), ("the database can be written again", None)]
    assert told[-2:] == once
    assert len(told) <= 4


def test_a_database_of_limited_size_says_so_too(store: SqlStore, intruder: Intruder) -> None:
    if intruder.dialect != "sqlite":
        pytest.skip("PostgreSQL has no such limit")
    with store._engines.writer.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1")  # as many as there are
    with pytest.raises(DomainError) as refusal:
        enrol(store, NUMBER, *[feature(template=b"x" * 60_000)] * 9)
    assert refusal.value.metadata == {"cause": "DISK_FULL"}


def test_a_database_that_was_taken_away_is_not_written(store: SqlStore, store_url: str, intruder: Intruder) -> None:
    """What is written to a file without a name is lost with the process."""
    if intruder.dialect != "sqlite":
        pytest.skip("PostgreSQL keeps its files itself")
    file = Path(store_url.removeprefix("sqlite:///"))
    enrol(store)
    file.rename(file.with_name("elsewhere"))
    assert refused(store) == (Reason.STORE_NOT_WRITABLE, "FILE_REPLACED")
    file.touch()
    assert refused(store) == (Reason.STORE_NOT_WRITABLE, "FILE_REPLACED")
    file.with_name("elsewhere").rename(file)
    store.require_writable()
    enrol(store, "079203009999")


def test_a_read_only_server_says_so(store: SqlStore, intruder: Intruder) -> None:
    if intruder.dialect != "postgresql":
        pytest.skip("of SQLite it is the file system that is read-only")
    with pytest.raises(DomainError) as refusal, store.transaction() as uow:
        uow.audit._connection.exec_driver_sql("SET TRANSACTION READ ONLY; UPDATE audit_head SET sequence = 0")
    assert (refusal.value.reason, refusal.value.metadata) == (Reason.STORE_NOT_WRITABLE, {"cause": "READ_ONLY"})
