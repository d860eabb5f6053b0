"""What is wrong with folder and database together. Looks, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from idverify.domain.errors import StoredDataError
from idverify.domain.findings import ACCEPT, Finding
from idverify.ports import Clock
from idverify.settings import Settings
from idverify.start.folder import Folder
from idverify.start.keys.home import key_home
from idverify.start.witnesses import witness_findings
from idverify.storage.survey import Survey, survey
from idverify.trust.key_file import load_master_keys
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.keys import LogKeys, load_log_keys
from idverify.trust.log.tiles import TileFolder, published_in
from idverify.trust.sealing import MasterKeys
from idverify.trust.signing_keys import KeyRing, load_ring
from idverify.trust.trail_file import TrailFile, Witness

_CLOCK_TOLERANCE = timedelta(hours=1)
"""So much may the clock lie before the last event. A clock that lost its battery lies years before it."""


@dataclass(frozen=True, slots=True)
class State:
    """How things stand before a start.

    Attributes:
        begun: there is a register to go on with; else this is a first start, or the rest of one.
        keys: the service's secrets; None: none are there.
        witness: what the trail's file says; None: there is none.
        survey: of the database.
        ring: the signing keys; None: none are there.
        findings: what is wrong.
        published: the last checkpoint of the log that was published; None: none was.
    """

    begun: bool
    keys: MasterKeys | None
    witness: Witness | None
    survey: Survey
    ring: KeyRing | None
    findings: tuple[Finding, ...]
    published: Checkpoint | None = None


def look(settings: Settings, clock: Clock) -> State:
    """Look at everything that is kept.

    Raises:
        DomainError: STORE_UNAVAILABLE; KEYS_UNAVAILABLE.
        StoredDataError: a file or the database is damaged, or can be read by others.
        OSError: a file cannot be read.
    """
    folder = Folder.of(settings)
    home = key_home(settings)
    keys = load_master_keys(settings.master_key_file, home) if folder.keys else None
    witness = newest_witness(settings, keys) if keys else None
    ring = load_ring(settings.signing_key_file, keys, home) if keys and folder.signing_keys else None
    log_keys = load_log_keys(settings.log_key_file, keys, home) if keys and settings.log_key_file.exists() else None
    published = published_by(settings, log_keys)
    seen = survey(settings.store_url, keys, witness, published=published)
    if folder.unfinished and not seen.people and (seen.newest is None):
        return State(begun=False, keys=keys, witness=witness, survey=seen, ring=ring, findings=())
    findings = (
        *_findings(settings, clock, folder, seen, ring),
        *_of_log_keys(settings, seen, log_keys),
        *_of_what_is_published(settings, seen, log_keys, published),
    )
    if not findings and log_keys is not None and keys is not None:
        findings = tuple(witness_findings(settings, keys, log_keys, seen))
    return State(seen.begun, keys, witness, seen, ring, findings, published)


def newest_witness(settings: Settings, keys: MasterKeys) -> Witness | None:
    """Return what says most of how far the trail had come, of the files of all servers; None: there is none.

    Raises:
        StoredDataError: one was changed, or belongs to another ``keys.json``.
        OSError: one cannot be read.
    """
    found = [TrailFile(path, keys).read() for path in settings.trail_files]
    return max(found, key=lambda witness: witness.head.sequence, default=None)


def published_by(settings: Settings, keys: LogKeys | None) -> Checkpoint | None:
    """Return the last checkpoint of a log that was published; None: none was.

    Raises:
        StoredDataError: what is published there is another log's.
        OSError: it cannot be read.
    """
    if settings.log_dir is None or keys is None:
        return None
    folder = published_in(settings.log_dir, keys.origin)
    note = TileFolder(folder).checkpoint()
    if note is None:
        return None
    if not keys.signed(note):
        raise StoredDataError(f"the checkpoint in {folder} is not one of this log; take it from a copy")
    return Checkpoint.parse(note.text)


def _of_log_keys(settings: Settings, seen: Survey, keys: LogKeys | None) -> Iterator[Finding]:
    noted = seen.end.state.log_keys if seen.end and seen.end.state else ()
    if noted and keys is None:
        yield Finding("LOG_KEYS_LOST", _LOG_KEYS_LOST.format(settings.log_key_file), acceptable=True)
    elif noted and keys is not None and not keys.knows(noted[0]):
        yield Finding("LOG_KEYS_OTHER", _LOG_KEYS_OTHER.format(settings.log_key_file), acceptable=True)


def _of_what_is_published(
    settings: Settings, seen: Survey, keys: LogKeys | None, published: Checkpoint | None
) -> Iterator[Finding]:
    """Miss a checkpoint that was published: without it an older database would pass for the newest."""
    noted = seen.end.state.published if seen.end and seen.end.state else None
    if noted is None or keys is None or noted[0] != keys.origin:
        return
    if settings.log_dir is not None and published is None:
        where = published_in(settings.log_dir, keys.origin)
        yield Finding("LOG_UNPUBLISHED", _LOG_UNPUBLISHED.format(where, noted[1]), acceptable=True)


def _findings(
    settings: Settings, clock: Clock, folder: Folder, seen: Survey, ring: KeyRing | None
) -> Iterator[Finding]:
    if not seen.begun:
        if kept := folder.kept():
            yield Finding("DATABASE_LOST", _DATABASE_LOST.format(", ".join(kept), settings.data_dir))
        return
    if not folder.keys:
        yield Finding("KEYS_LOST", _KEYS_LOST.format(settings.master_key_file))
        return
    yield from seen.findings
    if seen.end is None:
        return
    if not folder.trail and seen.end.state is not None:
        yield Finding("TRAIL_FILE_LOST", _TRAIL_FILE_LOST.format(settings.trail_file), acceptable=True)
    if ring is None:
        yield Finding("SIGNING_KEYS_LOST", _SIGNING_KEYS_LOST.format(settings.signing_key_file), acceptable=True)
    elif seen.end.state is not None and not ring.continues(seen.end.state.signing_keys):
        yield Finding("SIGNING_KEYS_OTHER", _SIGNING_KEYS_OTHER.format(settings.signing_key_file), acceptable=True)
    if seen.newest is not None and clock.now() < seen.newest - _CLOCK_TOLERANCE:
        told = f"{clock.now():%Y-%m-%d %H:%M}", f"{seen.newest:%Y-%m-%d %H:%M}"
        yield Finding("CLOCK_BEHIND", _CLOCK_BEHIND.format(*told), acceptable=True)


_DATABASE_LOST = (
    "the database is missing or empty, but {} in {} belong to one. Restore the database from a copy; for a new "
    "register give an empty folder as data_dir"
)
_KEYS_LOST = (
    "{} is missing, and without it the database that is there cannot be read, by anybody. Restore it from its copy; "
    "for a new register give another database"
)
_TRAIL_FILE_LOST = (
    "{} is missing, which says how far the audit trail had come: without it nobody knows whether the database is an "
    f"older one. Restore it from a copy; {ACCEPT}"
)
_SIGNING_KEYS_LOST = f"{{}} is missing, which holds the keys that sign assertions. Restore it from a copy; {ACCEPT}"
_SIGNING_KEYS_OTHER = (
    "{} is not the one that signed last: another one, or an older copy, whose keys may have been given up for a "
    f"reason. Restore the newest; {ACCEPT}"
)
_LOG_KEYS_LOST = f"{{}} is missing, which holds the keys that sign the log. Restore it from a copy; {ACCEPT}"
_LOG_KEYS_OTHER = (
    f"{{}} is not the one that signed the log last, but another one or an older copy. Restore it; {ACCEPT}"
)
_LOG_UNPUBLISHED = (
    "{} has no checkpoint, and the log was published with {} entries at least: without it nobody knows whether the "
    f"database is an older one. Put the folder where log_dir says, or take it from a copy; {ACCEPT}"
)
_CLOCK_BEHIND = (
    "the clock of this machine says {} (UTC), and the last event is of {}: assertions would be dated back. Set the "
    "clock; if it is the trail that was ahead, 'idverify accept-loss' goes on and puts that in the audit trail"
)
