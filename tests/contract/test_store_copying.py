"""A copy of a SQLite database is of one moment, however many write meanwhile; what is damaged is said so."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest

from idverify.domain.errors import DomainError, Reason, StoredDataError
from idverify.storage import copying
from idverify.storage.copying import copy_database, master_keys_of, require_sound, schema_of
from idverify.storage.store import SqlStore, open_store
from tests.contract.store_kit import KEYS, enrol, feature


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "idverify.db"


@pytest.fixture
def store(path: Path) -> SqlStore:
    return open_store(f"sqlite:///{path}", KEYS)


def number(person: int) -> str:
    return f"0271990{person:05}"


def nothing(done: int, whole: int) -> None:
    del done, whole


def test_a_copy_is_of_one_moment_while_others_write(
    store: SqlStore, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "_PAGES", 1)
    for person in range(5):
        enrol(store, number(person), feature())
    written, ended = Event(), Event()
    steps: list[tuple[int, int]] = []

    def write() -> None:
        person = 5
        while not ended.is_set():
            enrol(store, number(person), feature())
            person += 1
            written.set()

    def slowly(done: int, whole: int) -> None:
        steps.append((done, whole))
        if len(steps) <= 5:
            written.clear()
            assert written.wait(10.0), "whoever writes does not wait for the copy"

    writer = Thread(target=write)
    writer.start()
    try:
        copy_database(path, tmp_path / "copy", slowly)
    finally:
        ended.set()
        writer.join()
    require_sound(tmp_path / "copy")
    with closing(open_store(f"sqlite:///{tmp_path / 'copy'}", KEYS)) as copy, copy.reading() as view:
        assert view.audit.check().first_broken == 0
        assert view.subjects.count() >= 5
        copied = view.subjects.count()
    with store.reading() as view:
        assert view.subjects.count() > copied
    store.close()


def test_a_copy_is_private_whole_and_never_over_another(store: SqlStore, path: Path, tmp_path: Path) -> None:
    enrol(store, number(1), feature())
    to = tmp_path / "copy"
    told: list[tuple[int, int]] = []
    copy_database(path, to, lambda done, whole: told.append((done, whole)))
    assert told[-1][0] == told[-1][1] == to.stat().st_size
    assert to.stat().st_mode & 0o777 == 0o600
    assert (schema_of(to), master_keys_of(to)) == (schema_of(path), {"k1"})
    with pytest.raises(FileExistsError):
        copy_database(path, to, nothing)
    store.close()


def test_what_is_damaged_or_no_database_is_said_so(store: SqlStore, path: Path, tmp_path: Path) -> None:
    enrol(store, number(1), feature())
    store.close()
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = os.urandom(4096)
    damaged, other = tmp_path / "damaged", tmp_path / "other"
    damaged.write_bytes(content)
    other.write_bytes(b"no database at all" * 1000)
    for file in (damaged, other):
        with pytest.raises(StoredDataError, match="damaged"):
            require_sound(file)
    with pytest.raises(StoredDataError, match="damaged"):
        copy_database(other, tmp_path / "copy", nothing)
    with pytest.raises(DomainError) as missing:
        schema_of(tmp_path / "missing")
    assert missing.value.reason is Reason.STORE_UNAVAILABLE
