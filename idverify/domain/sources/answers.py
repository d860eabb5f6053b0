"""Whether the answer of an owner is what it was asked for. A check that is not passed gives no record.

An answer is a JWT (RFC 7519) of the type ``idverify-record+jwt`` with these claims: ``iss``, the name of the source;
``iat``; ``sub``, the citizen number; ``query_id``; ``record_type``; ``owning_agency``; ``version``, never going back;
``as_of``, seconds since 1970, when the register was known to say this; ``keep_seconds``, how long the service may keep
it; ``record``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from idverify.domain.model import Provenance, Record, RecordSource
from idverify.domain.model.owners import Fault, OwnedRecord, RecordQuery, SignedAnswer, SourceError, SourceRules

ANSWER_TYPE = "idverify-record+jwt"
"""Header ``typ`` (RFC 8725, 3.11)."""

_SKEW = 60.0
"""Seconds that two clocks may differ."""
_LONGEST_KEPT = 30 * 86_400
"""Seconds; whatever an owner allows."""
_LONGEST_AGENCY = 300
_DEEPEST = 64
"""Objects and lists in each other, in a record: what is read at one place is read at all."""
_ENDS: Mapping[str, tuple[int, int]] = {
    "iat": (0, 1 << 33),
    "version": (1, 1 << 63),
    "as_of": (0, 1 << 33),
    "keep_seconds": (0, 1 << 63),
}
"""First, and the first that is too large: times until the year 2242, and what protocol and database can hold."""
_TYPES: Mapping[str, type] = {
    "iss": str,
    "iat": int,
    "sub": str,
    "query_id": str,
    "record_type": str,
    "owning_agency": str,
    "version": int,
    "as_of": int,
    "keep_seconds": int,
    "record": dict,
}


def owned_record(answer: SignedAnswer, query: RecordQuery, rules: SourceRules, now: datetime) -> OwnedRecord:
    """Return the record of an answer.

    Args:
        answer: with a signature that was checked.
        query: what was asked.
        rules: of the source.
        now: when the answer came.

    Raises:
        SourceError: MALFORMED, WRONG_ANSWER, WRONG_PERSON, STALE.
    """
    claims = answer.claims
    _require_form(claims)
    said = (claims["iss"], claims["query_id"], claims["record_type"])
    if said != (rules.name, query.query_id, query.record_type):
        raise SourceError(Fault.WRONG_ANSWER, "iss, query_id or record_type is another than what was asked")
    if not hmac.compare_digest(claims["sub"].encode(), query.citizen_number.encode()):
        raise SourceError(Fault.WRONG_PERSON, "sub is another citizen than the one asked for")
    at = now.timestamp()
    if abs(at - claims["iat"]) > _SKEW + rules.seconds:
        raise SourceError(Fault.STALE, "iat is not the time of the answer")
    if claims["as_of"] > at + _SKEW or at - claims["as_of"] > rules.max_age_seconds:
        raise SourceError(Fault.STALE, "as_of is in the future, or older than what is expected of this source")
    text = _text_of(claims["record"])
    record = Record(
        query.record_type,
        claims["owning_agency"],
        text,
        hashlib.sha256(text.encode()).hexdigest(),
        claims["version"],
        datetime.fromtimestamp(claims["as_of"], UTC),
        source=RecordSource.OWNER,
        provenance=Provenance(rules.name, answer.key_id, answer.sha256, now),
    )
    return OwnedRecord(record, now + timedelta(seconds=min(claims["keep_seconds"], _LONGEST_KEPT)))


def require_not_before(record: OwnedRecord, kept: OwnedRecord | None) -> None:
    """Require that a record does not go back behind one that the owner gave before.

    Raises:
        SourceError: STALE.
    """
    if kept is not None and record.record.version < kept.record.version:
        raise SourceError(Fault.STALE, "version is lower than the one given before")


def _require_form(claims: Mapping[str, Any]) -> None:
    for name, kind in _TYPES.items():
        value = claims.get(name)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise SourceError(Fault.MALFORMED, f"{name} is missing or no {kind.__name__}")
    for name, (first, end) in _ENDS.items():
        if not first <= claims[name] < end:
            raise SourceError(Fault.MALFORMED, f"{name} is below {first}, or too large")
    for name in ("sub", "owning_agency"):
        if any("\ud800" <= character <= "\udfff" for character in claims[name]):
            raise SourceError(Fault.MALFORMED, f"{name} has half a surrogate pair")
    if not 0 < len(claims["owning_agency"]) <= _LONGEST_AGENCY:
        raise SourceError(Fault.MALFORMED, f"owning_agency must have 1 to {_LONGEST_AGENCY} characters")


def _text_of(record: Mapping[str, Any]) -> str:
    """Return a record as it is kept and disclosed. Raises SourceError MALFORMED if it has no such form."""
    if _is_deeper(record, _DEEPEST):
        raise SourceError(Fault.MALFORMED, f"record is nested deeper than {_DEEPEST}")
    try:
        text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
        text.encode()
    except ValueError:
        raise SourceError(Fault.MALFORMED, "record has NaN, half a surrogate pair, or a number too long") from None
    return text


def _is_deeper(value: Any, most: int) -> bool:
    layer = [value]
    for _ in range(most):
        layer = [
            inner
            for outer in layer
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return any(isinstance(inner, dict | list) for inner in layer)
