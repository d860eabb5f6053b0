"""What a dossier keeps of an assertion, which lives five minutes: the same statement, while the dossier is open."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from idverify.domain.assertions.disclosable import Disclosable
from idverify.domain.assertions.status_list import place_of, uri_of
from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import Record

CONFIRMATION_VCT = "urn:idverify:vct:confirmation"
"""``vct`` of a confirmation; stable."""

LONGEST = timedelta(days=90)
"""From ``iat`` to ``exp``: longer no dossier is open, and after that a new assertion is asked for."""

_TAKEN_OVER = (
    "aud",
    "sub",
    "auth_time",
    "amr",
    "acr",
    "exception",
    "card",
    "txn",
    "nonce",
    "request_sha256",
    "vn_proc",
    "vn_agency",
    "missing",
)
"""Claims of the assertion that stand open in the confirmation too."""


@dataclass(frozen=True, slots=True)
class Issue:
    """What a confirmation has besides what the assertion said.

    Attributes:
        confirmation_id: unique.
        ordinal: the how manieth it is, from 1.
        dossier_code: what it is for.
        consent_ref: what names the consent it rests on; empty: none.
        issued: now, aware.
        expires: when it ends by itself.
    """

    confirmation_id: str
    ordinal: int
    dossier_code: str
    consent_ref: str
    issued: datetime
    expires: datetime


def confirmation_claims(assertion: Mapping[str, Any], issue: Issue, records: Iterable[Record]) -> dict[str, Any]:
    """Return the claims of a confirmation, some of them disclosable.

    Args:
        assertion: claims of the live assertion that it rests on.
        issue: what is new.
        records: those whose attributes it shall have; vouched for by the assertion.
    """
    issuer = assertion["iss"]
    number, bit = place_of(issue.ordinal)
    attributes = {record.record_type: _each(record) for record in records}
    return {
        "iss": issuer,
        "vct": CONFIRMATION_VCT,
        "jti": issue.confirmation_id,
        "iat": int(issue.issued.timestamp()),
        "nbf": int(issue.issued.timestamp()),
        "exp": int(issue.expires.timestamp()),
        "status": {"status_list": {"idx": bit, "uri": uri_of(issuer, number)}},
        "assertion": assertion["jti"],
        "vn_dossier": issue.dossier_code,
        **({"consent_ref": issue.consent_ref} if issue.consent_ref else {}),
        **{name: assertion[name] for name in _TAKEN_OVER if name in assertion},
        **({"bio": Disclosable(assertion["bio"])} if "bio" in assertion else {}),
        "records": [Disclosable(entry) for entry in assertion["records"]],
        **({"attributes": attributes} if attributes else {}),
    }


def require_vouched(assertion: Mapping[str, Any], records: Collection[Record]) -> None:
    """Check that records are those that were disclosed with the assertion, byte for byte.

    Raises:
        DomainError: ASSERTION_INVALID.
    """
    known = {(entry["type"], entry["agency"], entry["version"], entry["sha256"]) for entry in assertion["records"]}
    given = [(r.record_type, r.owning_agency, r.version, r.sha256) for r in records]
    if len({record_type for record_type, *_ in given}) < len(given) or not known.issuperset(given):
        raise refused(
            "RECORD", "the assertion does not vouch for a record: give back those that came with it, unchanged"
        )


def refused(cause: str, message: str) -> DomainError:
    """Return the refusal of an assertion; ``cause`` is stable."""
    return DomainError(Reason.ASSERTION_INVALID, message, {"cause": cause})


def _each(record: Record) -> Disclosable:
    content: dict[str, Any] = json.loads(record.json)
    return Disclosable({name: Disclosable(value) for name, value in content.items()})
