"""What a dossier keeps: confirmations, issued from a live assertion, and revoked when their ground is gone."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from idverify.domain.assertions.confirmation import LONGEST, Issue, confirmation_claims, refused, require_vouched
from idverify.domain.assertions.status_list import SIZE, status_list_claims
from idverify.domain.citizens.states import require_active
from idverify.domain.consent import require_covers, require_holds
from idverify.domain.disclosing.content import content_of
from idverify.domain.disclosing.decision import Asking, decide_field
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Confirmation, Record, Role, Verdict
from idverify.ports import Catalogue, Clock, Printer, Signer, Store, UnitOfWork
from idverify.services.attempts.bearer import known_bearer
from idverify.services.attempts.guard import AttemptGuard
from idverify.services.calls.auditing import Details, entry
from idverify.services.calls.call import Call
from idverify.services.calls.once import answer_once, remember
from idverify.services.calls.refusing import Concern, refusals_audited
from idverify.services.citizens import entries_of
from idverify.services.counter.live import LiveAssertions, Shown, consent_ref_of, events_since

MOST_LISTS = 1 << 20
"""Numbers of status lists that are looked at: more than there will ever be."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be confirmed.

    Attributes:
        shown: an assertion, alive, and of whom it is.
        records: as disclosed with the assertion; their attributes come into the confirmation.
        days: how long it lives; None: as long as one may.
    """

    shown: Shown
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
    live: LiveAssertions
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
            claims = self.live.claims(call, wanted.shown)
            require_vouched(claims, wanted.records)
            with self.store.transaction(alone=True) as uow:
                subject_id = about.subject_id = self.live.subject(uow, wanted.shown, claims)
                require_active(uow.changes.state_of(subject_id))
                _require_unused(uow, call, claims, subject_id)
                consent_ref = _consent(uow, call, claims, subject_id)
                _require_policy(self.live.asking(uow, call, claims, subject_id), wanted.records)
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
                entries: tuple[str, ...] = ("",)
                if meant.citizen_number:
                    bearer = known_bearer(self.attempts, uow, call, about, meant.citizen_number)
                    entries = entries_of(uow, bearer)
                if meant.confirmation_id:
                    known = uow.confirmations.get(meant.confirmation_id)
                    if known is None or client not in {None, known.client}:
                        raise DomainError(Reason.CONFIRMATION_NOT_FOUND, "no such confirmation, or another client's")
                    about.subject_id = known.subject_id
                    entries = (known.subject_id,)
                revoked = [
                    each
                    for entered in entries
                    for each in uow.confirmations.revoke(
                        confirmation_id=meant.confirmation_id,
                        subject_id=entered,
                        consent_ref=meant.consent_ref,
                        client=client,
                    )
                ]
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
            pdf = self.printer.printed(sd_jwt, self.status_list, self._label, self._title)
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

    def _title(self, code: str) -> str:
        """Return what a procedure is called; empty where the catalogue has it no more."""
        try:
            return self.catalogue.procedure(code).title
        except DomainError:  # as above
            return ""

    def status_list(self, number: int) -> str:
        """Return a status list as it is now, signed. Raises DomainError FIELD_INVALID."""
        if number >= MOST_LISTS:
            raise DomainError(Reason.FIELD_INVALID, "there is no such list", {"field": "number"})
        first = number * SIZE
        with self.store.reading() as view:
            bits = [ordinal - first for ordinal in view.confirmations.revoked(first, first + SIZE - 1)]
        return self.signer.sign_status_list(status_list_claims(self.signer.issuer, number, bits, self.clock.now()))


def _require_unused(uow: UnitOfWork, call: Call, claims: Mapping[str, Any], subject_id: str) -> None:
    """Refuse an assertion that was confirmed for another dossier; the trail says for which."""
    for event in events_since(uow, claims, subject_id):
        used = event.entry.outcome == "CONFIRMED" and event.entry.details.get("assertion") == claims["jti"]
        if used and event.entry.context.dossier_code != call.context.dossier_code:
            raise refused("DOSSIER", "the assertion was confirmed for another dossier; verify the citizen for this")


def _consent(uow: UnitOfWork, call: Call, claims: Mapping[str, Any], subject_id: str) -> str:
    """Return what names the consent that a confirmation rests on; one that is kept elsewhere is not known here."""
    consent_ref = consent_ref_of(call, claims)
    consent = uow.consents.get(consent_ref) if consent_ref else None
    if "consent_ref" in claims:
        if consent is not None:
            require_holds(consent)
    else:
        require_covers(consent, entries_of(uow, subject_id), call.caller.name, claims.get("vn_proc", ""))
    return consent_ref


def _require_policy(asking: Asking, records: Sequence[Record]) -> None:
    """Refuse attributes that would be disclosed no longer: what the client is given may have changed meanwhile."""
    for record in records:
        names = content_of(record)
        if any(decide_field(asking, record.record_type, name) is not Verdict.DISCLOSED for name in names):
            raise refused("RECORD", "the client is not given a record any more; leave it out")


def _life(days: int | None) -> timedelta:
    if days is None:
        return LONGEST
    if not 1 <= days <= LONGEST.days:
        raise DomainError(Reason.FIELD_INVALID, f"days must be 1 to {LONGEST.days}", {"field": "days"})
    return timedelta(days=days)
