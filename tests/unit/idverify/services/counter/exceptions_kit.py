"""A counter whose second officer has a machine of their own, and a catalogue that allows exceptions."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from idverify.domain.catalogue.content import CatalogueContent, Origin, Revision
from idverify.domain.catalogue.local_day import day_in_viet_nam
from idverify.domain.model import DocumentKind, ExceptionReason, Presented, Procedure, Vouching
from idverify.records.catalogue import LiveCatalogue
from idverify.records.files import load_files
from idverify.services.calls.call import Call
from idverify.services.counter.exceptions import Asked, VouchedAnswer
from idverify.services.counter.presences import NamedDocument
from idverify.services.counter.steps import Standing
from idverify.services.counter.transactions import Begun
from tests.fakes import FakeClock
from tests.service_kit import AN, BUSINESS, Answers
from tests.unit.idverify.services.counter.counter_kit import Counter

CARD = NamedDocument(DocumentKind.IDENTITY_CARD, "027 084 000 999")
INJURED = ExceptionReason.INJURED


@cache
def allowing_catalogue() -> LiveCatalogue:
    """Return the package's catalogue, with exceptions allowed for one procedure."""
    draft = load_files(None)
    items = [
        replace(item, exceptions_allowed=True) if isinstance(item, Procedure) and item.code == BUSINESS else item
        for item in draft.items
    ]
    catalogue = LiveCatalogue(lambda: day_in_viet_nam(FakeClock().now()))
    revision = Revision(1, FakeClock().now(), "", Origin.FILES, draft.digest)
    catalogue.hold(CatalogueContent().with_revision(revision, items))
    return catalogue


class Vouchers(Counter):
    """Two officers, each with a client and a key, and a procedure that rests on consent."""

    def start(self, number: str = "", **context: str) -> Begun:
        return super().start(number, **{"procedure_code": BUSINESS, **context})

    def call(self, method: str, content: str = "", request_id: str | None = None, **context: str) -> Call:
        made = super().call(method, content, request_id, **context)
        return replace(made, caller=replace(made.caller, presented=Presented(b"one", "11")))

    def second(self, content: str = "", key: str = "22", client: str = "counter-8", **context: str) -> Call:
        stated = {"officer_id": "CB-2", "agency_code": "H05.12", **context}
        made = super().call("ConfirmException", content, **stated)
        return replace(made, caller=replace(made.caller, name=client, presented=Presented(b"two", key)))

    def ask(
        self,
        number: str = AN,
        reason: ExceptionReason = INJURED,
        documents: tuple[NamedDocument, ...] = (CARD,),
        call: Call | None = None,
    ) -> Standing:
        answers = Answers()
        asked = Asked(number, reason, "băng tay", documents)
        self.world.exceptions.ask(call or self.call("AskException", number), self.shown, asked, answers)
        self.last = answers.given[-1]
        return self.last

    def confirm(self, number: str = AN, reason: ExceptionReason = INJURED, call: Call | None = None) -> Vouching:
        assert self.last is not None
        answers = Answers()
        transaction_id = self.last.transaction_id
        self.world.exceptions.confirm(call or self.second(), transaction_id, number, reason, answers)
        self.last = self.world.transactions.found(self.call("GetTransaction"), transaction_id).begun.standing
        vouching: Vouching = answers.given[-1]
        return vouching

    def conclude(self, number: str = AN, call: Call | None = None) -> VouchedAnswer:
        answers = Answers()
        self.world.exceptions.authenticate(
            call or self.call("AuthenticateByException", number), self.shown, number, answers
        )
        answer: VouchedAnswer = answers.given[-1]
        self.last = answer.standing
        return answer

    def vouched(self, number: str = AN, second: str = "CB-2") -> VouchedAnswer:
        """Go the whole way."""
        self.start(number)
        self.agree()
        self.ask(number)
        self.confirm(number, call=self.second(officer_id=second))
        return self.conclude(number)
