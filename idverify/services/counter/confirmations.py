"""What a dossier keeps: confirmations, issued from a live assertion, and revoked when their ground is gone."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from idverify.domain.assertions.confirmation import LONGEST, Issue, confirmation_claims, refused, require_vouched
from idverify.domain.assertions.status_list import SIZE, status_list_claims
from idverify.domain.citizens.states import require_active
from idverify.domain.consent import require_covers, require_holds
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Confirmation, Record, Role
from idverify.ports import Catalogue, Clock, Printer, Pseudonyms, Signer, Store, UnitOfWork
from idverify.services.attempts.bearer import known_bearer
from idverify.services.attempts.guard import AttemptGuard
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.refusing import Concern, refusals_audited
from idverify.services.citizens import subject_of

MOST_LISTS = 1 << 20
"""Numbers of status lists that are looked at: more than there will ever be."""

_EVENTS = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be confirmed.

    Attributes:
        assertion: JWT, alive.
        citizen_number: of whom it is; empty: ``subject_id`` says it.
        subject_id: likewise.
        records: as disclosed with the assertion; their attributes come into the confirmation.
        days: how long it lives; None: as long as one may.
    """

    assertion: str
    citizen_number: str
    subject_id: str
    records: tuple[Record, ...]
    days: int | None


@dataclass(frozen=True, slots=True)
class Issued:
    """A confirmation, once told: an SD-JWT with every disclosure."""

    confirmation_id: str
    sd_jwt: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Meant:
    """Which confirmations to revoke; one of them is not empty."""

    confirmation_id: str = ""
    citizen_number: str = ""
    consent_ref: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmationService:
    """Issues, revokes, and lists what is revoked."""

    store: Store
    signer: Signer
    pseudonyms: Pseudonyms
    attempts: AttemptGuard
    catalogue: Catalogue
    printer: Printer
    clock: Clock

    def issue(self, call: Call, wanted: Wanted, encode: Callable[[Issued], bytes]) -> bytes:
        """Confirm for the dossier in the context what a live assertion says.

        Raises:
            DomainError: FIELD_INVALID, ASSERTION_INVALID, also for a number that nobody bears, CONSENT_WITHDRAWN,
                CONSENT_INVALID, AUTH_LOCKED_BY_SUBJECT, SUBJECT_DEACTIVATED, SUBJECT_DECEASED, IDENTIFIER_MALFORMED,
                REQUEST_REPLAYED.
        """
        life = _life(wanted.days)

        def work(about: Concern) -> bytes:
            now = self.clock.now().replace(microsecond=0)
            claims = self._live(call, wanted, now)
            with self.store.transaction() as uow:
                subject_id = about.subject_id = self._subject(uow, wanted, claims)
                require_active(uow.changes.state_of(subject_id))
                _require_unused(uow, call, claims, subject_id)
                consent_ref = _consent(uow, call, claims, subject_id)
                kept = Confirmation(str(uuid.uuid4()), subject_id, call.caller.name, consent_ref, now + life)
                ordinal = uow.confirmations.add(kept)
                issue = Issue(
                    kept.confirmation_id, ordinal, call.context.dossier_code, kept.consent_ref, now, kept.expires
                )
                token = self.signer.sign_sd_jwt(confirmation_claims(claims, issue, wanted.records))
                body = encode(Issued(kept.confirmation_id, token, kept.expires))
                details: Details = {"confirmation": kept.confirmation_id, "assertion": claims["jti"], "days": life.days}
                uow.audit.append(entry(self.clock, call, "CONFIRMED", subject_id, details))
                remember(uow, call, body, subject_id)
            return body

        return answer_once(self.store, self.clock, call, work)

    def revoke(self, call: Call, meant: Meant, encode: Callable[[Sequence[Confirmation]], bytes]) -> bytes:
        """Revoke; from the next status list on they do not hold. Again changes nothing.

        A client revokes what it had issued itself, an administrator what any client had.

        Raises:
            DomainError: CONFIRMATION_NOT_FOUND, IDENTIFIER_MALFORMED, SUBJECT_NOT_FOUND, ATTEMPTS_*, REQUEST_REPLAYED.
        """
        client = None if Role.ADMIN in call.caller.roles else call.caller.name

        def work(about: Concern) -> bytes:
            with self.store.transaction() as uow:
                if meant.citizen_number:
                    known_bearer(self.attempts, uow, call, about, meant.citizen_number)
                if meant.confirmation_id:
                    known = uow.confirmations.get(meant.confirmation_id)
                    if known is None or client not in {None, known.client}:
                        raise DomainError(Reason.CONFIRMATION_NOT_FOUND, "no such confirmation, or another client's")
                    about.subject_id = known.subject_id
                revoked = uow.confirmations.revoke(
                    confirmation_id=meant.confirmation_id,
                    subject_id=about.subject_id,
                    consent_ref=meant.consent_ref,
                    client=client,
                )
                for each in revoked:
                    details: Details = {"confirmation": each.confirmation_id}
                    uow.audit.append(entry(self.clock, call, "REVOKED", each.subject_id, details))
                body = encode(revoked)
                remember(uow, call, body, None)
            return body

        return answer_once(self.store, self.clock, call, work)

    def print(self, call: Call, sd_jwt: str) -> bytes:
        """Return a confirmation as a signed PDF, with what it shows; that it was printed is audited.

        Raises:
            DomainError: ASSERTION_INVALID, PRINTING_UNAVAILABLE.
        """
        with refusals_audited(self.store, self.clock, call):
            pdf = self.printer.printed(sd_jwt, self.status_list, self._label)
            with self.store.transaction() as uow:
                details: Details = {"sha256": hashlib.sha256(pdf).hexdigest()}
                uow.audit.append(entry(self.clock, call, "PRINTED", details=details))
        return pdf

    def _label(self, record_type: str, field: str) -> str:
        """Return the catalogue's words for a type of record, or for a field of it; the code where it has none."""
        try:
            kind = self.catalogue.record_type(record_type)
        except DomainError:  # it was taken out of the catalogue since
            return field or record_type
        properties = json.loads(kind.json_schema).get("properties", {})
        words = str(properties.get(field, {}).get("description", field)) if field else kind.title
        # What comes after a colon explains the values.
        return words.partition(":")[0]

    def status_list(self, number: int) -> str:
        """Return a status list as it is now, signed. Raises DomainError FIELD_INVALID."""
        if number >= MOST_LISTS:
            raise DomainError(Reason.FIELD_INVALID, "there is no such list", {"field": "number"})
        first = number * SIZE
        with self.store.reading() as view:
            bits = [ordinal - first for ordinal in view.confirmations.revoked(first, first + SIZE - 1)]
        return self.signer.sign_status_list(status_list_claims(self.signer.issuer, number, bits, self.clock.now()))

    def _live(self, call: Call, wanted: Wanted, now: datetime) -> Mapping[str, Any]:
        """Return the claims of the assertion, which is ours, for this caller, and valid."""
        claims = self.signer.own(wanted.assertion)
        if claims is None:
            raise refused("NOT_OURS", "the assertion is none that this service signed, or was changed")
        if claims["aud"] != (call.context.agency_code or call.caller.name):
            raise refused("AUDIENCE", "the assertion is for another agency or client")
        if claims["exp"] <= now.timestamp():
            raise refused("EXPIRED", "the assertion is no longer valid; verify the citizen again")
        for name, code in {"vn_proc": call.context.procedure_code, "vn_dossier": call.context.dossier_code}.items():
            if claims.get(name, code) != (code or claims.get(name)):
                cause = {"vn_proc": "PROCEDURE", "vn_dossier": "DOSSIER"}[name]
                raise refused(cause, "the assertion was made for another procedure or dossier")
        require_vouched(claims, wanted.records)
        return claims

    def _subject(self, uow: UnitOfWork, wanted: Wanted, claims: Mapping[str, Any]) -> str:
        subject_id: str | None = wanted.subject_id
        if wanted.citizen_number:
            subject_id = self._bearer(uow, wanted.citizen_number)
        if subject_id is None or self.pseudonyms.pairwise(subject_id, claims["aud"]) != claims["sub"]:
            raise refused("SUBJECT", "the assertion is about somebody else")
        return subject_id

    def _bearer(self, uow: UnitOfWork, citizen_number: str) -> str | None:
        try:
            return subject_of(uow, citizen_number, self.clock.now())
        except DomainError as error:
            if error.reason is Reason.SUBJECT_NOT_FOUND:
                return None  # whom nobody knows the assertion is not about
            raise


