"""The file that holds the service's secrets: made once, readable by its owner only.

JSON: ``{"version": 1, "root": B64, "active": ID, "master_keys": {ID: B64, ...}}``, keys of 32 bytes in base64. To
rotate the master key, add one and make it active; old ones stay until nothing is wrapped by them any more. The root
secret is never changed: hashes of citizen numbers and pseudonyms hang on it.

So they stand there as they are; or, in version 3, sealed under a key of their own, which every *master* wraps: ``{
"version": 3, "first": NAME, "masters": {NAME: {"home": "file" or "pkcs11", ..., "wrapped": B64}}, "sealed": B64}``.
Which masters there are is authenticated with what is sealed: who has not that key puts none in. Version 2 was the same
without that; it is read, and the next change writes version 3.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from idverify.domain.errors import DomainError, StoredDataError
from idverify.trust.homes.changing import changing
from idverify.trust.homes.home import FILES, KeyHome, Reference
from idverify.trust.sealing import MasterKeys, new_key, seal, unseal
from idverify.trust.secret_file import (
    KeyFileError,
    create_secret_file,
    read_secret_file,
    replace_secret_file,
)

__all__ = ["KeyFileError", "add_master_key", "load_master_keys", "load_or_create_master_keys", "require_kept"]

_OPEN, _UNBOUND, _LOCKED = 1, 2, 3
_FIRST_KEY = "k1"
_FIRST_MASTER = "token"
_PLACE = ("keys", "secrets")


@dataclass(frozen=True, slots=True)
class KeyAct:
    """What an operator did with the masters, for the audit trail; ``time`` as ISO 8601."""

    action: str
    master: str
    time: str


@dataclass(frozen=True, slots=True)
class Unlocks:
    """What is kept of a master, and what it wraps."""

    reference: Reference = field(repr=False)
    wrapped: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The file, unlocked.

    Attributes:
        secrets: that the service works with.
        key: under which they are sealed; None: they are not.
        masters: which wrap that, by their names; empty if none does.
        first: the name of the one that is asked first.
        acts: all that was done with masters, oldest first.
    """

    secrets: MasterKeys
    key: bytes | None = field(default=None, repr=False)
    masters: Mapping[str, Unlocks] = field(default_factory=dict)
    first: str = ""
    acts: tuple[KeyAct, ...] = ()


def load_or_create_master_keys(path: Path, home: KeyHome = FILES) -> MasterKeys:
    """Load the secrets, making the file with new ones if there is none.

    Of several processes that start at once, all end up with the same file.

    Raises:
        DomainError: KEYS_UNAVAILABLE.
        KeyFileError: the file is readable by others, or is not what this module wrote.
        OSError: the file cannot be read or made.
    """
    try:
        return load_master_keys(path, home)
    except FileNotFoundError:
        create_secret_file(path, _encode(_new(home)))
        return load_master_keys(path, home)


def load_master_keys(path: Path, home: KeyHome = FILES) -> MasterKeys:
    """Load the secrets. Raises as :func:`read_key_file`."""
    return read_key_file(path, home).secrets


def read_key_file(path: Path, home: KeyHome = FILES) -> KeyFile:
    """Read the file, and unlock it by the first master that is at hand.

    Raises:
        DomainError: KEYS_UNAVAILABLE: none is; says of the first why not.
        KeyFileError: the file is readable by others, or is not what this module wrote.
        OSError: the file cannot be read.
    """
    return _decode(read_secret_file(path), path, home)


def write_key_file(path: Path, content: KeyFile) -> None:
    """Replace the file in one step; whatever ends it, either it is there or that of before. Raises OSError."""
    replace_secret_file(path, _encode(content))


def require_kept(path: Path, keys: MasterKeys, home: KeyHome = FILES) -> None:
    """Look whether the secrets that a running service works with are still in their file, and can be unlocked.

    Raises:
        DomainError: KEYS_UNAVAILABLE: the next start would fail.
        KeyFileError: they are not: when the service ends, they are lost.
        OSError: the file cannot be read.
    """
    try:
        kept = load_master_keys(path, home)
    except FileNotFoundError:
        raise KeyFileError(f"{path} is gone: put its copy back before the service ends") from None
    if kept.root != keys.root or any(kept.keys.get(name) != key for name, key in keys.keys.items()):
        raise KeyFileError(f"{path} is another one than at the start: put its copy back before the service ends")


