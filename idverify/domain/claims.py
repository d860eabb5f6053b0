"""What an assertion says: the claims of a JWT (RFC 7519), described one by one in ``docs/assertion.md``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from idverify.domain.assurance import NO_BIOMETRIC, Factor, acr_of, amr_of
from idverify.domain.model import (
    AttestedCapture,
    CardShown,
    Likeness,
    OperatingPoint,
    Record,
    RecordSource,
    RequestContext,
    Vouched,
)
from idverify.domain.policy import claimable

LIFETIME = timedelta(seconds=300)
"""From ``iat`` to ``exp``. An assertion is used at once; later it is evidence, and evidence needs no validity."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What a match rests on.

    Attributes:
        likeness: of all fingers together.
        operating_point: what it was decided with.
        quality: of the poorest sample.
        fingers: names of the fingers shown.
        factors: what was shown and checked.
        attested: captures that devices vouch for, with what they say of presentation attacks.
        card: the chip card that was read; None: none was.
    """

    likeness: Likeness
    operating_point: OperatingPoint
    quality: int
    fingers: tuple[str, ...]
    factors: frozenset[Factor]
    attested: tuple[AttestedCapture, ...] = ()
    card: CardShown | None = None


@dataclass(frozen=True, slots=True)
class ClaimsInput:
    """What the claims are made from.

    Attributes:
        issuer: who signs.
        audience: for whom: the agency, or the caller if none is named.
        subject: pairwise pseudonym of the citizen for that audience.
        assertion_id: unique.
        now: time of the decision, aware.
        context: the request's; ``transaction_id`` is set.
        request_sha256: digest of the whole request.
        ground: what it rests on: a match, or two officers who vouch.
        records: as disclosed.
        missing: types of the records that the procedure needs and nobody has.
        procedure_version: of the procedure; 0: not stated.
    """

    issuer: str
    audience: str
    subject: str
    assertion_id: str
    now: datetime
    context: RequestContext
    request_sha256: str
    ground: Compared | Vouched
    records: tuple[Record, ...]
    missing: tuple[str, ...]
    procedure_version: int = 0


@dataclass(frozen=True, slots=True)
class AssertionClaims:
    """Claims of one assertion, and when it expires."""

    values: dict[str, Any]
    expires: datetime

    def as_dict(self) -> dict[str, Any]:
        """Return the claims set, fit for JSON."""
        return dict(self.values)


def assertion_claims(given: ClaimsInput) -> AssertionClaims:
    """Return the claims of an assertion. What the request left empty is left out."""
    issued = given.now.astimezone(UTC).replace(microsecond=0)
    expires = issued + LIFETIME
    at = int(issued.timestamp())
    context = {
        "txn": given.context.transaction_id,
        "nonce": given.context.nonce,
        "consent_ref": given.context.consent_ref,
        "request_sha256": given.request_sha256,
        "vn_proc": given.context.procedure_code,
        "vn_proc_version": given.procedure_version,
        "vn_dossier": given.context.dossier_code,
        "vn_agency": given.context.agency_code,
    }
    values = {
        "iss": given.issuer,
        "aud": given.audience,
        "sub": given.subject,
        "jti": given.assertion_id,
        "iat": at,
        "nbf": at,
        "exp": int(expires.timestamp()),
        "auth_time": at,
        **{name: value for name, value in context.items() if value},
        **_grounds(given.ground),
        "records": [_digest(record) for record in given.records],
        "missing": list(given.missing),
    }
    return AssertionClaims(values, expires)


def _grounds(ground: Compared | Vouched) -> dict[str, Any]:
    if isinstance(ground, Vouched):
        said = {
            "reason": ground.reason.value,
            "officers": list(ground.officers),
            "documents": [kind.value for kind in ground.documents],
            # Nothing is said of officers whom nobody but their clients knows: the claim is what it has always been.
            **({"officers_proof": "SIGNED_IN"} if ground.signed_in else {}),
        }
        return {"amr": [], "acr": NO_BIOMETRIC, "exception": said}
    card = {} if ground.card is None else {"card": _card(ground.card)}
    return {"amr": amr_of(ground.factors), "acr": acr_of(ground.factors), **card, "bio": _biometric(ground)}


def _card(card: CardShown) -> dict[str, Any]:
    """Nothing that tells the card from others: what one audience is told must not be linkable to another's."""
    device = {"device": card.device_id} if card.device_id else {}
    # A check that was not performed is not a pass.
    return {"issuer": card.issuer, "clone_check": "not_performed", **device}


def _biometric(given: Compared) -> dict[str, Any]:
    point = given.operating_point
    return {
        "fmr_target": point.target_fmr,
        "fmr_at_score": claimable(given.likeness, len(given.fingers)).fmr,
        "fmr_extrapolated_below": point.fmr_extrapolated_below,
        "quality": given.quality,
        "cal": point.calibration,
        "cmp": point.comparator,
        "fingers": list(given.fingers),
        # A check that was not performed is not a pass: whoever relies on this must know.
        "pad": "not_performed",
        **({"captures": [_capture(attested) for attested in given.attested]} if given.attested else {}),
    }


def _capture(attested: AttestedCapture) -> dict[str, Any]:
    """What a device says is marked as said by it: the service has checked no more than its signature."""
    said = attested.pad
    pad = {} if said is None else {"pad_said_by_device": said.decision.value, "pad_method": said.method}
    return {"device": attested.device_id, **pad}


def _digest(record: Record) -> dict[str, Any]:
    return {
        "type": record.record_type,
        "agency": record.owning_agency,
        "version": record.version,
        "sha256": record.sha256,
        # A register's record is what the claim has always meant.
        **({} if record.source is RecordSource.REGISTER else {"source": record.source.value}),
    }
