"""The file that holds the service's secrets: made once, readable by its owner only.

JSON: ``{"version": 1, "root": B64, "active": ID, "master_keys": {ID: B64, ...}}``, keys of 32 bytes in base64. To
rotate the master key, add one and make it active; old ones stay until nothing is wrapped by them any more. The root
secret is never changed: hashes of citizen numbers and pseudonyms hang on it.
"""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

from idverify.trust.sealing import MasterKeys, new_key
from idverify.trust.secret_file import KeyFileError, create_secret_file, read_secret_file, replace_secret_file

__all__ = ["KeyFileError", "add_master_key", "load_master_keys", "load_or_create_master_keys", "require_kept"]

_VERSION = 1
_FIRST_KEY = "k1"


def load_or_create_master_keys(path: Path) -> MasterKeys:
    """Load the secrets, making the file with new ones if there is none.

    Of several processes that start at once, all end up with the same file.

    Raises:
        KeyFileError: the file is readable by others, or is not what this module wrote.
        OSError: the file cannot be read or made.
    """
    try:
        return load_master_keys(path)
    except FileNotFoundError:
        create_secret_file(path, _encode(MasterKeys(_FIRST_KEY, {_FIRST_KEY: new_key()}, new_key())))
        return load_master_keys(path)


def load_master_keys(path: Path) -> MasterKeys:
    """Load the secrets.

    Raises:
        KeyFileError: the file is readable by others, or is not what this module wrote.
        OSError: the file cannot be read.
    """
    return _decode(read_secret_file(path), path)


def require_kept(path: Path, keys: MasterKeys) -> None:
    """Look whether the secrets that a running service works with are still in their file.

    Raises:
        KeyFileError: they are not: when the service ends, they are lost.
        OSError: the file cannot be read.
    """
    try:
        kept = load_master_keys(path)
    except FileNotFoundError:
        raise KeyFileError(f"{path} is gone: put its copy back before the service ends") from None
    if kept.root != keys.root or any(kept.keys.get(name) != key for name, key in keys.keys.items()):
        raise KeyFileError(f"{path} is another one than at the start: put its copy back before the service ends")


def add_master_key(path: Path) -> MasterKeys:
    """Add a new master key to the file and make it the active one; the file is replaced atomically.

    Data keys wrapped before still open, and stay as they are until ``SqlStore.rewrap_data_keys`` is run.
    """
    old = load_master_keys(path)
    # Above the highest, not the count: keys may have been taken out, and a name in use must not be given again.
    taken = [int(name[1:]) for name in old.keys if re.fullmatch(r"k[0-9]{1,9}", name)]
    name = f"k{max(taken, default=0) + 1}"
    keys = MasterKeys(name, {**old.keys, name: new_key()}, old.root)
    replace_secret_file(path, _encode(keys))
    return keys


def _encode(keys: MasterKeys) -> bytes:
    text = {
        "version": _VERSION,
        "root": base64.b64encode(keys.root).decode(),
        "active": keys.active,
        "master_keys": {name: base64.b64encode(key).decode() for name, key in keys.keys.items()},
    }
    return (json.dumps(text, indent=2) + "\n").encode()


def _decode(content: bytes, path: Path) -> MasterKeys:
    try:
        text: dict[str, Any] = json.loads(content)
        if text["version"] != _VERSION:
            raise KeyFileError(f"{path} was written by a newer version of this program")
        keys = {str(name): _key(key) for name, key in text["master_keys"].items()}
        return MasterKeys(str(text["active"]), keys, _key(text["root"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        # Without the cause: its text may quote the content.
        raise KeyFileError(f"{path} is not a key file, or is damaged; restore it from a backup") from None


def _key(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
