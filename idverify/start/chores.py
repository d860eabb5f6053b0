"""What keeps an open register in order while it is served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from idverify.ports import Clock, Following
from idverify.services.acts.holding import ActGate
from idverify.services.calls.auditing import AuditService
from idverify.services.calls.denials import COUNT_SECONDS
from idverify.services.catalogue.dossiers import ClosedDossiers
from idverify.services.counter.overdue import Overdue
from idverify.services.foreground import Foreground
from idverify.services.law.retention import RetentionService
from idverify.services.operations import OperationsService
from idverify.services.trail_check import TrailCheckService
from idverify.start.backup.erasing import ErasureKeeper
from idverify.start.clock_watch import ClockWatch
from idverify.start.housekeeping import Chore, UntilClosed
from idverify.start.images import erase_unkept
from idverify.start.keys.acts import KeyActs
from idverify.start.opening import Register, note_log_keys, note_signing_keys
from idverify.start.publishing import Publisher
from idverify.start.several.following import Follower
from idverify.trust.key_file import require_kept
from idverify.trust.trail_keeper import EVERY_SECONDS

_DAY = 86_400.0


def quick_chores(  # as many parameters as parts of the service have something to do
    register: Register,
    clock: Clock,
    audit: AuditService,
    overdue: Overdue,
    gate: ActGate,
    erasures: ErasureKeeper,
    follows: Following,
) -> Sequence[Chore]:
    """Return what takes milliseconds, so that none keeps another waiting."""
    acts = KeyActs(register.key_file, register.home, register.store, clock)
    return [
        Chore("watching the clock", 1.0, ClockWatch(clock, register.store).look),
        Chore("writing down the end of the trail", EVERY_SECONDS, register.trail.write),
        Chore("holding the lock of the database", 5.0, register.lock.keep),
        Chore("counting denials", COUNT_SECONDS, audit.count_denials, at_end=True),
        *led(
            follows,
            [
                Chore("ending transactions", 10.0, overdue.sweep),
                Chore("letting acts expire", 10.0, gate.expire),
            ],
        ),
        Chore("clearing the log of the database", 10.0, register.store.clear_log, at_end=True),
        Chore("keeping keys.json", 60.0, lambda: require_kept(register.key_file, register.keys, register.home)),
        Chore("noting what is done with the keys", 5.0, acts.note, first=0.0),
        Chore("noting the signing keys", 5.0, lambda: note_signing_keys(register.store, register.signer, clock)),
        Chore("keeping the erasure list", 5.0, erasures.keep, first=1.0),
        Chore("noting the keys of the log", 5.0, lambda: note_log_keys(register.store, register.notary, clock)),
    ]


def image_chores(
    register: Register, clock: Clock, foreground: Foreground, life: UntilClosed, *, keep: bool
) -> Sequence[Chore]:
    """Return what erases images where none are kept: it has to do once they were."""
    if keep:
        return []
    erase = partial(erase_unkept, register.store, clock, foreground, life)
    return [Chore("erasing images", 5.0, erase, first=1.0)]


def led(follows: Following, chores: Sequence[Chore]) -> Sequence[Chore]:
    """Return chores that of several servers one does."""

    def work(chore: Chore) -> None:
        if follows.leads():
            chore.work()

    return [replace(chore, work=partial(work, chore)) for chore in chores]


def following(register: Register, follower: Following | None, operations: OperationsService) -> Sequence[Chore]:
    """Return what one of several servers does beside following the others; nothing where it works alone."""
    if not isinstance(follower, Follower):
        return []
    return [
        *led(
            follower,
            [
                Chore("forgetting what servers told each other", 3600.0, lambda: register.store.forget_told(_DAY)),
                Chore("interrupting operations of servers that are gone", 15.0, operations.interrupt_silent),
            ],
        ),
        Chore("comparing the gallery with the database", 3600.0, follower.compare),
    ]


def publishing(publisher: Publisher, seconds: float) -> Sequence[Chore]:
    """Return what publishes the log; a witness may be waited for."""
    return [Chore("publishing the log", seconds, publisher.publish, first=1.0)]


def long_chores(  # as many parameters as parts of the service have something to do
    register: Register,
    clock: Clock,
    replies_kept: timedelta,
    checks: TrailCheckService,
    retention: RetentionService,
    life: UntilClosed,
    follows: Following,
) -> Sequence[Chore]:
    """Return what may take minutes."""
    once = [
        Chore("erasing old answers", 60.0, lambda: register.store.expire_replies(clock.now() - replies_kept)),
        Chore("forgetting dossiers", 3600.0, ClosedDossiers(register.store, clock).sweep),
        Chore("erasing what owners allow no longer", 60.0, lambda: _drop_owned(register, clock)),
        Chore("erasing what is kept no longer", _DAY, lambda: retention.sweep(life), first=60.0),
        Chore("adding up the rows", _DAY, lambda: checks.add_up(life), first=30.0),
    ]
    # Each server checks the trail for itself: how far it is sound stands in a file of its own.
    return [*led(follows, once), Chore("checking the audit trail", 5.0, checks.go_on)]


def _drop_owned(register: Register, clock: Clock) -> None:
    with register.store.transaction() as uow:
        uow.owned_records.drop(clock.now())
