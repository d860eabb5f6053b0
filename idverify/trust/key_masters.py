"""Masters of ``keys.json``: added, changed and retired, by one command at a time, while the service runs.

The secrets stay what they are, and so does all that hangs on them. What was done stands in the file, sealed with them:
the service puts it in the audit trail.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from idverify.domain.errors import SettingsError
from idverify.trust.homes.changing import changing
from idverify.trust.homes.home import KeyHome, Master
from idverify.trust.homes.master_file import FileMaster
from idverify.trust.homes.unavailable import keys_unavailable
from idverify.trust.key_file import KeyAct, KeyFile, Unlocks, read_key_file, write_key_file
from idverify.trust.sealing import new_key

ADDED, FIRST, RETIRED = "AddMaster", "RewrapKeys", "RetireMaster"
PLAIN = "file"
"""The master of a file that had none: it stands in the file, which is as open as it was, until it is retired."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


def add_master(path: Path, home: KeyHome, name: str, make: Callable[[], Master], now: datetime) -> KeyFile:
    """Let another master unlock the file too.

    Args:
        path: of ``keys.json``.
        home: in which the others are found.
        name: of the new one.
        make: makes the new one, once the name will do.
        now: aware.

    Raises:
        SettingsError: the name is none, or another master's.
        DomainError: KEYS_UNAVAILABLE: none of the others is at hand, or the new one is not; another command is
            changing keys all the time.
        StoredDataError, OSError: the file cannot be used.
    """
    with changing(path):
        file = _locked(read_key_file(path, home))
        _require_new_name(file, name)
        return _written(path, _with(file, name, make(), now))


def rewrap(path: Path, home: KeyHome, name: str, now: datetime) -> KeyFile:
    """Wrap the key of the secrets anew by a master, and have the service ask that one first. Raises as above."""
    with changing(path):
        file = read_key_file(path, home)
        return _written(path, _first(file, _known(file, name), home, now))


def rotate_master(path: Path, home: KeyHome, name: str, make: Callable[[], Master], now: datetime) -> KeyFile:
    """Add a master and let it be asked first, in one step. Raises as :func:`add_master`."""
    with changing(path):
        file = _locked(read_key_file(path, home))
        _require_new_name(file, name)
        return _written(path, _first(_with(file, name, make(), now), name, home, now))


def retire_master(path: Path, home: KeyHome, name: str, now: datetime) -> KeyFile:
    """Let a master unlock the file no more: the secrets get a new key, which those that stay wrap.

    Who kept an older copy of the file has the key of before, and could otherwise make a file of it that passes for this
    one. Such a copy the master still unlocks.

    Raises:
        SettingsError: there is no such master; it is the last, or the one that is asked first.
        DomainError: KEYS_UNAVAILABLE: one of those that stay is not at hand.
        StoredDataError, OSError: as :func:`add_master`.
    """
    with changing(path):
        file = read_key_file(path, home)
        if len(file.masters) == 1 and name in file.masters:
            raise SettingsError("the last master stays: without one nobody has the secrets. Add another first")
        if _known(file, name) == file.first:
            raise SettingsError(f"{name} is the master that the service asks first: rewrap by another before")
        key = new_key()
        masters = {
            each: _wrapped_anew(each, unlocks, file, key, home)
            for each, unlocks in file.masters.items()
            if each != name
        }
        return _written(path, _noted(replace(file, key=key, masters=masters), RETIRED, name, now))


def _wrapped_anew(name: str, unlocks: Unlocks, file: KeyFile, key: bytes, home: KeyHome) -> Unlocks:
    master = home.master(unlocks.reference)
    # It is the one that it says, or it would not unlock afterwards.
    if master.unwrap(unlocks.wrapped) != file.key:
        raise keys_unavailable("MASTER_OTHER", f"{name} is another master than the one that wrapped the keys")
    return Unlocks(unlocks.reference, master.wrap(key))


def _require_new_name(file: KeyFile, name: str) -> None:
    """Raise SettingsError unless a master may be called so."""
    if not _NAME.fullmatch(name):
        raise SettingsError("the name of a master is of small letters, digits and dashes, at most 32")
    if name in file.masters:
        raise SettingsError(f"there is a master {name} already")


def _locked(file: KeyFile) -> KeyFile:
    """Return the file with a master, if it had none."""
    if file.key is not None:
        return file
    key, beside = new_key(), FileMaster.beside()
    return replace(file, key=key, masters={PLAIN: Unlocks(beside.reference, beside.wrap(key))}, first=PLAIN)


def _with(file: KeyFile, name: str, master: Master, now: datetime) -> KeyFile:
    assert file.key is not None
    masters = {**file.masters, name: Unlocks(master.reference, master.wrap(file.key))}
    return _noted(replace(file, masters=masters), ADDED, name, now)


def _first(file: KeyFile, name: str, home: KeyHome, now: datetime) -> KeyFile:
    assert file.key is not None
    reference = file.masters[name].reference
    masters = {**file.masters, name: Unlocks(reference, home.master(reference).wrap(file.key))}
    return _noted(replace(file, masters=masters, first=name), FIRST, name, now)


def _known(file: KeyFile, name: str) -> str:
    if name not in file.masters:
        raise SettingsError(f"there is no master {name}; there is {', '.join(sorted(file.masters)) or 'none'}")
    return name


def _noted(file: KeyFile, action: str, name: str, now: datetime) -> KeyFile:
    return replace(file, acts=(*file.acts, KeyAct(action, name, now.isoformat(timespec="seconds"))))


def _written(path: Path, file: KeyFile) -> KeyFile:
    write_key_file(path, file)
    return file
