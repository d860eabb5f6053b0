"""The key file: made once, whole, private; anything doubtful is refused without quoting it."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.domain.errors import StoredDataError
from idverify.trust.key_file import KeyFileError, add_master_key, load_master_keys, load_or_create_master_keys
from idverify.trust.sealing import MasterKeys


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "secrets" / "keys.json"


def test_a_new_file_is_private_and_stays(path: Path) -> None:
    keys = load_or_create_master_keys(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["keys.json"]
    assert load_or_create_master_keys(path) == load_master_keys(path) == keys
    assert len({keys.root, *keys.keys.values()}) == 2


def test_two_files_hold_different_secrets(tmp_path: Path) -> None:
    one, two = (load_or_create_master_keys(tmp_path / name) for name in ("a", "b"))
    assert one.root != two.root
    assert one.keys["k1"] != two.keys["k1"]


def test_all_who_start_at_once_get_the_same_secrets(path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(load_or_create_master_keys, [path] * 8))
    assert all(keys == found[0] for keys in found)
    assert len(list(path.parent.iterdir())) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620, 0o601])
def test_a_file_that_others_reach_is_refused(path: Path, mode: int) -> None:
    load_or_create_master_keys(path)
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="chmod 600"):
        load_or_create_master_keys(path)


def test_a_file_that_is_read_only_will_do(path: Path) -> None:
    keys = load_or_create_master_keys(path)
    path.chmod(0o400)
    assert load_or_create_master_keys(path) == keys


def test_rotation_adds_a_key_and_changes_nothing_else(path: Path) -> None:
    old = load_or_create_master_keys(path)
    new = add_master_key(path)
    assert new.active == "k2"
    assert new.keys["k1"] == old.keys["k1"] != new.keys["k2"]
    assert new.root == old.root
    assert load_master_keys(path) == new
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(list(path.parent.iterdir())) == 1


def test_a_name_is_not_given_twice_after_an_old_key_was_taken_out(path: Path) -> None:
    load_or_create_master_keys(path)
    add_master_key(path)
    content = json.loads(path.read_bytes())
    del content["master_keys"]["k1"]
    path.write_text(json.dumps(content))
    before = load_master_keys(path)
    after = add_master_key(path)
    assert after.keys["k2"] == before.keys["k2"]
    assert set(after.keys) == {"k2", "k3"}
    assert after.active == "k3"


def damaged(**changes: Any) -> bytes:
    good: dict[str, Any] = {"version": 1, "root": "QUFB" * 10 + "QUE=", "active": "k1", "master_keys": {}}
    good["master_keys"] = {"k1": good["root"]}
    return json.dumps({**good, **changes}).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        damaged(root="QUFB"),
        damaged(root="!" * 44),
        damaged(root=None),
        damaged(active="k9"),
        damaged(master_keys=[]),
        damaged(master_keys={"k1": 7}),
        damaged(version=2),
    ],
)
def test_a_damaged_file_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "keys"
    path.touch(0o600)
    path.write_bytes(content)
    with pytest.raises(KeyFileError) as refused:
        load_or_create_master_keys(path)
    assert path.read_bytes() == content
    assert "QUFB" not in str(refused.value)


def test_the_undamaged_one_of_them_loads(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.touch(0o600)
    path.write_bytes(damaged())
    assert load_master_keys(path) == MasterKeys("k1", {"k1": b"A" * 32}, b"A" * 32)


@given(st.binary(max_size=60))
def test_any_bytes_are_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "keys"
    path.touch(0o600)
    path.write_bytes(content)
    with pytest.raises(StoredDataError):
        load_master_keys(path)


def test_a_folder_is_not_a_key_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="directory"):
        load_or_create_master_keys(tmp_path)


def test_a_device_is_not_a_key_file(tmp_path: Path) -> None:
    device = tmp_path / "keys.json"
    device.symlink_to("/dev/zero")
    with pytest.raises(KeyFileError, match="not a regular file"):
        load_master_keys(device)
