"""What proves the audit trail to others: checkpoints of its log, and proofs that an event is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import LogHead, Role
from idverify.ports import Notary, Store
from idverify.services.calls.call import Call


@dataclass(frozen=True, slots=True)
class LogState:
    """Where the log ends, as others are told.

    Attributes:
        checkpoint: signed.
        keys: that sign it, as text.
        former_keys: that signed before.
        first_sequence: of the event of its first entry.
    """

    checkpoint: str
    keys: Sequence[str]
    former_keys: Sequence[str]
    first_sequence: int


class ProvingService:
    """Proves; changes nothing."""

    def __init__(self, store: Store, notary: Notary) -> None:
        self._store = store
        self._notary = notary

    def state(self, call: Call) -> LogState:
        """Return a checkpoint of the log as it is now."""
        call.deadline.check()
        with self._store.reading() as view:
            head = view.log.head()
        keys, former = self._notary.verifier_keys()
        return LogState(self._notary.checkpoint(head), keys, former, head.after + 1)

    def proof_of(self, call: Call, sequence: int) -> str:
        """Return the proof that an event is in the log: to an auditor opened whole, to whoever asked as they were told.

        Raises:
            DomainError: EVENT_NOT_FOUND, the same whether there is no such event, or it is another client's.
        """
        call.deadline.check()
        whole = Role.AUDITOR in call.caller.roles
        with self._store.reading() as view:
            events = view.audit.page(sequence - 1, 1)
            at, checkpoint = self._holding(view.log.head(), sequence)
            found = events[0].entry if events and events[0].sequence == sequence else None
            told = found is not None and (whole or found.caller == call.caller.name)
            theirs = found is not None and call.caller.sees(found.context.agency_code)
            proof = view.log.proof(sequence, at, whole=whole) if told and theirs else None
        if proof is None:
            raise DomainError(
                Reason.EVENT_NOT_FOUND, "there is no such event of this client here; an old one may be in an archive"
            )
        return self._notary.proof(checkpoint, proof)

    def _holding(self, head: LogHead, sequence: int) -> tuple[LogHead, str]:
        """Return the state of the log that the proof of an event is for: what witnesses have seen, if it is in that."""
        published = self._notary.published()
        if published is not None and head.after + published[0] >= sequence:
            size, root, checkpoint = published
            return LogHead(head.after, size, root), checkpoint
        return head, self._notary.checkpoint(head)

    def consistency(self, call: Call, old: int, new: int) -> Sequence[bytes]:
        """Return the proof that the log with ``new`` entries, 0: as it is now, goes on from the one with ``old``.

        Raises:
            DomainError: FIELD_INVALID.
        """
        call.deadline.check()
        with self._store.reading() as view:
            size = view.log.head().size
            if new > size:
                raise _too_large("new_size")
            if old > (new or size):
                raise _too_large("old_size")
            return view.log.consistency(old, new or size)


def _too_large(field: str) -> DomainError:
    return DomainError(Reason.FIELD_INVALID, f"{field} is more than the log has entries", {"field": field})
