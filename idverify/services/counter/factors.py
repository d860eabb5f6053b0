"""Steps of a transaction that show more than fingers of the citizen whom it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from idverify.domain.factors.pins import require_pin_form
from idverify.domain.model import CitizenPin, StepTaken, Transaction
from idverify.domain.transactions import name_first
from idverify.ports import PinHashes, UnitOfWork
from idverify.services.attempts.guard import AttemptGuard
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.refusing import Concern
from idverify.services.counter.steps import Standing, Steps


@dataclass(frozen=True, slots=True)
class PinEntered:
    """A PIN that was entered; ``tries_left`` is told of a wrong one."""

    standing: Standing
    accepted: bool
    tries_left: int


@dataclass(frozen=True, slots=True)
class FactorService:
    """Takes what a citizen shows besides fingers."""

    steps: Steps
    attempts: AttemptGuard
    pins: PinHashes

    def enter_pin(self, call: Call, shown: StepTaken, pin: str, encode: Callable[[PinEntered], bytes]) -> bytes:
        """Check a PIN. A wrong one is an answer, and counts; so is any of a citizen who has none, told by nothing.

        Raises:
            DomainError: FIELD_INVALID for what is no PIN, FIELD_MISSING where nobody was named, PIN_LOCKED, ATTEMPTS_*,
                and as :meth:`Steps.at`.
        """
        require_pin_form(pin)

        def work(about: Concern) -> bytes:
            with self.steps.store.reading() as view:
                self._ready(view, call, shown, about)
                stored = view.pins.of(about.subject_id)
            call.deadline.check()
            # Outside the transaction that decides, which others wait for.
            right = self.pins.matches(pin, None if stored is None else stored.hashed)
            with self.steps.store.transaction() as uow:
                before = self._ready(uow, call, shown, about)
                body = encode(self._entered(uow, call, about, before, stored if right else None))
                remember(uow, call, body, about.subject_id)
            return body

        return answer_once(self.steps.store, self.steps.clock, call, work)

    def _ready(self, uow: UnitOfWork, call: Call, shown: StepTaken, about: Concern) -> Transaction:
        transaction = self.steps.at(uow, call, shown, about)
        if not transaction.subject_id:
            raise name_first()
        self.attempts.require_pin_open(uow, call, about)
        return transaction

    def _entered(
        self, uow: UnitOfWork, call: Call, about: Concern, before: Transaction, matched: CitizenPin | None
    ) -> PinEntered:
        # One that was set meanwhile is another.
        accepted, left = matched is not None and uow.pins.of(about.subject_id) == matched, 0
        after = before
        if accepted:
            self.attempts.forget_wrong_pins(uow, about.subject_id)
            after = replace(before, besides=replace(before.besides, pin=True))
        else:
            left = self.attempts.wrong_pin(uow, call, about)
        details: Details = {} if accepted else {"tries_left": left}
        outcome = "PIN_ACCEPTED" if accepted else "PIN_WRONG"
        uow.audit.append(entry(self.steps.clock, self.steps.within(call, before), outcome, about.subject_id, details))
        return PinEntered(self.steps.moved(uow, call, after), accepted, left)
