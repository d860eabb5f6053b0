"""How each visit goes, step by step."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from enroll_tools.day.clerks import Clerk, asked, card_of
from enroll_tools.day.plan import Story, Visit
from enroll_tools.day.prints import STATED
from enroll_tools.day.tries import Came, Truth
from idverify.client import ServiceError
from idverify.v1 import transactions_pb2 as pb

_CAPTURES = 3


def play(clerk: Clerk, visit: Visit) -> None:
    """Play a visit to its end."""
    _PLAYED[visit.story](clerk, visit)


def _verified(clerk: Clerk, visit: Visit) -> None:
    clerk.verify_citizen(visit, visit.citizen.number, Truth())


def _led(clerk: Clerk, visit: Visit) -> None:
    _Led(clerk, visit).whole()


def _impostor(clerk: Clerk, visit: Visit) -> None:
    sample = clerk.prints.odd(visit.citizen.index)
    clerk.verify(visit, visit.citizen.number, sample, Truth(other_finger=True))


def _worn(clerk: Clerk, visit: Visit) -> None:
    clerk.verify(visit, visit.citizen.number, clerk.prints.odd(visit.citizen.index), Truth(poor=True))
    _verified(clerk, visit)


def _wrong_number(clerk: Clerk, visit: Visit) -> None:
    sample = clerk.prints.picture(visit.citizen.index)
    clerk.verify(visit, clerk.free_number, sample, Truth(number="free"))
    _verified(clerk, visit)


def _wrong_finger(clerk: Clerk, visit: Visit) -> None:
    _impostor(clerk, visit)
    _verified(clerk, visit)


def _out_of_order(clerk: Clerk, visit: Visit) -> None:
    led = _Led(clerk, visit)
    led.consent()
    led.capture()
    led.authenticate(stale=True)
    led.authenticate()


def _without_consent(clerk: Clerk, visit: Visit) -> None:
    led = _Led(clerk, visit)
    led.capture()
    led.authenticate()
    led.consent()
    led.authenticate()


def _withdrawn(clerk: Clerk, visit: Visit) -> None:
    consent = _Led(clerk, visit).whole()
    clerk.client.withdraw_consent(visit.citizen.number, consent)
    sample = clerk.prints.picture(visit.citizen.index)
    clerk.verify(visit, visit.citizen.number, sample, Truth(withdrawn=True), consent)


def _agreed(clerk: Clerk, visit: Visit) -> None:
    """Ask in one call without the consent, and then with the one that a transaction gave."""
    clerk.verify_citizen(visit, visit.citizen.number, Truth())
    led = _Led(clerk, visit)
    consent = led.whole()
    if consent:
        clerk.verify_citizen(visit, visit.citizen.number, Truth(consented=True), consent)


def _once_more(clerk: Clerk, visit: Visit) -> None:
    """Show the assertion again: as it is, with another bit, at the other counter, and after consent was withdrawn."""
    led = _Led(clerk, visit)
    consent = led.whole()
    if not consent:
        return  # the oracle has read why
    jwt, live = led.assertion, Truth(once_more=True, consented=True)
    clerk.list_again(visit, jwt, live)
    clerk.list_again(visit, f"{jwt[:-9]}{'A' if jwt[-9] != 'A' else 'B'}{jwt[-8:]}", replace(live, changed=True))
    clerk.list_again(visit, jwt, replace(live, others=True))
    clerk.client.withdraw_consent(visit.citizen.number, consent)
    clerk.list_again(visit, jwt, replace(live, withdrawn=True))


def _merged(clerk: Clerk, visit: Visit) -> None:
    clerk.verify_citizen(visit, visit.citizen.second_number, Truth(number="second"))
    _verified(clerk, visit)


def _virtual(clerk: Clerk, visit: Visit) -> None:
    picture = clerk.prints.picture
    made = clerk.client.create_virtual_number(visit.citizen.number, [picture(visit.citizen.index)], one_time=True)
    clerk.verify_citizen(visit, made.virtual_number, Truth(number="virtual"))
    sample = picture(visit.citizen.index)
    clerk.verify(visit, made.virtual_number, sample, Truth(number="virtual", number_used=True))


def _shown_twice(clerk: Clerk, visit: Visit) -> None:
    sample = clerk.verify_citizen(visit, visit.citizen.number, Truth())
    clerk.verify(visit, visit.citizen.number, sample, Truth(seen_before=True))


def _vouched(clerk: Clerk, visit: Visit) -> None:
    led = _Led(clerk, visit)
    led.consent()
    led.vouch()


def _on_paper(clerk: Clerk, visit: Visit) -> None:
    """Enter a slip, once more by mistake, and have the finger confirm it."""
    number = clerk.client.issue_slips(1).numbers[0]
    for slip in ("once", "twice"):
        clerk.note(visit, Truth(slip=slip), _entered(clerk, visit, number))
    _Led(clerk, visit, number).whole()


def _entered(clerk: Clerk, visit: Visit, number: str) -> Came:
    started, context = time.monotonic(), clerk.context(visit)
    seen, documents = datetime.now(UTC), [card_of(visit)]
    try:
        clerk.client.reconcile_slip(number, seen, ("CB-1", "CB-2"), visit.citizen.number, documents, context)
    except ServiceError as error:
        return Came(error.reason, time.monotonic() - started)
    return Came("ENTERED", time.monotonic() - started)


_PLAYED: Mapping[Story, Callable[[Clerk, Visit], None]] = {
    Story.VERIFIED: _verified,
    Story.LED: _led,
    Story.IMPOSTOR: _impostor,
    Story.WORN: _worn,
    Story.WRONG_NUMBER: _wrong_number,
    Story.WRONG_FINGER: _wrong_finger,
    Story.OUT_OF_ORDER: _out_of_order,
    Story.WITHOUT_CONSENT: _without_consent,
    Story.WITHDRAWN: _withdrawn,
    Story.AGREED: _agreed,
    Story.ONCE_MORE: _once_more,
    Story.MERGED: _merged,
    Story.DEACTIVATED: _verified,
    Story.VIRTUAL: _virtual,
    Story.SHOWN_TWICE: _shown_twice,
    Story.VOUCHED: _vouched,
    Story.ON_PAPER: _on_paper,
}


class _Led:
    """A transaction of the visit's citizen."""

    def __init__(self, clerk: Clerk, visit: Visit, slip: str = "") -> None:
        self._clerk, self._visit = clerk, visit
        self._begun = clerk.client.start_transaction(clerk.context(visit), visit.citizen.number, slip)
        self._standing = self._begun.standing
        self._before = self._begun.standing
        self._consented = False
        self.assertion = ""

    def whole(self) -> str:
        """Do everything in order; return the consent's id, empty where a law is the ground."""
        self.consent()
        self.capture()
        return self.authenticate()

    def consent(self) -> None:
        """Note that the citizen agreed, where that is asked for."""
        if not self._begun.consent_needed:
            return
        text = self._begun.consent_texts[0]
        evidence = pb.ConsentEvidence(
            text_id=text.text_id,
            language=text.language,
            text_sha256=text.sha256,
            manner=pb.CONSENT_MANNER_SPOKEN,
            giver=pb.CONSENT_GIVER_CITIZEN,
        )
        self._go_on(self._clerk.client.give_consent(self._after(), evidence).standing)
        self._consented = True

    def capture(self) -> None:
        """Take an impression, and another while it is too poor."""
        for _ in range(_CAPTURES):
            sample = self._clerk.prints.picture(self._visit.citizen.index, STATED)
            answer = self._clerk.client.add_capture(self._after(), sample)
            self._go_on(answer.standing)
            if answer.kept:
                return

    def authenticate(self, *, stale: bool = False) -> str:
        """Have it decided, and keep what came."""
        consent = ""

        def ask() -> pb.AuthenticateCitizenResponse:
            nonlocal consent
            step = self._clerk.client.step_after(self._begun.nonce, self._before if stale else self._standing)
            answer = self._clerk.client.authenticate_citizen(step, self._visit.citizen.number)
            consent, self.assertion = answer.consent_id, answer.verification.disclosure.assertion.jwt
            return answer

        came: Came = asked(lambda: ask().verification)
        self._clerk.note(self._visit, Truth(led=True, stale_step=stale, consented=self._consented), came)
        return consent

    def vouch(self) -> None:
        """Have two officers vouch, and keep what came."""
        truth, started = Truth(led=True, vouched=True, consented=self._consented), time.monotonic()
        client, transaction = self._clerk.client, self._standing.transaction_id

        def step() -> pb.TransactionStep:
            return client.step_after(self._begun.nonce, client.get_transaction(transaction))

        try:
            given = self._clerk.vouch(self._visit, step).disclosure
        except ServiceError as error:
            self._clerk.note(self._visit, truth, Came(error.reason, time.monotonic() - started))
            return
        self._clerk.note(self._visit, truth, Came("VOUCHED", time.monotonic() - started, given))

    def _after(self) -> pb.TransactionStep:
        return self._clerk.client.step_after(self._begun.nonce, self._standing)

    def _go_on(self, standing: pb.TransactionStanding) -> None:
        self._before, self._standing = self._standing, standing
