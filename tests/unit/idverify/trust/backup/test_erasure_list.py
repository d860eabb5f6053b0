"""The erasure list: durable, keyed, in order; what is changed in it is refused, and what was cut off a backup knows."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.domain.errors import StoredDataError
from idverify.trust.backup.erasure_list import Erased, ErasureList, Mark
from idverify.trust.sealing import MasterKeys, new_key

KEYS = MasterKeys("k1", {"k1": new_key()}, new_key())


def made(folder: Path, *erased: tuple[int, str]) -> ErasureList:
    listed = ErasureList(folder / "list", KEYS)
    listed.begin()
    for one in erased:
        listed.append([Erased(*one)])
    return listed


@pytest.fixture
def listed(tmp_path: Path) -> ErasureList:
    return made(tmp_path, (3, "a"), (5, "b"))


def rewritten(listed: ErasureList, content: bytes) -> None:
    listed.path.write_bytes(content)


def test_it_is_private_tells_nobody_whom_and_is_begun_once(listed: ErasureList) -> None:
    listed.begin()
    assert listed.path.stat().st_mode & 0o777 == 0o600
    lines = [json.loads(line) for line in listed.path.read_text("ascii").splitlines()]
    assert [set(line) for line in lines] == [
        {"format", "mac"},
        {"event", "subject", "mac"},
        {"event", "subject", "mac"},
    ]
    assert [line.event for line in listed.read().lines] == [3, 5]
    assert listed.read().erased() == {listed.digest("a"), listed.digest("b")}
    assert (
        len({listed.digest("a"), ErasureList(listed.path, MasterKeys("k", {"k": new_key()}, new_key())).digest("a")})
        == 2
    )


def test_what_was_not_written_to_its_end_was_never_relied_on(listed: ErasureList) -> None:
    whole = listed.path.read_bytes()
    listed.append([Erased(9, "c")])
    rewritten(listed, listed.path.read_bytes()[:-1])
    assert [line.event for line in listed.read().lines] == [3, 5]
    before = ErasureList(listed.path, KEYS).append([Erased(8, "d")])
    assert before == len(whole)
    assert [line.event for line in listed.read().lines] == [3, 5, 8]


def test_what_did_not_come_to_be_is_taken_out(listed: ErasureList) -> None:
    whole = listed.path.read_bytes()
    listed.cut(listed.append([Erased(9, "c"), Erased(10, "d")]))
    assert listed.path.read_bytes() == whole


def test_a_full_disk_leaves_what_was_there(listed: ErasureList, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, true, calls = listed.path.read_bytes(), os.fsync, []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:  # the first is of cutting off what was not whole
            raise OSError(28, "No space left on device")
        true(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        listed.append([Erased(9, "c")])
    assert listed.path.read_bytes() == whole


@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_one_changed_bit_is_refused(tmp_path_factory: pytest.TempPathFactory, place: int, bit: int) -> None:
    listed = made(tmp_path_factory.mktemp("list"), (3, "a"), (5, "b"))
    content = bytearray(listed.path.read_bytes())
    content[place % (len(content) - 1)] ^= 1 << bit  # all but the last line's end, without which it is not whole
    rewritten(listed, bytes(content))
    with pytest.raises(StoredDataError, match="was changed, is damaged, or belongs to another"):
        listed.read()


@pytest.mark.parametrize(
    "line",
    [
        b"[]",
        b"1",
        b"{}",
        b'{"event": 1}',
        b'{"event": true, "subject": "a", "mac": ""}',
        b'{"settled": "1", "mac": ""}',
        b'{"event": 1, "subject": "", "mac": ""}',
        b'{"event": 1, "subject": 7, "mac": ""}',
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_what_is_no_line_is_refused(listed: ErasureList, line: bytes) -> None:
    rewritten(listed, listed.path.read_bytes() + line + b"\n")
    with pytest.raises(StoredDataError, match="was changed"):
        listed.read()


@pytest.mark.parametrize("content", [b"", b"\n", b"{}\n", b'{"format": "idverify-erasures-2", "mac": ""}\n'])
def test_what_is_no_list_is_refused(listed: ErasureList, content: bytes) -> None:
    rewritten(listed, content)
    with pytest.raises(StoredDataError, match="was changed"):
        listed.read()


def test_a_line_that_was_taken_out_shows_and_a_cut_is_known_to_the_backup(listed: ErasureList) -> None:
    mark, lines = listed.read().until(100), listed.path.read_bytes().splitlines(keepends=True)
    rewritten(listed, lines[0] + lines[2])
    with pytest.raises(StoredDataError):
        listed.read()
    rewritten(listed, lines[0] + lines[1])
    assert not listed.read().goes_on_from(mark)
    rewritten(listed, b"".join(lines))
    listed.append([Erased(9, "c")])
    assert listed.read().goes_on_from(mark)
    assert not listed.read().goes_on_from(Mark(mark.erasures, "0" * 64))
    assert listed.read().goes_on_from(Mark(0, listed.read().begun))


def test_a_mark_is_of_the_events_that_a_backup_has(listed: ErasureList) -> None:
    listed.append([Erased(9, "c")])
    content = listed.read()
    assert [content.until(event).erasures for event in (2, 3, 8, 9, 100)] == [0, 1, 2, 3, 3]
    assert content.until(2).mac == content.begun
    # A backup was restored that ends with event 4: what follows has its numbers anew.
    listed.note_settled(4)
    listed.append([Erased(5, "d")])
    content = listed.read()
    assert [content.until(event).erasures for event in (4, 5)] == [3, 4]
    assert content.goes_on_from(content.until(4))
    assert content.erased() == set(map(listed.digest, "abcd"))


def test_a_list_made_anew_of_the_same_erasures_goes_on_from_the_same_mark(listed: ErasureList, tmp_path: Path) -> None:
    mark = listed.read().until(3)
    (tmp_path / "other").mkdir()
    anew = made(tmp_path / "other")
    anew.note_settled(0)
    anew.append([Erased(3, "a"), Erased(5, "b")])
    anew.note_settled(6)
    assert anew.read().goes_on_from(mark)
    assert not made(tmp_path, (3, "b")).read().goes_on_from(Mark(3, mark.mac))


def test_a_list_that_is_cut_while_it_is_kept_is_not_gone_on_with(listed: ErasureList) -> None:
    whole = listed.path.read_bytes()
    listed.path.write_bytes(whole[:-20])
    with pytest.raises(StoredDataError, match="was cut"):
        listed.append([Erased(9, "c")])
    listed.path.write_bytes(whole)
    listed.append([Erased(9, "c")])
    assert len(listed.read().lines) == 3
