"""Sound requests of the counter's transactions, each about one that stands where it takes this step."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random

from google.protobuf.message import Message

from idverify.domain.consent import consent_texts, title_of
from idverify.domain.guidance.agencies import NOBODY, agency_text
from idverify.domain.model import ConsentText
from idverify.records.catalogue import load_catalogue
from idverify.v1 import transactions_pb2 as pb
from idverify.v1 import types_pb2
from tests.attack.mutate.standing import BEGUN, CAPTURED, CONSENT, NONCE, PROCEDURE, STEP, number_of

Sample = Callable[[Random], types_pb2.FingerprintSample]
Context = Callable[[Random], types_pb2.RequestContext]


@cache
def consent_text(agency: str) -> ConsentText:
    """Return what is shown before consent, in Vietnamese."""
    catalogue = load_catalogue()
    procedure = catalogue.procedure(PROCEDURE)
    titles = {access.record_type: title_of(catalogue.record_type(access.record_type)) for access in procedure.records}
    return consent_texts(procedure, titles, agency_text(NOBODY, agency))[0]


class CounterExemplars:
    """Makes them.

    Args:
        context: makes the context of a step, which must not contradict that of the transaction.
        sample: makes a print.
        agency: that of the transaction.
    """

    def __init__(self, context: Context, sample: Sample, agency: str) -> None:
        self._context = context
        self._sample = sample
        self._text = consent_text(agency)
        self.makers: dict[str, Callable[[Random], Message]] = {
            "StartTransaction": self._start,
            "AddCapture": self._capture,
            "GiveConsent": self._consent,
            "AddCardRead": self._card,
            "EnterPin": self._pin,
            "AuthenticateCitizen": self._authenticate,
            "AskException": self._ask_exception,
            "ConfirmException": lambda r: pb.ConfirmExceptionRequest(
                context=context(r),
                transaction_id=r.choice((BEGUN, CAPTURED)),
                citizen_number=number_of(0),
                reason=pb.EXCEPTION_REASON_INJURED,
            ),
            "AuthenticateByException": lambda r: pb.AuthenticateByExceptionRequest(
                context=context(r), step=_step(BEGUN), citizen_number=number_of(0)
            ),
            "EndTransaction": lambda r: pb.EndTransactionRequest(context=context(r), step=_step(BEGUN)),
            "GetTransaction": lambda r: pb.GetTransactionRequest(context=context(r), transaction_id=BEGUN),
            "ListProcedureRecords": lambda r: pb.ListProcedureRecordsRequest(
                context=context(r), assertion_jwt="e30.e30.e30", citizen_number=number_of(0)
            ),
            "ListConsents": lambda r: pb.ListConsentsRequest(context=context(r), citizen_number=number_of(0)),
            "WithdrawConsent": lambda r: pb.WithdrawConsentRequest(
                context=context(r), citizen_number=number_of(0), consent_id=CONSENT
            ),
        }

    def _start(self, random: Random) -> Message:
        number = number_of(random.randrange(3)) if random.random() < 0.7 else ""
        request = pb.StartTransactionRequest(context=self._context(random), citizen_number=number)
        request.context.procedure_code = PROCEDURE
        return request

    def _capture(self, random: Random) -> Message:
        request = pb.AddCaptureRequest(context=self._context(random), sample=self._sample(random))
        request.step.CopyFrom(_step(BEGUN))
        return request

    def _consent(self, random: Random) -> Message:
        evidence = pb.ConsentEvidence(
            text_id=self._text.text_id,
            language=pb.LANGUAGE_VI,
            text_sha256=self._text.sha256,
            manner=pb.CONSENT_MANNER_SIGNATURE,
            giver=pb.CONSENT_GIVER_CITIZEN,
        )
        return pb.GiveConsentRequest(context=self._context(random), step=_step(BEGUN), evidence=evidence)

    def _ask_exception(self, random: Random) -> Message:
        document = pb.SeenDocument(kind=pb.DOCUMENT_KIND_PASSPORT, number="B1234567")
        return pb.AskExceptionRequest(
            context=self._context(random),
            step=_step(BEGUN),
            citizen_number=number_of(0),
            reason=pb.EXCEPTION_REASON_SCANNER_BROKEN,
            documents=[document],
        )

    def _card(self, random: Random) -> Message:
        groups = [pb.CardDataGroup(number=number, content=random.randbytes(40)) for number in (1, 13)]
        card = pb.CardRead(security_object=b"\x77\x20" + random.randbytes(32), data_groups=groups)
        return pb.AddCardReadRequest(context=self._context(random), step=_step(BEGUN), card=card)

    def _pin(self, random: Random) -> Message:
        pin = f"{random.randrange(10**6):06}"
        return pb.EnterPinRequest(context=self._context(random), step=_step(BEGUN), pin=pin)

    def _authenticate(self, random: Random) -> Message:
        step = _step(random.choice((CAPTURED, CAPTURED, BEGUN)))
        return pb.AuthenticateCitizenRequest(context=self._context(random), step=step, citizen_number=number_of(0))


def _step(transaction: str) -> pb.TransactionStep:
    return pb.TransactionStep(transaction_id=transaction, nonce=NONCE, step=STEP)
