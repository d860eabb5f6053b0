"""Rotating the log's key on the host of the service, which may run."""

from __future__ import annotations

from functools import partial

from idverify.settings import Settings
from idverify.start.keys.home import key_home
from idverify.storage.survey import log_entries_of
from idverify.trust.key_file import load_master_keys
from idverify.trust.log.keys import LogKeys, rotate_log_keys


def rotate_log(settings: Settings, *, withdraw: bool) -> LogKeys:
    """Make a new key the active one, and note how many entries the log had when one of before ceased to sign.

    Args:
        settings: of the service.
        withdraw: no key of before signs any more: they may have been stolen.

    Raises:
        DomainError: KEYS_UNAVAILABLE; STORE_UNAVAILABLE.
        StoredDataError, OSError: a file or the database cannot be used.
    """
    home = key_home(settings)
    keys = load_master_keys(settings.master_key_file, home)
    entries = partial(log_entries_of, settings.store_url, keys)
    return rotate_log_keys(settings.log_key_file, keys, home, withdraw=withdraw, entries=entries)
