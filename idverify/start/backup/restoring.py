"""Restoring a backup into an empty folder: what was lost is put on the record, and who was erased is erased again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from idverify.domain.errors import SettingsError, StoredDataError
from idverify.domain.model import AuditEntry, RequestContext
from idverify.ports import Clock, Deadline
from idverify.settings import Settings
from idverify.start.backup.evidence import Evidence, last_event
from idverify.start.backup.examining import examine, recompute, require_same, require_signed
from idverify.start.backup.replaying import ErasedAgain, erase_again
from idverify.start.check import State
from idverify.start.instance_lock import only_instance
from idverify.start.keys.home import key_home
from idverify.storage.store import SqlStore, open_store
from idverify.storage.table_copy import copy_in, require_no_tables
from idverify.trust.backup.container import Progress, new_file, opened
from idverify.trust.backup.erasure_list import ErasureList
from idverify.trust.backup.manifest import DATABASE, NAMES, Manifest
from idverify.trust.log.keys import load_log_keys, renew_log_keys
from idverify.trust.log.notes import VerifierKey
from idverify.trust.secret_file import make_folder, read_secret_bytes, replace_secret_file, sync_folder
from idverify.trust.trail_file import TrailFile, Witness

_NOTHING = frozenset({"lost+found", "server.lock"})
"""What an empty file system holds, and what a restoring left that was killed before it had put anything there."""
_LIST_MISSING = (
    "the erasure list is not given, which says who was erased since the backup was taken: they would be "
    "enrolled again. Give a copy of it (--erasures FILE); if there is none, --without-erasures goes on without it, and "
    "the audit trail says so"
)
_LIST_OLDER = "{} is older than the backup, or was cut: it does not know of everybody who was erased; give a newer copy"
_LISTS_PARTED = (
    "{own} and {given} have parted: each knows of erasures that the other does not. Move {own} away, or give no other, "
    "so that only the one is left that goes on from the backup; whoever is only in the other is not erased again"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is restored, and by what.

    Attributes:
        backup: the file.
        identity: file of the private key.
        evidence: of how far the register had come.
        erasures: the erasure list; None: the one that the settings name, if it lies outside ``data_dir``. Where both
            are there, the one that goes on from the other is gone by.
        without_erasures: nobody has one.
        log_keys: of the service, known from elsewhere; one must have signed. Empty: whoever knows the public key of
            the backup may have made it.
    """

    backup: Path
    identity: Path
    evidence: Evidence = field(default_factory=Evidence)
    erasures: Path | None = None
    without_erasures: bool = False
    log_keys: Sequence[VerifierKey] = ()


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored.

    Attributes:
        manifest: of the backup.
        known: the last event that is known to have been; None: nothing tells.
        erased: what was erased again.
    """

    manifest: Manifest
    known: int | None
    erased: ErasedAgain

    @property
    def lost(self) -> tuple[int, int] | None:
        """The first and the last event that are known to be lost; None: none is."""
        end = self.manifest.trail.sequence
        return (end + 1, self.known) if self.known is not None and self.known > end else None


def restore_backup(settings: Settings, clock: Clock, plan: Plan, deadline: Deadline, progress: Progress) -> Restored:
    """Restore a backup, so that the service starts from it: into a file of SQLite, or an empty database of PostgreSQL.

    The database comes to its place last: whatever ends this half-way, no service starts in the folder.

    Args:
        settings: of the service; its ``data_dir`` is missing or empty.
        clock: the time.
        plan: what, and by what.
        deadline: asked now and then.
        progress: told how far it is.

    Raises:
        SettingsError: the folder is not empty, or the database is there; the erasure list is not given.
        StoredDataError: the backup, the evidence or the list is damaged, was changed, or does not belong together.
        DomainError: STORE_UNAVAILABLE, STORE_NOT_WRITABLE.
        OSError: a file cannot be read or written.
    """
    settings = settings.alone()
    database = settings.sqlite_file or settings.data_dir / DATABASE
    _require_empty(settings, database)
    source = _list_of(settings, plan)
    working = database.with_name(f".{database.name}.restoring")
    with only_instance(settings.data_dir), _nothing_left(settings, working):
        with opened(plan.backup, plan.identity) as (manifest, extract):
            require_signed(manifest, plan.log_keys)
            extract(lambda name: new_file(working if name == DATABASE else settings.data_dir / name), progress)
        copy = settings.model_copy(update={"database_url": f"sqlite:///{working.absolute()}", "log_dir": None})
        state = examine(copy, clock)
        require_same(copy, state, manifest)
        recompute(copy, state, deadline)
        restored = _goes_on(settings, copy, state, clock, plan, manifest, source)
        if working.with_name(f"{working.name}-wal").exists():
            raise StoredDataError("the database was not closed; restore it again")
        if settings.sqlite_file is not None:
            working.rename(database)
            sync_folder(database.parent)
            sync_folder(settings.data_dir)
        else:
            sync_folder(settings.data_dir)
            copy_in(working, settings.store_url, partial(progress, "fill"), lambda *_: _remove(working))
    return restored


def _goes_on(
    settings: Settings, copy: Settings, state: State, clock: Clock, plan: Plan, manifest: Manifest, source: Path | None
) -> Restored:
    """Put on the record what is lost, erase who was erased, and begin another log."""
    keys = state.keys
    assert keys is not None
    home = key_home(settings)
    known = last_event(settings, keys, load_log_keys(settings.log_key_file, keys, home), manifest, plan.evidence)
    listed = ErasureList(settings.erasure_file, keys)
    gone = _erased(listed, ErasureList(source, keys) if source else None, manifest)
    with closing(open_store(copy.store_url, keys)) as store:
        _put_on_record(store, clock, Restored(manifest, known, ErasedAgain()), without_list=source is None)
        restored = Restored(manifest, known, erase_again(store, clock, listed, gone))
        # Its keys may have signed more than is here, and no log signs what does not go on from what it signed.
        renew_log_keys(settings.log_key_file, keys, settings.issuer, home)
        head = store.last_head()
        if source is not None:  # else the next start makes the list, of what the trail knows
            listed.note_settled(head.sequence)
        TrailFile(settings.trail_file, keys).write(Witness(head))
    return restored


def _put_on_record(store: SqlStore, clock: Clock, restored: Restored, *, without_list: bool) -> None:
    manifest = restored.manifest
    details: dict[str, str | int | float | bool | list[str]] = {
        "taken": manifest.taken.isoformat(),
        "database_event": manifest.trail.sequence,
        "database_hash": manifest.trail.hash,
        "without_erasures": without_list,
        "known": restored.known is not None,
    }
    if restored.lost:
        details |= {"lost_from": restored.lost[0], "lost_until": restored.lost[1]}
    with store.transaction() as uow:
        # What waited then was done since: done again, it would bring back who was erased after that.
        uow.tasks.clear()
        uow.audit.note_log_keys(())
        uow.audit.append(
            AuditEntry(clock.now(), "operator", "RestoreBackup", "RESTORED", "", RequestContext(), details)
        )


def _erased(listed: ErasureList, given: ErasureList | None, manifest: Manifest) -> frozenset[str]:
    """Put the list where the service keeps it, and return who is in it: of two, the one that goes on from the other."""
    if given is None:
        return frozenset()
    content, newest = given.read(), given.path
    if given.path != listed.path and listed.path.exists():
        own = listed.read()
        if own.goes_on_from(content.reached):
            content, newest = own, listed.path
        elif not content.goes_on_from(own.reached):
            raise StoredDataError(_LISTS_PARTED.format(own=listed.path, given=given.path))
    if not content.goes_on_from(manifest.erasures):
        raise StoredDataError(_LIST_OLDER.format(newest))
    if newest != listed.path:
        make_folder(listed.path.parent, 0o700)
        replace_secret_file(listed.path, read_secret_bytes(newest))
    return content.erased()


def _list_of(settings: Settings, plan: Plan) -> Path | None:
    if plan.erasures is not None:
        return plan.erasures
    if settings.erasure_file.exists():
        return settings.erasure_file
    if not plan.without_erasures:
        raise SettingsError(_LIST_MISSING)
    return None


def _require_empty(settings: Settings, database: Path) -> None:
    folder = settings.data_dir
    if folder.exists() and {path.name for path in folder.iterdir()} - _NOTHING:
        raise SettingsError(f"{folder} is not empty; a backup is restored into an empty folder")
    if settings.sqlite_file is None:
        require_no_tables(settings.store_url)
    elif database.exists():
        raise SettingsError(f"{database} is there; a backup is restored where there is no database")


@contextmanager
def _nothing_left(settings: Settings, working: Path) -> Iterator[None]:
    """Remove what was made, if it does not come to its end."""
    kept_list = settings.erasure_file.exists()
    # What a process left that was killed.
    _remove(working)
    try:
        yield
    except BaseException:
        _remove(working)
        own = [settings.trail_file, *(settings.data_dir / name for name in NAMES if name != DATABASE)]
        for path in own if kept_list else [*own, settings.erasure_file]:
            path.unlink(missing_ok=True)
        (settings.data_dir / "server.lock").unlink(missing_ok=True)
        raise


def _remove(working: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        working.with_name(f"{working.name}{end}").unlink(missing_ok=True)
