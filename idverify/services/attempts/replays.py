"""The same sample twice: two touches of a finger are never the same, so the second is a copy of the first."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Features
from idverify.domain.telling import sees_all
from idverify.ports import Biometrics, Clock, Pseudonyms, UnitOfWork
from idverify.services.calls.call import Call
from idverify.services.prints.probes import Probe

MOST_RECENT = 5
"""Impressions that are kept of a citizen: one costs a fifth of a millisecond a verification, and as much again if it is
not ready."""

_FORGETS_EVERY = timedelta(minutes=1)
"""What is kept too long is not known either: to forget it with each call would be a statement more for nothing."""


@dataclass(slots=True)
class _LastForgotten:
    """When a process forgot old samples last; two threads that look at the same time both do."""

    when: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        if self.when is not None and abs(now - self.when) < _FORGETS_EVERY:
            return False
        self.when = now
        return True


@dataclass(frozen=True, slots=True)
class ReplayGuard:
    """Knows the samples of the last hours again. A retry never comes here: it is given the first answer.

    Attributes:
        pseudonyms: makes the digests, keyed: whoever has the database cannot look for a print in it.
        biometrics: tells copies that were made over.
        clock: the time.
        kept: how long a sample is known.
    """

    pseudonyms: Pseudonyms
    biometrics: Biometrics
    clock: Clock
    kept: timedelta
    _forgotten: _LastForgotten = field(default_factory=_LastForgotten, repr=False)

    def require_new(self, uow: UnitOfWork, call: Call, features: Sequence[Features]) -> None:
        """Refuse a sample that somebody presented before, for whomever; to testers all are new.

        Raises:
            DomainError: SAMPLE_REPLAYED, with the index of the sample.
        """
        if sees_all(call.caller):
            return
        digests = [self._digests(one) for one in features]
        _require_none(digests, uow.seen_samples.known([d for one in digests for d in one], self._since()))

    def recent(self, uow: UnitOfWork, call: Call, subject_id: str) -> Sequence[bytes]:
        """Return the templates of the last impressions that were shown for a citizen, which no other may copy."""
        return () if sees_all(call.caller) else uow.recent_probes.of(subject_id)

    def are_copies(self, recent: Sequence[bytes], probes: Sequence[Probe]) -> list[bool]:
        """Tell of each probe whether it is a copy of one of these."""
        ready = [self.biometrics.prepare_stored(template) for template in recent]
        return [bool(ready) and self.biometrics.copied(probe.prepared, ready) for probe in probes]

    def shown(self, uow: UnitOfWork, call: Call, subject_id: str, features: Sequence[Features]) -> None:
        """Remember what was shown for a citizen."""
        if not sees_all(call.caller):
            uow.recent_probes.add(subject_id, [one.template for one in features], MOST_RECENT)

    def note(self, uow: UnitOfWork, call: Call, features: Sequence[Features]) -> None:
        """Remember samples in the transaction that decides on them."""
        if sees_all(call.caller):
            return
        self._forget(uow)
        uow.seen_samples.add([d for one in features for d in self._digests(one)], self.clock.now())

    def note_new(self, uow: UnitOfWork, call: Call, features: Sequence[Features]) -> None:
        """Do so, and refuse one that was presented meanwhile; by one statement.

        Raises:
            DomainError: as :meth:`require_new`.
        """
        if sees_all(call.caller):
            return
        self._forget(uow)
        digests = [self._digests(one) for one in features]
        every = [d for one in digests for d in one]
        _require_none(digests, uow.seen_samples.add_new(every, self.clock.now(), self._since()))

    def _since(self) -> datetime:
        return self.clock.now() - self.kept

    def _forget(self, uow: UnitOfWork) -> None:
        if self._forgotten.is_due(self.clock.now()):
            uow.seen_samples.forget(self._since())

    def _digests(self, features: Features) -> list[bytes]:
        return [self.pseudonyms.sample_digest(mark) for mark in features.marks]


def _require_none(digests: Sequence[Sequence[bytes]], known: AbstractSet[bytes]) -> None:
    for index, one in enumerate(digests):
        if not known.isdisjoint(one):
            raise replayed(index)


def replayed(index: int) -> DomainError:
    """Return the refusal; it does not say how the sample was known again."""
    return DomainError(
        Reason.SAMPLE_REPLAYED,
        "this sample, or one it was made from, was presented before; take a new impression",
        {"sample": str(index)},
    )
