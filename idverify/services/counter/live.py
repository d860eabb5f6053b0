"""Assertions that are shown again while they live: whose they are, for whom, and what they came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from idverify.domain.assertions.confirmation import refused
from idverify.domain.disclosing.decision import Asking
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import AuditEvent
from idverify.ports import UnitOfWork
from idverify.services.calls.call import Call
from idverify.services.citizens import subject_of
from idverify.services.disclosure import DisclosureService

_EVENTS = 500


@dataclass(frozen=True, slots=True)
class Shown:
    """An assertion as it is shown, and about whom it is said to be.

    Attributes:
        assertion: JWT.
        citizen_number: of whom it is; empty: ``subject_id`` says it.
        subject_id: likewise.
    """

    assertion: str
    citizen_number: str
    subject_id: str


@dataclass(frozen=True, slots=True)
class LiveAssertions:
    """Checks assertions of this service's own."""

    disclosure: DisclosureService

    def claims(self, call: Call, shown: Shown) -> Mapping[str, Any]:
        """Return the claims of an assertion, which is ours, for this caller, and valid.

        Raises:
            DomainError: ASSERTION_INVALID.
        """
        claims = self.disclosure.signer.own(shown.assertion)
        if claims is None:
            raise refused("NOT_OURS", "the assertion is none that this service signed, or was changed")
        if claims["aud"] != (call.context.agency_code or call.caller.name):
            raise refused("AUDIENCE", "the assertion is for another agency or client")
        if claims["exp"] <= int(self.disclosure.clock.now().timestamp()):
            raise refused("EXPIRED", "the assertion is no longer valid; verify the citizen again")
        stated = {
            "PROCEDURE": ("vn_proc", call.context.procedure_code),
            "DOSSIER": ("vn_dossier", call.context.dossier_code),
        }
        for cause, (name, code) in stated.items():
            if code and claims.get(name, code) != code:
                raise refused(cause, "the assertion was made for another procedure or dossier")
        return claims

    def subject(self, uow: UnitOfWork, shown: Shown, claims: Mapping[str, Any]) -> str:
        """Return whom it is about.

        Raises:
            DomainError: ASSERTION_INVALID if it is somebody else, also for a number that nobody bears;
                IDENTIFIER_MALFORMED, VIRTUAL_NUMBER_*.
        """
        subject_id: str | None = shown.subject_id
        if shown.citizen_number:
            subject_id = self._bearer(uow, shown.citizen_number, datetime.fromtimestamp(claims["iat"], UTC))
        if subject_id is None or self.disclosure.pseudonyms.pairwise(subject_id, claims["aud"]) != claims["sub"]:
            raise refused("SUBJECT", "the assertion is about somebody else")
        return subject_id

    def asking(self, view: UnitOfWork, call: Call, claims: Mapping[str, Any], subject_id: str) -> Asking:
        """Return what a disclosure by it is decided by: procedure, version and assurance as they were, the rest as now.

        Raises:
            DomainError: ASSERTION_INVALID for another consent than the assertion names; PROCEDURE_NOT_FOUND.
        """
        within = replace(call, context=replace(call.context, consent_ref=consent_ref_of(call, claims)))
        procedure = self.disclosure.catalogue.procedure(claims["vn_proc"], claims.get("vn_proc_version"))
        return replace(self.disclosure.asking(view, within, subject_id, procedure), acr=claims["acr"])

    def _bearer(self, uow: UnitOfWork, citizen_number: str, matched: datetime) -> str | None:
        try:
            return subject_of(uow, citizen_number, self.disclosure.clock.now(), matched)
        except DomainError as error:
            if error.reason is Reason.SUBJECT_NOT_FOUND:
                return None  # whom nobody knows the assertion is not about
            raise


def events_since(uow: UnitOfWork, claims: Mapping[str, Any], subject_id: str) -> Iterator[AuditEvent]:
    """Yield what the trail says of a citizen since an assertion was issued."""
    after = uow.audit.last_before(datetime.fromtimestamp(claims["iat"], UTC))
    while events := uow.audit.page(after, _EVENTS, subject_id):
        yield from events
        after = events[-1].sequence


def consent_ref_of(call: Call, claims: Mapping[str, Any]) -> str:
    """Return what names the consent: the assertion's, or where it names none, the call's.

    Raises:
        DomainError: ASSERTION_INVALID: another one would take what rests on it out of the reach of whoever withdraws
            the first.
    """
    vouched: str = claims.get("consent_ref", "")
    if vouched and call.context.consent_ref not in {"", vouched}:
        raise refused("CONSENT", "the assertion rests on another consent")
    return vouched or call.context.consent_ref
