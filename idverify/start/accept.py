"""Going on without what was lost: the operator's decision, made with the server stopped, and put in the audit trail."""

from __future__ import annotations

from collections.abc import Sequence

from idverify.domain.findings import Finding, refuse
from idverify.domain.model import AuditEntry, RequestContext
from idverify.ports import Clock
from idverify.settings import Settings
from idverify.start.check import State, look
from idverify.start.instance_lock import only_instance
from idverify.start.keys.home import key_home
from idverify.start.opening import locked
from idverify.storage.store import open_store
from idverify.trust.log.keys import renew_log_keys
from idverify.trust.signing_keys import load_or_create_ring
from idverify.trust.trail_file import TrailFile, Witness

_GONE_BACK = frozenset(
    {"TRAIL_TAKEN_BACK", "TRAIL_OTHER", "LOG_TAKEN_BACK", "LOG_OTHER", "LOG_UNPUBLISHED", "LOG_WITNESSED"}
)


def find_losses(settings: Settings, clock: Clock) -> Sequence[Finding]:
    """Return what a start would refuse, if it can be accepted. The server must be stopped.

    Raises:
        SettingsError, DomainError: a server is running, or the database cannot be reached.
        StoredDataError: what was found cannot be accepted; says what to do instead.
        OSError: a file cannot be read.
    """
    settings = settings.alone()
    with only_instance(settings.data_dir):
        lock = locked(settings, clock)
        try:
            return _acceptable(look(settings, clock))
        finally:
            lock.close()


def accept_losses(settings: Settings, clock: Clock) -> Sequence[Finding]:
    """Make what is there the whole truth, and put in the trail that and what was found missing. Raises as above."""
    settings = settings.alone()
    with only_instance(settings.data_dir):
        lock = locked(settings, clock)
        try:
            state = look(settings, clock)
            if findings := _acceptable(state):
                _accept(settings, clock, state, findings)
            return findings
        finally:
            lock.close()


def _acceptable(state: State) -> Sequence[Finding]:
    refuse([finding for finding in state.findings if not finding.acceptable])
    return state.findings


def _accept(settings: Settings, clock: Clock, state: State, findings: Sequence[Finding]) -> None:
    """In this order: whatever ends it half-way, the next start still finds what was not on the record yet."""
    assert state.keys is not None
    assert state.survey.end is not None
    details: dict[str, str | int | float | bool | list[str]] = {
        "findings": [finding.code for finding in findings],
        "database_event": state.survey.end.head.sequence,
    }
    if state.witness is not None:
        details |= {"noted_event": state.witness.head.sequence, "noted_hash": state.witness.head.hash}
    if state.published is not None:
        details |= {"published_entries": state.published.size}
    home = key_home(settings)
    ring = load_or_create_ring(settings.signing_key_file, state.keys, home)
    store = open_store(settings.store_url, state.keys)
    try:
        with store.transaction() as uow:
            uow.audit.accept_rows()
            uow.audit.note_signing_keys(ring.key_ids)
            uow.audit.note_log_keys(())
            uow.audit.append(
                AuditEntry(clock.now(), "operator", "AcceptLoss", "ACCEPTED", "", RequestContext(), details)
            )
        if _GONE_BACK & {finding.code for finding in findings}:
            # No log signs what does not go on from what it signed: it is another one from now on.
            renew_log_keys(settings.log_key_file, state.keys, settings.issuer, home)
        TrailFile(settings.trail_file, state.keys).write(Witness(store.last_head()))
        for other in settings.trail_files:  # what several servers saw is not there any more
            if other != settings.trail_file:
                other.unlink()
    finally:
        store.close()
