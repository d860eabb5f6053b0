"""Who calls, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from idverify.domain.model.prints import SampleKind
from idverify.domain.reasons import Reason

ALL = "*"
"""Stands for every procedure, or every record type, those of later catalogues too."""


class Role(Enum):
    """What a caller is to the service."""

    COUNTER = "counter"
    ENROLLER = "enroller"
    ADMIN = "admin"
    AUDITOR = "auditor"
    TESTER = "tester"
    PORTAL = "portal"
    ABIS = "abis"


class OfficerRole(Enum):
    """What an officer who signed in may have a page do."""

    CLERK = "clerk"
    SUPERVISOR = "supervisor"
    SECURITY_OFFICER = "security_officer"


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A procedure that a client may name, or all; and the record types that it is given for it, or all."""

    procedure: str
    record_types: frozenset[str]


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a call shows of who makes it, as its door has it. Of the token nothing is checked yet.

    Attributes:
        certificate: the client certificate that TLS has checked, PEM; None: none.
        token: the access token (RFC 6750); None: none.
        session: what a page shows; None: nothing.
        by_http: it came by the door that pages use too.
    """

    certificate: bytes | None = None
    token: str | None = field(default=None, repr=False)
    session: ShownSession | None = None
    by_http: bool = False


@dataclass(frozen=True, slots=True)
class ShownSession:
    """What a page shows of the session that it is in.

    Attributes:
        session_id: from the cookie.
        protected: the cookie is one that no other host, and nothing without TLS, can have set.
        csrf: the token that only pages of this origin can read; empty: none.
        origin: where the page says it is from; empty: it does not say.
        changes: the call is one that a page elsewhere could have a browser make.
        witness: ticket of a second officer, whose call this is; empty: it is that of whoever signed in.
    """

    session_id: str = field(repr=False)
    protected: bool
    csrf: str = field(repr=False)
    origin: str
    changes: bool
    witness: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer who signed in.

    Attributes:
        officer_id: as the agency names them.
        roles: what they may have a page do.
        agency_code: of their agency; empty: not stated.
        ticket: from what a request decides on, and its digest, to whether this officer may have it made; None: they are
            not bound to one.
    """

    officer_id: str
    roles: frozenset[OfficerRole]
    agency_code: str = ""
    ticket: Callable[[str, bytes], bool] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Presented:
    """What a client showed of itself: its certificate, PEM, and the SHA-256 of the public key in it.

    One key may have several certificates: whoever holds the private one is the same. No certificate: it showed an
    access token, which it was given for an assertion signed with that key.
    """

    certificate: bytes
    key_sha256: str


@dataclass(frozen=True, slots=True)
class Caller:
    """A client system, known by its certificate or its key, and what it may do.

    Attributes:
        name: as registered; goes to the audit trail and is the audience of assertions.
        roles: what it may call.
        agency_code: if set, the only agency it may act for.
        sample_kinds: what it may send. Minutiae are easily made up and moved about, pixel by pixel; an image has to be
            drawn first.
        entitlements: the procedures that it may name; none that is not listed.
        record_types: what it may put and get whole, by a role that may.
        calls_per_minute: most calls; None: no limit of its own.
        reads_per_day: most people whose data it may read in bulk; None: the service's limit.
        barred: why it may do nothing at all; None: it may do what its roles allow.
        presented: by what it is known in this call; None: of a client that is registered, or calls without TLS.
        officer: who is known to sit before the page that calls; None: whoever the context claims.
    """

    name: str
    roles: frozenset[Role]
    agency_code: str | None = None
    sample_kinds: frozenset[SampleKind] = frozenset({SampleKind.IMAGE})
    entitlements: tuple[Entitlement, ...] = ()
    record_types: frozenset[str] = frozenset()
    calls_per_minute: int | None = None
    reads_per_day: int | None = None
    barred: Reason | None = None
    presented: Presented | None = field(default=None, repr=False)
    officer: Officer | None = None

    @property
    def limited_as(self) -> str:
        """For whom tries, readings and calls are counted: a client, or an officer who signed in to its pages.

        No name of a client has a space. An officer who uses up what one may have leaves the others theirs.
        """
        return self.name if self.officer is None else f"{self.name} {self.officer.officer_id}"

    def may_use(self, procedure: str) -> bool:
        """Tell whether it may name a procedure."""
        return self._given_for(procedure) is not None

    def is_given(self, procedure: str, record_type: str) -> bool:
        """Tell whether it is given records of a type for a procedure."""
        given = self._given_for(procedure)
        return given is not None and not given.isdisjoint({record_type, ALL})

    def may_keep(self, record_type: str) -> bool:
        """Tell whether it may put and get records of a type."""
        return not self.record_types.isdisjoint({record_type, ALL})

    def sees(self, agency_code: str) -> bool:
        """Tell whether what is an agency's is there for it: to an officer who signed in, only what is their own's."""
        return self.officer is None or self.officer.agency_code in {"", agency_code}

    def _given_for(self, procedure: str) -> frozenset[str] | None:
        """Return the record types for a procedure; what is said of it alone wins over what is said of all."""
        said = {entitlement.procedure: entitlement.record_types for entitlement in self.entitlements}
        return said.get(procedure, said.get(ALL))


EVERY_PROCEDURE = (Entitlement(ALL, frozenset({ALL})),)
EVERY_RECORD_TYPE = frozenset({ALL})


@dataclass(frozen=True, slots=True)
class RequestContext:
    """Who calls, for whom and why; see ``RequestContext`` in ``types.proto``. Empty string: not given."""

    request_id: str = ""
    transaction_id: str = ""
    procedure_code: str = ""
    dossier_code: str = ""
    agency_code: str = ""
    officer_id: str = ""
    counter_id: str = ""
    purpose: str = ""
    nonce: str = ""
    consent_ref: str = ""
