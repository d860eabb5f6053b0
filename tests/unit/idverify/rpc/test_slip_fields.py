"""What stands on a slip, field by field, before it is looked for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from idverify.domain.errors import DomainError
from idverify.domain.model import DocumentKind, SlipState
from idverify.rpc.servicers.vouching.slips import on_paper, state_of
from idverify.services.counter.presences import NamedDocument
from idverify.v1 import slips_pb2 as pb
from idverify.v1 import transactions_pb2


def slip(**changes: object) -> pb.ReconcileSlipRequest:
    request = pb.ReconcileSlipRequest(
        slip_number="000001 12345 67890 42",
        seen_time=Timestamp(seconds=1_767_600_000),
        officer_id="CB-1",
        second_officer_id="CB-2",
        citizen_number="027084000999",
        documents=[transactions_pb2.SeenDocument(kind=transactions_pb2.DOCUMENT_KIND_PASSPORT, number="B1")],
    )
    for name, value in changes.items():
        request.ClearField(name)
        if isinstance(value, Timestamp):
            request.seen_time.CopyFrom(value)
        elif value is not None:
            setattr(request, name, value)
    return request


def test_a_whole_slip_is_read() -> None:
    read = on_paper(slip())
    assert (read.officers, read.seen) == (("CB-1", "CB-2"), datetime.fromtimestamp(1_767_600_000, UTC))
    assert read.documents == (NamedDocument(DocumentKind.PASSPORT, "B1"),)
    assert (read.handed_out, read.scan_sha256) == ("", "")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        *(({name: None}, f"FIELD_MISSING: {name}") for name in ("slip_number", "officer_id", "second_officer_id")),
        ({"citizen_number": None}, "FIELD_MISSING: citizen_number"),
        ({"seen_time": None}, "FIELD_MISSING: seen_time"),
        ({"documents": None}, "FIELD_MISSING: documents"),
        ({"seen_time": Timestamp(seconds=-(10**18))}, "FIELD_INVALID: seen_time"),
        ({"scan_sha256": "ab"}, "FIELD_INVALID: scan_sha256"),
        ({"slip_number": "1" * 65}, "FIELD_INVALID: slip_number"),
        ({"officer_id": "a\nb"}, "FIELD_INVALID: officer_id"),
        ({"handed_out": "a\u200b"}, "FIELD_INVALID: handed_out"),
    ],
    ids=str,
)
def test_what_is_missing_or_malformed_is_named(changes: dict[str, object], refusal: str) -> None:
    with pytest.raises(DomainError, match=f"^{refusal}"):
        on_paper(slip(**changes))


def test_states_are_read() -> None:
    assert state_of(pb.SLIP_STATE_UNSPECIFIED) is None
    assert [state_of(getattr(pb, f"SLIP_STATE_{state.value}")) for state in SlipState] == list(SlipState)
    with pytest.raises(DomainError, match="FIELD_INVALID"):
        state_of(99)
