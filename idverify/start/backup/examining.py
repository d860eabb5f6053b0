"""Whether a folder with a copy of a register holds what its manifest says, and all of it whole."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from idverify.domain.errors import StoredDataError
from idverify.domain.findings import refuse
from idverify.ports import Clock, Deadline
from idverify.settings import Settings
from idverify.start.check import State, look
from idverify.start.keys.home import key_home
from idverify.storage.copying import master_keys_of, require_sound, schema_of
from idverify.storage.store import open_store
from idverify.trust.backup.manifest import Manifest
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.encoding import LogFormatError
from idverify.trust.log.keys import load_log_keys
from idverify.trust.log.notes import Note, NoteRejectedError, VerifierKey

_AS_EXPECTED = "TRAIL_FILE_LOST"
"""A copy is not told how far the trail has come since."""


def examine(settings: Settings, clock: Clock) -> State:
    """Look at a copy as a start does, and at whether its keys open it.

    Args:
        settings: of a service whose ``data_dir`` and database are the copy; published nowhere.
        clock: the time.

    Raises:
        StoredDataError: something is lost, was changed, or does not belong together.
        DomainError: STORE_UNAVAILABLE.
        OSError: a file cannot be read.
    """
    file = settings.sqlite_file
    assert file is not None
    require_sound(file)
    state = look(settings, clock)
    refuse([finding for finding in state.findings if finding.code != _AS_EXPECTED])
    if not state.begun or state.keys is None or state.survey.end is None or state.survey.end.state is None:
        raise StoredDataError("there is no register yet, or one of a former version; start the service once")
    if not master_keys_of(file) <= state.keys.keys.keys():
        raise StoredDataError("keys.json lacks a master key that the database needs; it was changed meanwhile")
    return state


def require_same(settings: Settings, state: State, manifest: Manifest) -> None:
    """Require that a copy is what a manifest says. Raises StoredDataError, OSError."""
    file, end = settings.sqlite_file, state.survey.end
    assert file is not None
    assert end is not None
    assert end.state is not None
    assert state.keys is not None
    counts = {name: tally.count for name, tally in end.state.tallies.items()}
    said = (manifest.trail, manifest.log, manifest.schema, dict(manifest.counts))
    if said != (end.head, end.state.log, schema_of(file), counts):
        raise StoredDataError("the database in the backup is not the one that its manifest tells of")
    log_keys = load_log_keys(settings.log_key_file, state.keys, key_home(settings))
    signed = Checkpoint(log_keys.origin, manifest.log.size, manifest.log.root).text()
    try:
        note = Note.parse(manifest.checkpoint)
        is_signed = note.text == signed and bool(note.verified(log_keys.signing()))
    except (LogFormatError, NoteRejectedError):
        is_signed = False
    if not is_signed:
        raise StoredDataError("the checkpoint in the backup is not signed by the log's keys")


def require_signed(manifest: Manifest, log_keys: Sequence[VerifierKey]) -> None:
    """Require that one of some keys signed the checkpoint, if there are any. Raises StoredDataError."""
    try:
        is_signed = not log_keys or bool(Note.parse(manifest.checkpoint).verified(log_keys))
    except (LogFormatError, NoteRejectedError):
        is_signed = False
    if not is_signed:
        raise StoredDataError("the backup is not of the service whose log has the key that was given")


def recompute(settings: Settings, state: State, deadline: Deadline) -> None:
    """Recompute trail, log and rows of a copy, and open each citizen's data key.

    It is brought to the tables of this version of the program before.

    Raises:
        StoredDataError: something does not fit.
        DomainError: STORE_UNAVAILABLE.
    """
    assert state.keys is not None
    with closing(open_store(settings.store_url, state.keys)) as store, store.reading() as view:
        broken = view.audit.check().first_broken
        found = [f"event {broken} of the audit trail does not fit"] if broken else view.log.findings(deadline)
        found += view.audit.compare_rows(deadline, add_up=True)
    if found:
        raise StoredDataError("; ".join(found))