def _require_unused(uow: UnitOfWork, call: Call, claims: Mapping[str, Any], subject_id: str) -> None:
    """Refuse an assertion that was confirmed for another dossier; the trail says for which."""
    after = uow.audit.last_before(datetime.fromtimestamp(claims["iat"], UTC))
    while events := uow.audit.page(after, _EVENTS, subject_id):
        for event in events:
            used = event.entry.outcome == "CONFIRMED" and event.entry.details.get("assertion") == claims["jti"]
            if used and event.entry.context.dossier_code != call.context.dossier_code:
                raise refused("DOSSIER", "the assertion was confirmed for another dossier; verify the citizen for this")
        after = events[-1].sequence


def _consent(uow: UnitOfWork, call: Call, claims: Mapping[str, Any], subject_id: str) -> str:
    """Return what names the consent that a confirmation rests on: the assertion's, or where it names none, the call's.

    Another one would take the confirmation out of the reach of whoever withdraws the first. One that is kept elsewhere
    is not known here.
    """
    vouched: str = claims.get("consent_ref", "")
    stated = call.context.consent_ref
    if vouched and stated not in {"", vouched}:
        raise refused("CONSENT", "the assertion rests on another consent")
    consent_ref = vouched or stated
    consent = uow.consents.get(consent_ref) if consent_ref else None
    if vouched:
        if consent is not None:
            require_holds(consent)
    else:
        require_covers(consent, subject_id, call.caller.name, claims.get("vn_proc", ""))
    return consent_ref


def _life(days: int | None) -> timedelta:
    if days is None:
        return LONGEST
    if not 1 <= days <= LONGEST.days:
        raise DomainError(Reason.FIELD_INVALID, f"days must be 1 to {LONGEST.days}", {"field": "days"})
    return timedelta(days=days)
