"""A counter that goes through a transaction as a clerk does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.x509 import Certificate

from idverify.domain.assurance import Assurance
from idverify.domain.catalogue.content import Origin
from idverify.domain.catalogue.drafts import Draft
from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.model import (
    CardRead,
    Consent,
    ConsentGiven,
    ConsentGiver,
    ConsentManner,
    FingerPosition,
    Language,
    Role,
    Sample,
    StepTaken,
)
from idverify.records.catalogue import LiveCatalogue, load_catalogue
from idverify.services.calls.call import Call
from idverify.services.catalogue.opening import Files, open_catalogue
from idverify.services.counter.authentication import Authenticated
from idverify.services.counter.factors import CardTaken, PinEntered
from idverify.services.counter.steps import Standing
from idverify.services.counter.transactions import Begun, Captured
from tests.fakes import FakeClock, sample
from tests.service_kit import AN, BINH, BIRTH, Answers, World, prints_of

COUNTER = frozenset({Role.COUNTER})


@dataclass
class Counter:
    """Keeps what the last answer gave, and shows it with the next step."""

    world: World
    client: str = "counter-7"
    begun: Begun | None = None
    last: Standing | None = None

    def call(self, method: str, content: str = "", request_id: str | None = None, **context: str) -> Call:
        made = self.world.call(method, content, request_id=request_id, caller=self.client, roles=COUNTER)
        return replace(made, context=replace(made.context, **context))

    def start(self, number: str = "", **context: str) -> Begun:
        answers = Answers()
        stated = {"procedure_code": BIRTH, "officer_id": "CB-1", "agency_code": "H05.12", **context}
        self.world.transactions.start(self.call("StartTransaction", **stated), number, answers)
        self.begun = answers.given[-1]
        self.last = self.begun.standing
        return self.begun

    @property
    def shown(self) -> StepTaken:
        assert self.begun is not None
        assert self.last is not None
        return StepTaken(self.last.transaction_id, self.begun.nonce, self.last.step)

    def found(self) -> Standing:
        """Return where it stands, as somebody who lost their place is told."""
        call = self.call("GetTransaction")
        return self.world.transactions.found(call, self.shown.transaction_id).begun.standing

    def capture(self, print_: Sample, shown: StepTaken | None = None, call: Call | None = None) -> Captured:
        answers = Answers()
        self.world.transactions.capture(call or self.call("AddCapture"), shown or self.shown, print_, answers)
        captured: Captured = answers.given[-1]
        self.last = captured.standing
        return captured

    def agree(self, text_id: str | None = None, text_sha256: str | None = None) -> Standing:
        assert self.begun is not None
        text = self.begun.consent_texts[0]
        given = ConsentGiven(
            text_id or text.text_id,
            Language.VI,
            text_sha256 or text.sha256,
            ConsentManner.SPOKEN,
            ConsentGiver.CITIZEN,
            "CB-1",
            self.world.clock.now(),
        )
        answers = Answers()
        self.world.transactions.consent(self.call("GiveConsent"), self.shown, given, answers)
        self.last = answers.given[-1]
        return self.last

    def read_card(self, card: CardRead, attestation: str = "", call: Call | None = None) -> CardTaken:
        answers = Answers()
        made = call or self.call("AddCardRead", card.sha256)
        self.world.factors.read_card(made, self.shown, card, attestation, answers)
        taken: CardTaken = answers.given[-1]
        self.last = taken.standing
        return taken

    def enter(self, pin: str, call: Call | None = None) -> PinEntered:
        answers = Answers()
        self.world.factors.enter_pin(call or self.call("EnterPin", pin), self.shown, pin, answers)
        entered: PinEntered = answers.given[-1]
        self.last = entered.standing
        return entered

    def authenticate(self, number: str = AN, shown: StepTaken | None = None, call: Call | None = None) -> Authenticated:
        answers = Answers()
        self.world.authentication.authenticate(
            call or self.call("AuthenticateCitizen", number), shown or self.shown, number, answers
        )
        authenticated: Authenticated = answers.given[-1]
        self.last = authenticated.standing
        return authenticated

    def end(self, *, consent_refused: bool = False) -> Standing:
        answers = Answers()
        call = self.call("EndTransaction")
        self.world.transactions.end(call, self.shown, answers, consent_refused=consent_refused)
        self.last = answers.given[-1]
        return self.last

    def whole_way(self, number: str = AN) -> Authenticated:
        self.start(number)
        self.capture(sample(f"{number}/RIGHT_INDEX/80"))
        self.agree()
        return self.authenticate(number)

    def consents(self, number: str = AN) -> list[Consent]:
        return self.world.consents.of(self.call("ListConsents", purpose="CITIZEN_REQUEST"), number)


def world_that_requires(folder: Path, required: Assurance, card_issuers: Sequence[Certificate] = ()) -> World:
    """A world in which the procedure requires so much; An and Bình are enrolled."""
    live = LiveCatalogue(lambda: day_in_viet_nam(FakeClock().now()))
    world = World(folder, catalogue=live, card_issuers=card_issuers)
    procedure = replace(load_catalogue().procedure(BIRTH), required_assurance=required)
    drafts = Draft((procedure, *load_catalogue().record_types()))
    open_catalogue(world.store, live, world.clock, Files(Origin.FILES, lambda: drafts))
    return enrolled(world)


def enrolled(world: World) -> World:
    """Enrol An and Bình."""
    world.enrol(AN, prints_of(AN, FingerPosition.RIGHT_INDEX))
    world.enrol(BINH, prints_of(BINH, FingerPosition.RIGHT_INDEX))
    return world
