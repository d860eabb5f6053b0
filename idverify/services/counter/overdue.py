"""Transactions that nobody goes on with end by themselves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from idverify.domain.model import AuditEntry, Outcome
from idverify.ports import Clock, Store
from idverify.services.counter.transactions import ended

_BATCH = 200
_KEPT = timedelta(days=1)
"""How long an ended transaction is told of; what was taken in it went when it ended."""

_TOLD = timedelta(minutes=10)
"""How long a portal is told of a sign-in that it has expired."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """Ends what is overdue, and forgets what ended long ago."""

    store: Store
    clock: Clock

    def sweep(self) -> None:
        """Do it once."""
        now = self.clock.now()
        with self.store.reading() as view:
            some = view.transactions.overdue(now, 1) or view.transactions.any_before(now - _KEPT)
            if not some and not view.sign_ins.any_before(now - _TOLD):
                return
        with self.store.transaction() as uow:
            for transaction in uow.transactions.overdue(now, _BATCH):
                uow.transactions.put(ended(transaction, Outcome.EXPIRED))
                context = replace(transaction.context, transaction_id=transaction.transaction_id)
                uow.audit.append(
                    AuditEntry(
                        now, transaction.client, "EndTransaction", "EXPIRED", transaction.subject_id, context, {}
                    )
                )
            uow.transactions.forget(now - _KEPT)
            uow.sign_ins.forget(now - _TOLD)
