"""What a client's entry must not hold is refused by the name of its field."""

from __future__ import annotations

import pytest

from idverify.domain.errors import DomainError, Reason
from idverify.rpc.convert.clients import entry_of
from idverify.v1 import clients_pb2 as pb


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (pb.Client(name="counter-9", roles=[pb.CLIENT_ROLE_UNSPECIFIED]), "client.roles"),
        (
            pb.Client(name="counter-9", roles=[pb.CLIENT_ROLE_COUNTER], sample_kinds=[pb.SAMPLE_KIND_UNSPECIFIED]),
            "client.sample_kinds",
        ),
    ],
)
def test_codes_that_say_nothing_are_refused(entry: pb.Client, field: str) -> None:
    with pytest.raises(DomainError) as caught:
        entry_of(entry)
    assert (caught.value.reason, caught.value.metadata["field"]) == (Reason.FIELD_INVALID, field)