def add_master_key(path: Path, home: KeyHome = FILES) -> MasterKeys:
    """Add a new master key to the file and make it the active one; the file is replaced atomically.

    Data keys wrapped before still open, and stay as they are until ``SqlStore.rewrap_data_keys`` is run.

    Raises:
        DomainError, KeyFileError, OSError: as :func:`read_key_file`; also another command is changing keys there.
    """
    with changing(path):
        file = read_key_file(path, home)
        old = file.secrets
        # Above the highest, not the count: keys may have been taken out, and a name in use must not be given again.
        taken = [int(name[1:]) for name in old.keys if re.fullmatch(r"k[0-9]{1,9}", name)]
        name = f"k{max(taken, default=0) + 1}"
        keys = MasterKeys(name, {**old.keys, name: new_key()}, old.root)
        write_key_file(path, replace(file, secrets=keys))
        return keys


def _new(home: KeyHome) -> KeyFile:
    secrets = MasterKeys(_FIRST_KEY, {_FIRST_KEY: new_key()}, new_key())
    master = home.first_master()
    if master is None:
        return KeyFile(secrets)
    key = new_key()
    return KeyFile(secrets, key, {_FIRST_MASTER: Unlocks(master.reference, master.wrap(key))}, _FIRST_MASTER)


def _encode(file: KeyFile) -> bytes:
    text = {
        "root": _text(file.secrets.root),
        "active": file.secrets.active,
        "master_keys": {name: _text(key) for name, key in file.secrets.keys.items()},
    }
    if file.key is None:
        return _written({"version": _OPEN, **text})
    acts = [[act.action, act.master, act.time] for act in file.acts]
    sealed = seal(file.key, json.dumps({**text, "acts": acts}).encode(), *_PLACE, _bound(file.masters, file.first))
    return _written({"version": _LOCKED, "first": file.first, "masters": _kept(file.masters), "sealed": _text(sealed)})


def _kept(masters: Mapping[str, Unlocks]) -> dict[str, dict[str, str]]:
    return {name: {**each.reference, "wrapped": _text(each.wrapped)} for name, each in masters.items()}


def _bound(masters: Mapping[str, Unlocks], first: str) -> str:
    """Return which masters there are, as it is authenticated with what is sealed."""
    return json.dumps({"first": first, "masters": _kept(masters)}, sort_keys=True)


def _decode(content: bytes, path: Path, home: KeyHome) -> KeyFile:
    try:
        text: dict[str, Any] = json.loads(content)
        if text["version"] not in {_OPEN, _UNBOUND, _LOCKED}:
            raise KeyFileError(f"{path} was written by a newer version of this program")
        return KeyFile(_secrets(text)) if text["version"] == _OPEN else _unlocked(text, path, home)
    except (ValueError, KeyError, TypeError, AttributeError):
        # Without the cause: its text may quote the content.
        raise KeyFileError(f"{path} is not a key file, or is damaged; restore it from a backup") from None


def _unlocked(text: dict[str, Any], path: Path, home: KeyHome) -> KeyFile:
    masters, first = {}, str(text["first"])
    for name, fields in text["masters"].items():
        reference = {key: str(value) for key, value in fields.items() if key != "wrapped"}
        masters[name] = Unlocks(reference, _key(fields["wrapped"]))
    key = _unwrapped([masters[first], *(each for name, each in masters.items() if name != first)], home)
    place = _PLACE if text["version"] == _UNBOUND else (*_PLACE, _bound(masters, first))
    try:
        content = json.loads(unseal(key, _key(text["sealed"]), *place))
    except StoredDataError:
        raise KeyFileError(
            f"{path} was changed past 'idverify keys', by somebody who has not its key: other masters stand in it than "
            "it was written with, or what is sealed is damaged; restore it from its newest copy"
        ) from None
    acts = tuple(KeyAct(*map(str, act)) for act in content["acts"])
    return KeyFile(_secrets(content), key, masters, first, acts)


def _unwrapped(masters: list[Unlocks], home: KeyHome) -> bytes:
    refused: DomainError | None = None
    for each in masters:
        try:
            return home.master(each.reference).unwrap(each.wrapped)
        except DomainError as error:
            refused = refused or error
    assert refused is not None
    raise refused


def _secrets(text: Mapping[str, Any]) -> MasterKeys:
    keys = {str(name): _key(key) for name, key in text["master_keys"].items()}
    return MasterKeys(str(text["active"]), keys, _key(text["root"]))


def _written(text: Mapping[str, Any]) -> bytes:
    return (json.dumps(text, indent=2) + "\n").encode()


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _key(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
