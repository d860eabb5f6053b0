"""Transactions and consent, to and from the wire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from idverify.domain import model
from idverify.domain.catalogue.predicates import written
from idverify.domain.guidance.officer import unavailable_text
from idverify.domain.model import Language
from idverify.domain.visible_text import is_blank
from idverify.domain.vouching.exceptions import MOST_DOCUMENTS
from idverify.ports import Catalogue
from idverify.rpc.convert.answers import finger_exception_message, step_message, timestamp
from idverify.rpc.convert.fields import LONGEST_SUBJECT_ID, invalid, known_enum, missing, text
from idverify.services.counter.live import Shown
from idverify.services.counter.presences import NamedDocument
from idverify.services.counter.steps import Standing
from idverify.v1 import confirmations_pb2
from idverify.v1 import transactions_pb2 as pb

_LONGEST = 256
_LONGEST_NUMBER = 40


def step_of(message: pb.TransactionStep) -> model.StepTaken:
    """Return what a step shows of the one before. Raises DomainError FIELD_MISSING, FIELD_INVALID."""
    for name in ("transaction_id", "nonce", "step"):
        if not getattr(message, name):
            raise missing(f"step.{name}")
        text(getattr(message, name), f"step.{name}", _LONGEST)
    return model.StepTaken(message.transaction_id, message.nonce, message.step)


def evidence_of(message: pb.ConsentEvidence, officer_id: str, now: datetime) -> model.ConsentGiven:
    """Return consent as it was given, before this officer, now. Raises DomainError FIELD_MISSING, FIELD_INVALID."""
    for name in ("text_id", "text_sha256", "language", "manner", "giver"):
        if not getattr(message, name):
            raise missing(f"evidence.{name}")
    return model.ConsentGiven(
        text(message.text_id, "evidence.text_id", _LONGEST),
        Language[_name(message.language, pb.Language, "language")],
        text(message.text_sha256, "evidence.text_sha256", 64),
        model.ConsentManner(_name(message.manner, pb.ConsentManner, "manner")),
        model.ConsentGiver(_name(message.giver, pb.ConsentGiver, "giver")),
        officer_id,
        now,
    )


def exception_reason_of(value: int) -> model.ExceptionReason:
    """Return why no finger is shown. Raises DomainError FIELD_MISSING, FIELD_INVALID."""
    name = pb.ExceptionReason.Name(known_enum(value, pb.ExceptionReason, "reason"))
    if not value:
        raise missing("reason")
    return model.ExceptionReason(name.removeprefix("EXCEPTION_REASON_"))


def documents_of(messages: Sequence[pb.SeenDocument], note: str) -> tuple[NamedDocument, ...]:
    """Return the documents that an officer has seen; of one of another kind, the note says which it is.

    Raises:
        DomainError: FIELD_MISSING, FIELD_INVALID.
    """
    if not messages:
        raise missing("documents")
    if len(messages) > MOST_DOCUMENTS:
        raise invalid("documents", f"must be {MOST_DOCUMENTS} at most")
    found = tuple(map(_document, messages))
    if any(document.kind is model.DocumentKind.OTHER for document in found) and is_blank(note):
        raise missing("note")
    return found


def standing_message(standing: Standing) -> pb.TransactionStanding:
    """Return where a transaction stands."""
    return pb.TransactionStanding(
        transaction_id=standing.transaction_id,
        step=standing.step,
        expire_time=timestamp(standing.expires),
        next=step_message(standing.next),
    )


def unavailable_message(finger: model.FingerException) -> pb.UnavailableFinger:
    """Return a finger that is not asked for."""
    return pb.UnavailableFinger(
        exception=finger_exception_message(finger),
        text_vi=unavailable_text(finger, Language.VI),
        text_en=unavailable_text(finger, Language.EN),
    )


def text_message(shown: model.ConsentText) -> pb.ConsentText:
    """Return a text that is shown."""
    return pb.ConsentText(
        text_id=shown.text_id, language=f"LANGUAGE_{shown.language.name}", text=shown.text, sha256=shown.sha256
    )


def plan_messages(procedure: model.Procedure, catalogue: Catalogue) -> list[pb.DisclosurePlan]:
    """Return what a procedure will be told."""
    return [
        pb.DisclosurePlan(
            record_type=access.record_type,
            title=catalogue.record_type(access.record_type).title,
            fields=access.fields,
            required=access.required,
            replaced_paper=access.replaced_paper,
            predicates=map(written, access.predicates),
            field_acr={name: assurance.acr for name, assurance in access.field_assurance},
        )
        for access in procedure.records
    ]


def consent_message(consent: model.Consent) -> pb.Consent:
    """Return a consent."""
    given = consent.given
    return pb.Consent(
        consent_id=consent.consent_id,
        client=consent.client,
        procedure_code=consent.procedure_code,
        record_types=consent.record_types,
        evidence=pb.ConsentEvidence(
            text_id=given.text_id,
            language=f"LANGUAGE_{given.language.name}",
            text_sha256=given.text_sha256,
            manner=f"CONSENT_MANNER_{given.manner.value}",
            giver=f"CONSENT_GIVER_{given.giver.value}",
            officer_id=given.officer_id,
            give_time=timestamp(given.given),
        ),
        withdraw_time=None if consent.withdrawn is None else timestamp(consent.withdrawn),
    )


def _document(message: pb.SeenDocument) -> NamedDocument:
    name = pb.DocumentKind.Name(known_enum(message.kind, pb.DocumentKind, "documents.kind"))
    if not message.kind:
        raise missing("documents.kind")
    if is_blank(message.number):
        raise missing("documents.number")
    number = text(message.number, "documents.number", _LONGEST_NUMBER)
    return NamedDocument(model.DocumentKind(name.removeprefix("DOCUMENT_KIND_")), number)


def shown_assertion(request: confirmations_pb2.IssueConfirmationRequest | pb.ListProcedureRecordsRequest) -> Shown:
    """Return the assertion that a request shows, and of whom it is. Raises DomainError FIELD_MISSING, FIELD_INVALID."""
    if not request.assertion_jwt:
        raise missing("assertion_jwt")
    if not request.WhichOneof("person"):
        raise missing("person")
    subject_id = text(request.subject_id, "subject_id", LONGEST_SUBJECT_ID)
    return Shown(request.assertion_jwt, request.citizen_number, subject_id)


def _name(value: int, enum: object, field: str) -> str:
    """Return the domain's name of an enum value: what follows the enum's own name."""
    known_enum(value, enum, f"evidence.{field}")
    whole: str = enum.Name(value)  # type: ignore[attr-defined]
    return whole.rsplit("_", maxsplit=1)[-1]
