"""Steps of a transaction that show more than fingers of the citizen whom it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from idverify.domain.assurance import BY_FINGER, Factor
from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.factors.cards import require_valid_card
from idverify.domain.factors.mrz import differing
from idverify.domain.factors.pins import require_pin_form
from idverify.domain.model import (
    AttestedCapture,
    CardRead,
    CardSaid,
    CardShown,
    CitizenPin,
    PersonalData,
    SignedKind,
    StepTaken,
    Transaction,
)
from idverify.domain.transactions import name_first
from idverify.ports import CardReader, PinHashes, UnitOfWork
from idverify.services.attempts.guard import AttemptGuard
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.refusing import Concern
from idverify.services.citizens import citizen_of
from idverify.services.counter.steps import Standing, Steps
from idverify.services.prints.attesting import Attester, Signed


@dataclass(frozen=True, slots=True)
class PinEntered:
    """A PIN that was entered; ``tries_left`` is told of a wrong one."""

    standing: Standing
    accepted: bool
    tries_left: int


@dataclass(frozen=True, slots=True)
class CardTaken:
    """A card that was read."""

    standing: Standing
    card: CardShown


@dataclass(frozen=True, slots=True)
class FactorService:
    """Takes what a citizen shows besides fingers."""

    steps: Steps
    attempts: AttemptGuard
    pins: PinHashes
    cards: CardReader
    attester: Attester

    def read_card(
        self, call: Call, shown: StepTaken, card: CardRead, attestation: str, encode: Callable[[CardTaken], bytes]
    ) -> bytes:
        """Take what was read of the chip of the citizen's card; another that was read before gives way to it.

        Args:
            call: as made.
            shown: what it follows.
            card: what was read.
            attestation: what a device signed of the reading; empty: none did.
            encode: makes the answer.

        Raises:
            DomainError: CARD_READS_UNAVAILABLE, CARD_INVALID, CARD_MISMATCH, DEVICE_*, FIELD_MISSING where nobody was
                named, ATTEMPTS_*, and as :meth:`Steps.at`.
        """

        def work(about: Concern) -> bytes:
            with self.steps.store.reading() as view:
                begun = self._named(view, call, shown, about)
                self.attempts.require_open(view, call, about)
                signed = Signed(attestation, SignedKind.CARD_READ, card.sha256)
                vouched = self.attester.vouched(view, self.steps.within(call, begun), signed, begun.nonce)
            call.deadline.check()
            said = self.cards.read(card, self.steps.clock.now())
            with self.steps.store.transaction() as uow:
                before = self._named(uow, call, shown, about)
                citizen = citizen_of(uow, about.subject_id)
                require_valid_card(said, citizen.citizen_number, day_in_viet_nam(self.steps.clock.now()))
                taken = _shown(said, vouched, citizen.personal_data)
                after = replace(before, besides=replace(before.besides, card=taken))
                body = encode(CardTaken(self.steps.moved(uow, call, after), taken))
                within = self.steps.within(call, before)
                uow.audit.append(entry(self.steps.clock, within, "CARD_READ", about.subject_id, _card_details(taken)))
                remember(uow, call, body, about.subject_id)
            return body

        return answer_once(self.steps.store, self.steps.clock, call, work)

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
            right = self.pins.matches(pin, None if stored is None else stored.hashed or None)
            with self.steps.store.transaction() as uow:
                before = self._ready(uow, call, shown, about)
                body = encode(self._entered(uow, call, about, before, stored if right else None))
                remember(uow, call, body, about.subject_id)
            return body

        return answer_once(self.steps.store, self.steps.clock, call, work)

    def _named(self, uow: UnitOfWork, call: Call, shown: StepTaken, about: Concern) -> Transaction:
        transaction = self.steps.at(uow, call, shown, about)
        if not transaction.subject_id:
            raise name_first()
        return transaction

    def _ready(self, uow: UnitOfWork, call: Call, shown: StepTaken, about: Concern) -> Transaction:
        transaction = self._named(uow, call, shown, about)
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


def _shown(said: CardSaid, vouched: AttestedCapture | None, personal: PersonalData) -> CardShown:
    differs = differing(said.holder, full_name=personal.full_name, birth_date=personal.birth_date, sex=personal.sex)
    return CardShown(said.issuer, said.sha256, vouched.device_id if vouched else "", differs)


def _card_details(card: CardShown) -> Details:
    """Return what the trail keeps: which card it was, and nothing of what it says. The digest is of a signature too."""
    details: Details = {"factor": Factor.IDENTITY_CARD.value[1], "issuer": card.issuer, "sha256": card.sha256}
    details["clone_check"] = "not_performed"
    details |= {"device": card.device_id} if card.device_id else {}
    return details | ({"differing": list(card.differing)} if card.differing else {})


def offered_by(cards: CardReader) -> frozenset[Factor]:
    """Return the factors that can be shown in a transaction."""
    return BY_FINGER | {Factor.PIN} | ({Factor.IDENTITY_CARD} if cards.offered else set())
