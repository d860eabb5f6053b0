"""Reducing a record to what a procedure may see."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from idverify.domain.catalogue.predicates import answered, written
from idverify.domain.errors import StoredDataError
from idverify.domain.model import Predicate, Record


def content_of(record: Record) -> Mapping[str, Any]:
    """Return what a record holds.

    Raises:
        StoredDataError: it is not a JSON object.
    """
    try:
        content = json.loads(record.json)
    except ValueError:
        # Without the cause: it quotes what it could not read.
        raise StoredDataError("a stored record is not JSON") from None
    if not isinstance(content, dict):
        raise StoredDataError("a stored record is not a JSON object")
    return content


def reduce_record(
    record: Record, fields: Sequence[str], predicates: Sequence[Predicate] = (), today: date = date.min
) -> Record:
    """Return the record with the allowed top-level fields only, and the digest of exactly that.

    The text is canonical: members sorted by code point, no blanks, UTF-8. Equal content gives an equal digest, whatever
    its author's spelling. A field that is allowed but not there is left out, and named in ``absent``.

    Args:
        record: whole.
        fields: that are allowed.
        predicates: what is answered instead of a value, each under its own text: true, false, or null for unknown.
        today: the day in Viet Nam, by which ages are told.

    Raises:
        StoredDataError: the stored record is not a JSON object.
    """
    content = content_of(record)
    allowed = {name: value for name, value in content.items() if name in fields}
    absent = tuple(name for name in fields if name not in content)
    allowed |= {written(predicate): answered(predicate, content, today) for predicate in predicates}
    text = json.dumps(allowed, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return replace(record, json=text, sha256=hashlib.sha256(text.encode()).hexdigest(), absent=absent)
