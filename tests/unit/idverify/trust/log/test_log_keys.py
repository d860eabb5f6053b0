"""The keys of the log: kept sealed, changed without a gap, and known for ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from idverify.domain.errors import StoredDataError
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.keys import (
    LogKeys,
    load_log_keys,
    load_or_create_log_keys,
    renew_log_keys,
    rotate_log_keys,
)
from idverify.trust.log.notes import Note
from idverify.trust.sealed_file import SealedForm
from idverify.trust.sealing import MasterKeys, Purpose
from tests.contract.store_kit import KEYS


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "log-keys.json"
    load_or_create_log_keys(file, KEYS, "issuer")
    return file


def texts(keys: LogKeys) -> tuple[list[str], list[str]]:
    return list(map(str, keys.signing())), list(map(str, keys.retired))


def test_keys_are_made_once(file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    assert texts(load_or_create_log_keys(file, KEYS, "another")) == texts(load_log_keys(file, KEYS))


def test_the_key_before_signs_until_the_next_change(file: Path) -> None:
    ((first,), _) = texts(load_log_keys(file, KEYS))
    (second, *rest), retired = texts(rotate_log_keys(file, KEYS))
    assert (rest, retired) == ([first], [])
    (third, *rest), retired = texts(rotate_log_keys(file, KEYS))
    assert (rest, retired) == ([second], [first])
    (_, *rest), retired = texts(rotate_log_keys(file, KEYS, withdraw=True))
    assert (rest, retired) == ([], [third, second, first])
    keys = load_log_keys(file, KEYS)
    assert keys.sign("text\n").verified(keys.signing()) == [(keys.signing()[0], None)]


def test_what_a_retired_key_signs_is_of_this_log_as_far_as_the_log_had_come(file: Path) -> None:
    def note(keys: LogKeys, size: int, origin: str = "") -> Note:
        return keys.sign(Checkpoint(origin or keys.origin, size, bytes(32)).text())

    first = load_log_keys(file, KEYS)
    second = rotate_log_keys(file, KEYS, entries=lambda: 5)
    assert second.signed(note(first, 9)), "it signs beside the active one"
    third = rotate_log_keys(file, KEYS, entries=lambda: 7)
    assert load_log_keys(file, KEYS).until == third.until == {str(first.signing()[0]): 7}
    assert [third.signed(note(first, size)) for size in (7, 8)] == [True, False]
    assert third.signed(note(second, 8)), "one of its signatures is by a key that signs"
    fourth = rotate_log_keys(file, KEYS, withdraw=True)
    assert fourth.signed(note(third, 9)), "of one that went without it being known when, everything counts"
    # Those of a former log sign nothing of the one that began after it.
    other = renew_log_keys(file, KEYS, "issuer")
    assert other.until == third.until
    forged = Note(note(other, 3).text, fourth.sign(note(other, 3).text).signatures)
    assert not other.signed(forged)
    assert other.signed(note(other, 3))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"origin": "a", "signing": [], "retired": []}',
        b'{"origin": "a", "signing": ["00"], "retired": []}',
        b'{"origin": "a", "signing": ["%s"], "retired": ["a"]}' % (b"00" * 32),
        b'{"origin": "a", "signing": ["%s"], "retired": [], "until": {"a": "b"}}' % (b"00" * 32),
    ],
)
def test_a_file_that_holds_no_keys_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(SealedForm("log keys", Purpose.LOG_KEYS, ("log_keys", "ring")).written(content, KEYS))
    with pytest.raises(StoredDataError, match="is not a file of log keys, or is damaged"):
        load_log_keys(file, KEYS)


def test_another_services_file_is_refused(file: Path) -> None:
    with pytest.raises(StoredDataError):
        load_log_keys(file, MasterKeys("k1", KEYS.keys, b"\x01" * 32))
