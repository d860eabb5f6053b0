"""Masters of keys.json: several unlock it, one is asked first, the last stays; killed half-way nothing is half done."""

from __future__ import annotations

import json
import os
import stat
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from idverify.domain.errors import DomainError, Reason, SettingsError
from idverify.trust.homes.home import FILES
from idverify.trust.homes.master_file import FileMaster
from idverify.trust.key_file import (
    KeyFile,
    KeyFileError,
    add_master_key,
    load_master_keys,
    load_or_create_master_keys,
    read_key_file,
    require_kept,
)
from idverify.trust.key_masters import add_master, retire_master, rewrap, rotate_master
from tests.contract.store_kit import NOW
from tests.tokens import SoftToken


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "keys.json"
    load_or_create_master_keys(path)
    return path


def made(path: Path, name: str) -> Callable[[], FileMaster]:
    return partial(FileMaster.new, path.with_name(name))


def names(file: KeyFile) -> tuple[str, set[str]]:
    return file.first, set(file.masters)


def test_a_file_without_masters_gets_one_that_is_in_it(path: Path) -> None:
    secrets = load_master_keys(path)
    assert names(read_key_file(path)) == ("", set())
    assert names(add_master(path, FILES, "escrow", made(path, "escrow"), NOW)) == ("file", {"file", "escrow"})
    assert load_master_keys(path) == secrets
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    require_kept(path, secrets)


def test_either_of_two_unlocks(path: Path) -> None:
    secrets = load_master_keys(path)
    add_master(path, FILES, "a", made(path, "a"), NOW)
    add_master(path, FILES, "b", made(path, "b"), NOW)
    rewrap(path, FILES, "a", NOW)
    assert names(retire_master(path, FILES, "file", NOW)) == ("a", {"a", "b"})
    assert set(json.loads(path.read_text())) == {"version", "first", "masters", "sealed"}
    assert not any(b64encode(key) in path.read_bytes() for key in (secrets.root, *secrets.keys.values()))
    for away in ("a", "b"):
        path.with_name(away).rename(path.with_name("away"))
        assert load_master_keys(path) == secrets
        path.with_name("away").rename(path.with_name(away))
    for away in ("a", "b"):
        path.with_name(away).unlink()
    with pytest.raises(DomainError, match="/a, a master") as refused:
        load_master_keys(path)
    assert (refused.value.reason, refused.value.metadata) == (Reason.KEYS_UNAVAILABLE, {"cause": "MASTER_ABSENT"})


def test_rotation_is_one_step_and_a_retired_one_unlocks_no_more(path: Path) -> None:
    secrets = load_master_keys(path)
    rotate_master(path, FILES, "one", made(path, "one"), NOW)
    retire_master(path, FILES, "file", NOW)
    assert names(rotate_master(path, FILES, "two", made(path, "two"), NOW)) == ("two", {"one", "two"})
    retire_master(path, FILES, "one", NOW)
    path.with_name("one").unlink()
    assert load_master_keys(path) == secrets
    acts = [(act.action, act.master) for act in read_key_file(path).acts]
    assert acts == [
        ("AddMaster", "one"),
        ("RewrapKeys", "one"),
        ("RetireMaster", "file"),
        ("AddMaster", "two"),
        ("RewrapKeys", "two"),
        ("RetireMaster", "one"),
    ]


def test_what_cannot_be_is_refused_and_changes_nothing(path: Path) -> None:
    with pytest.raises(SettingsError, match="there is none"):
        rewrap(path, FILES, "a", NOW)
    with pytest.raises(SettingsError, match="there is none"):
        retire_master(path, FILES, "a", NOW)
    add_master(path, FILES, "a", made(path, "a"), NOW)
    before = path.read_bytes()
    for name in ("", "A", "a b", "-a", "a" * 33):
        with pytest.raises(SettingsError, match="small letters"):
            add_master(path, FILES, name, made(path, "x"), NOW)
    with pytest.raises(SettingsError, match="already"):
        rotate_master(path, FILES, "a", made(path, "x"), NOW)
    with pytest.raises(SettingsError, match="asks first"):
        retire_master(path, FILES, "file", NOW)
    with pytest.raises(SettingsError, match="there is a, file"):
        retire_master(path, FILES, "b", NOW)
    assert not path.with_name("x").exists()
    path.with_name("a").rename(path.with_name("away"))
    with pytest.raises(DomainError):
        rewrap(path, FILES, "a", NOW)
    assert path.read_bytes() == before
    path.with_name("away").rename(path.with_name("a"))
    rewrap(path, FILES, "a", NOW)
    retire_master(path, FILES, "file", NOW)
    with pytest.raises(SettingsError, match="the last master stays"):
        retire_master(path, FILES, "a", NOW)


