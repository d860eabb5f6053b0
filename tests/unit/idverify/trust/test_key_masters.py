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
        {"version": 2},
        {"version": 4},
    ],
    ids=str,
)
def test_a_damaged_file_is_refused(path: Path, change: dict[str, object]) -> None:
    add_master(path, FILES, "a", made(path, "a"), NOW)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(KeyFileError):
        load_master_keys(path)


def test_who_kept_a_retired_master_and_an_old_copy_has_nothing_in_the_file_of_now(path: Path) -> None:
    add_master(path, FILES, "kept", made(path, "kept"), NOW)
    old = json.loads(path.read_text())
    add_master(path, FILES, "a", made(path, "a"), NOW)
    rewrap(path, FILES, "a", NOW)
    for name in ("kept", "file"):
        retire_master(path, FILES, name, NOW)
    now = json.loads(path.read_text())
    # Put back into the file of now, it unlocks nothing, whether the service would ask it first or after its own.
    for first in ("a", "kept"):
        path.write_text(
            json.dumps(now | {"first": first, "masters": now["masters"] | {"kept": old["masters"]["kept"]}})
        )
        with pytest.raises(KeyFileError, match="was changed past 'idverify keys'"):
            load_master_keys(path)
    # What is sealed now opens by no key that the old copy leads to.
    path.write_text(json.dumps(now | {"first": "kept", "masters": old["masters"], "version": 2}))
    with pytest.raises(KeyFileError, match="was changed past 'idverify keys'"):
        load_master_keys(path)
    path.write_text(json.dumps(now))
    assert names(read_key_file(path)) == ("a", {"a"})


@pytest.mark.parametrize("change", ["another", "other key", "first", "gone", "reference"])
def test_masters_that_nobody_with_the_key_put_there_are_refused(path: Path, change: str) -> None:
    add_master(path, FILES, "a", made(path, "a"), NOW)
    text = json.loads(path.read_text())
    stranger = FileMaster.beside()
    entry = {**stranger.reference, "wrapped": b64encode(stranger.wrap(bytes(32))).decode()}
    if change == "another":
        text["masters"]["stranger"] = entry
    elif change == "other key":
        text |= {"masters": text["masters"] | {"stranger": entry}, "first": "stranger"}
    elif change == "first":
        text["first"] = "a"
    elif change == "gone":
        del text["masters"]["a"]
    else:
        text["masters"]["a"]["path"] = str(path.with_name("elsewhere"))
    path.write_text(json.dumps(text))
    with pytest.raises(KeyFileError, match="other masters stand in it than it was written with"):
        load_master_keys(path)


FORMER = {
    "version": 2,
    "first": "file",
    "masters": {
        "file": {
            "home": "file",
            "key": "BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU=",
            "wrapped": "siME10wicLViDRCU/c9aKTrhGuZ+xBuQ20R8tF9JPxCfiUyzgwADuQ==",
        },
        "a": {
            "home": "file",
            "key": "BgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgYGBgY=",
            "wrapped": "vNNGD/wMT+Lj0n7TwvxXfZB2j7lpkX/TL78Zz5tH8ZuN2xe9KlQPNA==",
        },
    },
    "sealed": (
        "AQcHBwcHBwcHBwcHB08iyoh9H4TlIz+3Zb3YivJJuEBN1A/urxVAwKTSa7h/AS46wNiv8H0Dj9mAOvAJcDFzuun2f+/zW6PwbnHUyVu5cJEe"
        "A5TyHx8CFHsHdUNqqZYjDdpTArKVxMZJs7DUxC4/pkWGXF1n7qTVDNij3xLEWyt2q3IjH+35e2szAky29Tkcf0WeXLoeFTfcj6Y0yGSFcdfb"
        "iMJKR7MQU92xQcjz9S3mujXlaVfveH20UwxRGCP/bAEnEGcLNzbm9/7NpMi8Mmvc/Z8+91KX4XPgRxotBddhXBaJ4itW"
    ),
}
"""As a former version wrote it, all random bytes a counter."""


def test_a_file_of_a_former_version_is_read_and_the_next_change_binds_its_masters(path: Path) -> None:
    path.write_text(json.dumps(FORMER))
    file = read_key_file(path)
    assert (file.secrets.root, dict(file.secrets.keys)) == (b"\2" * 32, {"k1": b"\1" * 32})
    assert names(file) == ("file", {"file", "a"})
    assert names(rewrap(path, FILES, "a", NOW)) == ("a", {"file", "a"})
    assert json.loads(path.read_text())["version"] == 3
    assert [act.action for act in read_key_file(path).acts] == ["AddMaster", "RewrapKeys"]


def test_retiring_wants_those_that_stay_and_the_ones_that_they_are(path: Path) -> None:
    for name in ("a", "escrow"):
        add_master(path, FILES, name, made(path, name), NOW)
    rewrap(path, FILES, "a", NOW)
    before, escrow = path.read_bytes(), path.with_name("escrow")
    escrow.rename(path.with_name("away"))
    with pytest.raises(DomainError, match="/escrow, a master, cannot be read"):
        retire_master(path, FILES, "file", NOW)
    FileMaster.new(escrow)
    with pytest.raises(DomainError, match="another one than that which wrapped"):
        retire_master(path, FILES, "file", NOW)
    assert path.read_bytes() == before
    path.with_name("away").replace(escrow)
    retire_master(path, FILES, "file", NOW)
    path.with_name("a").unlink()
    assert names(read_key_file(path)) == ("a", {"a", "escrow"}), "the one in escrow unlocks it"


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
