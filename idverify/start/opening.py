"""Opening what is kept, all of it or nothing: lock, look, refuse, and only then make or change anything."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import Path

from idverify.domain.clock_steps import LONG_SILENCE, clock_stepped
from idverify.domain.errors import DomainError, SettingsError, StoredDataError
from idverify.domain.findings import refuse
from idverify.domain.model import BEGINNING, AuditEntry, RequestContext
from idverify.ports import UNWATCHED, Clock, Watch
from idverify.settings import Settings
from idverify.start.check import State, look
from idverify.start.folder import begin_first_start, end_first_start
from idverify.start.image_choice import note_choice, require_same_choice
from idverify.start.keys.home import key_home
from idverify.storage.postgresql import ServerLimits
from idverify.storage.server_lock import ServerLock, lock_database, opening_alone
from idverify.storage.store import SqlStore, open_store
from idverify.storage.trail.audit_trail import SqlAudit
from idverify.telemetry.troubles import cause_of
from idverify.trust.homes.home import KeyHome
from idverify.trust.key_file import load_or_create_master_keys
from idverify.trust.log.keys import load_or_create_log_keys
from idverify.trust.log.notary import FileNotary
from idverify.trust.sealing import MasterKeys
from idverify.trust.secret_file import remove_leftovers
from idverify.trust.signing import JwsSigner, open_signer
from idverify.trust.trail_file import TrailFile, Witness
from idverify.trust.trail_keeper import TrailKeeper

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Register:
    """What is kept, open and ours."""

    key_file: Path
    keys: MasterKeys
    home: KeyHome
    store: SqlStore
    signer: JwsSigner
    notary: FileNotary
    trail: TrailKeeper
    lock: ServerLock
    release: ExitStack

    def close(self) -> None:
        """Write down where the trail ends, and give everything back."""
        self.release.close()


def open_register(settings: Settings, clock: Clock, watch: Watch = UNWATCHED) -> Register:
    """Open database, secrets and signing keys, or make them if this is the first start.

    Nothing is made or changed before everything has been looked at and found whole.

    Raises:
        SettingsError: the database is none that can be opened; it was decided otherwise whether images are kept.
        DomainError: STORE_UNAVAILABLE, also if another server works on the database; STORE_NOT_WRITABLE;
            KEYS_UNAVAILABLE.
        StoredDataError: something is lost, was changed, or does not belong together; says what to do.
        OSError: a file cannot be made or read.
    """
    several = bool(settings.server_name)
    with opening_alone(settings.store_url) if several else nullcontext(), ExitStack() as undo:
        lock = locked(settings, clock, name=settings.server_name)
        undo.callback(lock.close)
        state = look(settings, clock)
        refuse(state.findings)
        require_same_choice(state, keep=settings.keep_images)
        home = key_home(settings)
        keys = _keys(settings, state, home)
        store = open_store(settings.store_url, keys, watch=watch, several=several, limits=_limits(settings))
        undo.callback(store.close)
        store.claim()
        signer = open_signer(settings.signing_key_file, keys, settings.issuer, clock, home)
        trail = TrailKeeper(
            TrailFile(settings.trail_file, keys),
            store.last_head,
            state.witness.verified if state.witness else BEGINNING,
        )
        trail.write()  # before the first event: a trail that was begun, and no file of it, is refused
        note_signing_keys(store, signer, clock)
        note_choice(store, clock, keep=settings.keep_images)
        load_or_create_log_keys(settings.log_key_file, keys, settings.issuer, home)
        notary = FileNotary(settings.log_key_file, keys, settings.log_dir, home)
        note_log_keys(store, notary, clock)
        _note_silence(store, state, clock)
        trail.write()
        end_first_start(settings)
        undo.callback(_write_last, trail)
        return Register(settings.master_key_file, keys, home, store, signer, notary, trail, lock, undo.pop_all())


def locked(settings: Settings, clock: Clock, *, name: str = "") -> ServerLock:
    """Take the lock of the database, having made sure that there is one to lie beside, or that none is missing.

    Raises:
        SettingsError, DomainError, StoredDataError, OSError: as :func:`open_register`.
    """
    try:
        file = settings.sqlite_file
        if file is not None and not (file.exists() and file.stat().st_size):
            refuse(look(settings, clock).findings)
        return lock_database(settings.store_url, name=name)
    except ValueError:
        raise SettingsError(
            "database_url: cannot be understood; it must be sqlite:///path or postgresql://..."
        ) from None


def _limits(settings: Settings) -> ServerLimits:
    return ServerLimits(
        settings.database_connections, settings.database_statement_seconds, settings.database_idle_seconds
    )


def note_signing_keys(store: SqlStore, signer: JwsSigner, clock: Clock) -> None:
    """Keep with the end of the trail which keys sign, and put a rotation in the trail.

    Raises:
        DomainError, StoredDataError, OSError: the database or the file of keys cannot be used.
    """
    _note_keys(store, clock, "RotateSigningKey", store.signing_keys, signer.key_ids, SqlAudit.note_signing_keys)


def note_log_keys(store: SqlStore, notary: FileNotary, clock: Clock) -> None:
    """Keep with the end of the trail which keys sign its log, and put a change in the trail. Raises as above."""
    _note_keys(
        store, clock, "RotateLogKey", store.log_keys, lambda: tuple(notary.verifier_keys()[0]), SqlAudit.note_log_keys
    )


def _note_keys(
    store: SqlStore,
    clock: Clock,
    action: str,
    known: Callable[[], tuple[str, ...]],
    current: Callable[[], tuple[str, ...]],
    note: Callable[[SqlAudit, tuple[str, ...]], None],
) -> None:
    if current() == known():
        return
    with store.transaction(alone=True) as uow:
        # Of several servers another one may have been here first, or have seen a file that this one had not.
        noted, now = known(), current()
        if noted and noted != now:
            details: dict[str, str | int | float | bool | list[str]] = {"former": noted[0], "active": now[0]}
            uow.audit.append(AuditEntry(clock.now(), "operator", action, "ROTATED", "", RequestContext(), details))
        note(uow.audit, now)


def _note_silence(store: SqlStore, state: State, clock: Clock) -> None:
    last, now = state.survey.newest, clock.now()
    if last is not None and now > last + LONG_SILENCE:
        with store.transaction() as uow:
            uow.audit.append(clock_stepped(now, now - last, "start"))


def _write_last(trail: TrailKeeper) -> None:
    try:
        trail.write()
    except (OSError, DomainError, StoredDataError) as error:
        # The file is a second older then, as after a crash.
        _LOG.error("the end of the trail was not written down", extra={"cause": cause_of(error)})


def _keys(settings: Settings, state: State, home: KeyHome) -> MasterKeys:
    """Return the secrets; make ready for a first start, or for the first one of this version of the program."""
    if not state.begun:
        begin_first_start(settings)
        return load_or_create_master_keys(settings.master_key_file, home)
    assert state.keys is not None
    assert state.survey.end is not None
    remove_leftovers(settings.trail_file)
    if state.witness is None:
        # Before the database is changed: whatever ends the process now, the next start knows where it stood.
        TrailFile(settings.trail_file, state.keys).write(Witness(state.survey.end.head, counted=False))
    return state.keys