def test_a_master_key_of_data_is_added_under_the_same_masters(path: Path) -> None:
    rotate_master(path, FILES, "a", made(path, "a"), NOW)
    before = read_key_file(path)
    assert add_master_key(path).active == "k2"
    assert names(read_key_file(path)) == names(before)


class Killed(BaseException):
    """The process ended here."""


@pytest.mark.parametrize("call", ["open", "fsync", "replace"])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_killed_at_any_write_it_is_the_old_or_the_new(
    path: Path, monkeypatch: pytest.MonkeyPatch, call: str, count: int
) -> None:
    secrets = load_master_keys(path)
    add_master(path, FILES, "a", made(path, "a"), NOW)
    left = count
    owner = Path if call == "replace" else os
    true = getattr(owner, call)

    def killing(*given: object, **options: object) -> object:
        nonlocal left
        left -= 1
        if not left:
            raise Killed
        return true(*given, **options)

    with monkeypatch.context() as patch:
        patch.setattr(owner, call, killing)
        with suppress(Killed):
            rotate_master(path, FILES, "b", made(path, "b"), NOW)
    found = read_key_file(path)
    assert found.secrets == secrets
    assert names(found) in (("file", {"file", "a"}), ("b", {"file", "a", "b"}))


def test_commands_at_once_lose_nothing(path: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        done = [pool.submit(add_master, path, FILES, f"m{i}", made(path, f"m{i}"), NOW) for i in range(6)]
        reads = [pool.submit(load_master_keys, path) for _ in range(20)]
    assert all(each.result() == load_master_keys(path) for each in reads)
    assert all(each.result() for each in done)
    assert set(read_key_file(path).masters) == {"file", *(f"m{i}" for i in range(6))}


@pytest.mark.parametrize(
    "change",
    [
        {"first": "none"},
        {"masters": {}},
        {"masters": {"a": {"home": "file"}}},
        {"masters": []},
        {"sealed": "AAAA"},
        {"version": 3},
    ],
    ids=str,
)
def test_a_damaged_file_is_refused(path: Path, change: dict[str, object]) -> None:
    add_master(path, FILES, "a", made(path, "a"), NOW)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(Exception) as refused:  # noqa: PT011 - one of two, below
        load_master_keys(path)
    assert "unknown format" in str(refused.value) if "sealed" in change else isinstance(refused.value, KeyFileError)


def test_the_token_is_first_and_a_file_in_escrow_helps_without_it(token: SoftToken, path: Path) -> None:
    home, secrets = token.home(), load_master_keys(path)
    add_master(path, home, "token", home.new_master, NOW)
    add_master(path, home, "escrow", made(path, "escrow"), NOW)
    rewrap(path, home, "token", NOW)
    retire_master(path, home, "file", NOW)
    away = path.with_name("away")
    path.with_name("escrow").rename(away)
    assert load_master_keys(path, home) == secrets
    token.vanish()
    with pytest.raises(DomainError) as refused:
        load_master_keys(path, home)
    assert refused.value.metadata["cause"] in {"TOKEN_ABSENT", "MODULE_UNUSABLE", "KEY_ABSENT"}
    away.rename(path.with_name("escrow"))
    assert load_master_keys(path, home) == secrets
    assert load_master_keys(path) == secrets  # also where no token is set


def test_a_first_start_with_a_token_leaves_no_secret_in_a_file(token: SoftToken, tmp_path: Path) -> None:
    path = tmp_path / "new" / "keys.json"
    secrets = load_or_create_master_keys(path, token.home())
    assert names(read_key_file(path, token.home())) == ("token", {"token"})
    assert load_or_create_master_keys(path, token.home()) == secrets
    with pytest.raises(DomainError) as refused:
        load_master_keys(path)
    assert refused.value.metadata == {"cause": "TOKEN_UNSET"}
