"""What is kept of what goes on at a counter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from idverify.domain.model import (
    Confirmation,
    Consent,
    DisclosureCount,
    Dossier,
    Presence,
    PresenceCount,
    SignIn,
    Slip,
    SlipState,
    Transaction,
)


class Transactions(Protocol):
    """Counter transactions: sealed, under the citizen's key as soon as it is known whom one is about."""

    def get(self, transaction_id: str) -> Transaction | None:
        """Return one; in a transaction of the database that writes, held until its end."""

    def put(self, transaction: Transaction) -> None:
        """Store how one stands now."""

    def open_of(self, client: str, now: datetime) -> int:
        """Return how many of a client are open and have time left."""

    def open_at(self, now: datetime) -> list[Transaction]:
        """Return all that are open and have time left, whoever began them, by when that ends."""

    def overdue(self, now: datetime, limit: int) -> list[Transaction]:
        """Return those, at most ``limit``, that are open and whose time is over."""

    def any_before(self, before: datetime) -> bool:
        """Tell whether there are some that ended, and expired before then."""

    def forget(self, before: datetime) -> None:
        """Forget those that ended, and expired before then."""


class SignIns(Protocol):
    """Sign-ins that portals ask for: sealed, found by keyed digests."""

    def get(self, sign_in_id: str) -> SignIn | None:
        """Return one by the name that counters know; in a transaction that writes, held until its end."""

    def asked_by(self, request_digest: bytes) -> SignIn | None:
        """Return one by the name that its portal knows; in a transaction that writes, held until its end."""

    def of_number(self, number_digest: bytes, now: datetime) -> Sequence[SignIn]:
        """Return those that a portal asked for by a number and that have time left, oldest first."""

    def open_of(self, client: str, now: datetime) -> int:
        """Return how many of a portal have time left."""

    def any_before(self, before: datetime) -> bool:
        """Tell whether some expired before then."""

    def put(self, sign_in: SignIn) -> None:
        """Store how one stands now."""

    def remove(self, sign_in_id: str) -> None:
        """Forget one."""

    def forget(self, before: datetime) -> None:
        """Forget those that expired before then."""


class Dossiers(Protocol):
    """By which version of its procedure a dossier began. Sealed to its place: it is never another dossier's."""

    def version(self, dossier: Dossier) -> int | None:
        """Return the version that a dossier began with."""

    def note(self, dossier: Dossier, version: int, day: date) -> None:
        """Note that one was named on a day, and the version, if it is the first time."""

    def forget(self, before: date) -> None:
        """Forget those that were named last before a day."""


class Disclosures(Protocol):
    """How often what was disclosed: numbers only."""

    def between(self, first_month: str, last_month: str) -> list[DisclosureCount]:
        """Return the counts of some months, in order."""

    def count(self, what: DisclosureCount) -> None:
        """Add to the count of a month, procedure, agency and record type."""


class Presences(Protocol):
    """That citizens stood before two officers, sealed under the citizens' keys; and how often, numbers only."""

    def add(self, presence: Presence) -> None:
        """Keep a new one."""

    def of(self, subject_id: str) -> list[Presence]:
        """Return those of a citizen, oldest first."""

    def count(self, what: PresenceCount) -> None:
        """Add to the count of a day; its period is one."""

    def between(self, first_month: str, last_month: str) -> list[PresenceCount]:
        """Return the counts of some months, in order; their periods are months."""

    def of_officer(self, day: str, agency_code: str, officer_id: str) -> int:
        """Return for how many citizens an officer of an agency vouched on a day, as the first or the second."""


class Slips(Protocol):
    """Numbered paper slips. Sealed at rest: who has the database alone makes none up."""

    def count(self) -> int:
        """Return how many were ever issued."""

    def get(self, number: str) -> Slip | None:
        """Return the slip of a whole number; None also if only its serial is right."""

    def of_serial(self, serial: str) -> Slip | None:
        """Return the slip of a serial."""

    def page(self, after: int, limit: int, agency_code: str, state: SlipState | None) -> list[tuple[int, Slip]]:
        """Return slips in order, each with its serial as a number; of an agency, or all; in a state, or in any."""

    def add(self, slip: Slip) -> None:
        """Keep a new one."""

    def put(self, slip: Slip) -> None:
        """Replace the version before. Raises DomainError VERSION_MISMATCH if that is not the one stored."""


class Consents(Protocol):
    """What citizens agreed to, sealed under their keys."""

    def add(self, consent: Consent) -> None:
        """Keep a new one."""

    def get(self, consent_id: str) -> Consent | None:
        """Return one."""

    def of(self, subject_id: str) -> list[Consent]:
        """Return those of a citizen, oldest first."""

    def withdraw(self, consent_id: str, when: datetime) -> None:
        """Note that one was taken back."""


class Confirmations(Protocol):
    """Confirmations that were issued: none is ever forgotten, so that no bit of a status list changes its meaning."""

    def add(self, confirmation: Confirmation) -> int:
        """Keep a new one; return the how manieth it is, from 1."""

    def get(self, confirmation_id: str) -> Confirmation | None:
        """Return one."""

    def revoke(
        self, *, confirmation_id: str = "", subject_id: str = "", consent_ref: str = "", client: str | None = None
    ) -> list[Confirmation]:
        """Revoke those that hold and are meant by all that is given; return them.

        Args:
            confirmation_id: one.
            subject_id: all of a citizen.
            consent_ref: all that rest on a consent.
            client: only those that this client had issued.
        """

    def revoked(self, first: int, last: int) -> list[int]:
        """Return which of those issued ``first``-th to ``last``-th are revoked."""
