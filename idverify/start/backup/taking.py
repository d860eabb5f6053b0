"""Taking a backup: from one moment, while the service goes on."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from idverify.domain.errors import StoredDataError
from idverify.ports import Clock
from idverify.settings import Settings
from idverify.start.backup.examining import examine
from idverify.start.backup.last_taken import note_taken
from idverify.start.check import State
from idverify.start.keys.home import key_home
from idverify.storage.copying import copy_database, schema_of
from idverify.storage.table_copy import copy_out
from idverify.trust.backup.container import Progress, part_of, write_parts
from idverify.trust.backup.envelope import require_recipients, sealing
from idverify.trust.backup.erasure_list import ErasureList, Mark
from idverify.trust.backup.manifest import DATABASE, LOG_KEYS, NAMES, Manifest
from idverify.trust.backup.workplace import workplace
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.keys import load_log_keys
from idverify.trust.sealing import MasterKeys
from idverify.trust.secret_file import create_secret_file, creating, read_secret_file


def take_backup(
    settings: Settings, clock: Clock, path: Path, recipients: Sequence[str], progress: Progress
) -> Manifest:
    """Write a backup of everything that is needed to go on, encrypted; return what it says of itself.

    What was answered before this was called is in it. It needs as much room as the database in ``data_dir``, for the
    time, and as much at ``path``.

    Args:
        settings: of the service, which may run.
        clock: the time.
        path: of the backup; a file that is there is left alone.
        recipients: public keys of those who can read it.
        progress: told how far it is.

    Raises:
        SettingsError: a recipient is no key; another backup is being taken.
        StoredDataError: something is lost, was changed, or does not belong together; there is no backup then.
        DomainError: STORE_UNAVAILABLE, STORE_NOT_WRITABLE.
        OSError: the file is there, or a file cannot be read or written.
    """
    require_recipients(recipients)
    if path.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    with workplace(settings.data_dir) as folder:
        taken = clock.now()
        copy = as_copied(settings, folder)
        # Before the database, so that one that is older than it shows; the keys after it: newer ones open older rows.
        # Of several servers each has one; whichever it is, the database had come so far.
        newest = max(settings.trail_files, key=lambda path: path.stat().st_mtime, default=settings.trail_file)
        _copy_secret(newest, copy.trail_file)
        _copy_store(settings, folder / DATABASE, partial(progress, "copy"))
        for name in NAMES:
            if name != DATABASE and (settings.data_dir / name).exists():
                _copy_secret(settings.data_dir / name, folder / name)
        state = examine(copy, clock)
        files = {name: folder / name for name in NAMES if (folder / name).exists()}
        manifest = _manifest(settings, state, taken, files)
        with creating(path) as file, sealing(file, recipients) as stream:
            write_parts(stream, manifest, files, progress)
        note_taken(settings.data_dir, taken)
    return manifest


def as_copied(settings: Settings, folder: Path) -> Settings:
    """Return the settings of a service that would work on a copy, and publish nothing."""
    return settings.alone().model_copy(update={"data_dir": folder, "database_url": "", "log_dir": None})


def _manifest(settings: Settings, state: State, taken: datetime, files: Mapping[str, Path]) -> Manifest:
    end = state.survey.end
    assert state.keys is not None
    assert end is not None
    assert end.state is not None
    if end.state.log is None:
        raise StoredDataError("the database is of a former version of this program; start the service once")
    log, log_keys = end.state.log, load_log_keys(files[LOG_KEYS], state.keys, key_home(settings))
    return Manifest(
        taken=taken,
        issuer=settings.issuer,
        schema=schema_of(files[DATABASE]),
        trail=end.head,
        log=log,
        checkpoint=str(log_keys.sign(Checkpoint(log_keys.origin, log.size, log.root).text())),
        counts={name: tally.count for name, tally in end.state.tallies.items()},
        erasures=_erasures(settings, state.keys, end.head.sequence),
        parts=tuple(part_of(name, path) for name, path in files.items()),
    )


def _erasures(settings: Settings, keys: MasterKeys, event: int) -> Mark:
    try:
        return ErasureList(settings.erasure_file, keys).read().until(event)
    except FileNotFoundError:
        raise StoredDataError(
            f"{settings.erasure_file} is missing, which says who was erased: a start of the service makes it anew"
        ) from None


def _copy_store(settings: Settings, to: Path, progress: Callable[[int, int], object]) -> None:
    """Copy the database, of whatever kind, into a file of SQLite."""
    if settings.sqlite_file is not None:
        copy_database(settings.sqlite_file, to, progress)
    else:
        copy_out(settings.store_url, to, progress)


def _copy_secret(path: Path, to: Path) -> None:
    create_secret_file(to, read_secret_file(path))
