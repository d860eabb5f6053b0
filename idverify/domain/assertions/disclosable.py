"""Assertions whose claims can be shown one by one: which can, and which stand open (SD-JWT VC).

What a verifier decides by, and what says which request it answers, stands open. The figures of the comparison, each
digest of a record and each attribute can be withheld.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from idverify.domain.disclosing.content import content_of
from idverify.domain.model import Record

ASSERTION_VCT = "urn:idverify:vct:assertion"
"""``vct`` of an assertion; stable."""


@dataclass(frozen=True, slots=True)
class Disclosable:
    """A member of an object, or an element of an array, that can be withheld."""

    value: Any


def disclosable_claims(values: Mapping[str, Any], records: Iterable[Record]) -> dict[str, Any]:
    """Return the claims of an assertion as those of an SD-JWT, with the attributes of the records.

    Args:
        values: the claims set of the JWT.
        records: as disclosed with it.

    Raises:
        StoredDataError: a record is not a JSON object.
    """
    attributes = {record.record_type: Disclosable(_each(content_of(record))) for record in records}
    return {
        **values,
        "vct": ASSERTION_VCT,
        **({"bio": Disclosable(values["bio"])} if "bio" in values else {}),
        "records": [Disclosable(entry) for entry in values["records"]],
        **({"attributes": attributes} if attributes else {}),
    }


def _each(content: Mapping[str, Any]) -> dict[str, Disclosable]:
    return {name: Disclosable(value) for name, value in content.items()}
