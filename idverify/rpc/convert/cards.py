"""What was read of a chip, from the wire."""

from __future__ import annotations

from idverify.domain.errors import DomainError, Reason
from idverify.domain.factors.cards import MOST_DATA_GROUP, MOST_SECURITY_OBJECT
from idverify.domain.model import CardRead
from idverify.rpc.convert.fields import missing
from idverify.v1 import transactions_pb2 as pb

_GROUPS = range(1, 17)


def card_of(message: pb.CardRead) -> CardRead:
    """Return what was read. Raises DomainError FIELD_MISSING, FIELD_INVALID."""
    if not message.security_object:
        raise missing("card.security_object")
    if len(message.security_object) > MOST_SECURITY_OBJECT:
        raise _invalid("card.security_object", f"at most {MOST_SECURITY_OBJECT} bytes")
    groups: dict[int, bytes] = {}
    for place, group in enumerate(message.data_groups):
        if group.number not in _GROUPS or group.number in groups:
            raise _invalid(f"card.data_groups[{place}].number", "1 to 16, each once")
        if len(group.content) > MOST_DATA_GROUP:
            raise _invalid(f"card.data_groups[{place}].content", f"at most {MOST_DATA_GROUP} bytes")
        groups[group.number] = group.content
    return CardRead(message.security_object, groups)


def _invalid(field: str, what: str) -> DomainError:
    return DomainError(Reason.FIELD_INVALID, f"{field}: {what}", {"field": field})
