"""A master in a file: it unlocks what it wrapped, and says what is wrong with it without quoting it."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.trust.homes.master_file import FileMaster

KEY = bytes(range(32))


def cause(master: FileMaster, wrapped: bytes) -> str:
    with pytest.raises(DomainError) as refused:
        master.unwrap(wrapped)
    assert refused.value.reason is Reason.KEYS_UNAVAILABLE
    return refused.value.metadata["cause"]


def test_it_wraps_by_rfc_3394() -> None:
    # Section 4.6: 256 bits of key data with a 256-bit key.
    kek = base64.b64encode(bytes(range(32))).decode()
    key = bytes.fromhex("00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F")
    wrapped = "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21"
    master = FileMaster({"home": "file", "key": kek})
    assert master.wrap(key).hex().upper() == wrapped
    assert master.unwrap(bytes.fromhex(wrapped)) == key


def test_a_new_one_is_private_and_no_other_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "escrow"
    master = FileMaster.new(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert FileMaster(master.reference).unwrap(master.wrap(KEY)) == KEY
    with pytest.raises(FileExistsError):
        FileMaster.new(path)
    assert FileMaster.new(tmp_path / "other").wrap(KEY) != master.wrap(KEY)
    beside = FileMaster.beside()
    assert beside.unwrap(beside.wrap(KEY)) == KEY


def test_what_is_wrong_is_named(tmp_path: Path) -> None:
    path = tmp_path / "escrow"
    master = FileMaster.new(path)
    wrapped = master.wrap(KEY)
    assert cause(FileMaster.beside(), wrapped) == "MASTER_OTHER"
    assert cause(master, wrapped[:-1] + bytes([wrapped[-1] ^ 1])) == "MASTER_OTHER"
    path.chmod(0o640)
    assert cause(master, wrapped) == "MASTER_DAMAGED"
    path.chmod(0o600)
    for content in ("", "QUFB", "no base64!"):
        path.write_text(content)
        assert cause(master, wrapped) == "MASTER_DAMAGED"
    path.unlink()
    assert cause(master, wrapped) == "MASTER_ABSENT"
