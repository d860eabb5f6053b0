"""Whatever comes from the queue is read so that it can be answered."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.domain.errors import DomainError, Reason
from idverify.mosip.abis.failures import AbisError, Failure, failure_of
from idverify.mosip.abis.messages import MOST_BYTES, Operation, failed, read_request

NOW = datetime(2026, 11, 26, tzinfo=UTC)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = st.sampled_from(
    ["id", "version", "ver", "requestId", "requesttime", "referenceId", "referenceURL", "gallery", "flags"]
)


@given(st.binary(max_size=80) | st.dictionaries(MEMBERS, VALUES).map(lambda found: json.dumps(found).encode()))
def test_whatever_comes_has_an_answer(data: bytes) -> None:
    asked = read_request(data)
    failure = None
    try:
        asked.require_whole()
        assert asked.operation is not None
        _ = asked.reference_id, asked.reference_url, asked.gallery, asked.number("maxResults")
    except AbisError as error:
        failure = error.failure
    answer = json.loads(failed(asked, NOW, failure or Failure.INTERNAL))
    assert answer["requestId"] == asked.request_id


def test_too_much_is_not_read() -> None:
    assert read_request(b'{"id":"' + b"x" * MOST_BYTES + b'"}').content == {}


@pytest.mark.parametrize(
    ("operation", "member"), [(Operation.PENDING_JOBS, "jobscount"), (Operation.REFERENCE_COUNT, "count")]
)
def test_a_failure_has_the_number_that_its_schema_wants(operation: Operation, member: str) -> None:
    answer = json.loads(failed(read_request(json.dumps({"id": operation.value}).encode()), NOW, Failure.INTERNAL))
    assert answer[member] == "0"


def test_what_passes_is_no_failure() -> None:
    for reason in (Reason.STORE_UNAVAILABLE, Reason.DEADLINE_EXCEEDED, Reason.SERVER_BUSY):
        assert failure_of(DomainError(reason, "")) is None
    for limit in (Reason.GALLERY_TOO_LARGE_FOR_TARGET_FPIR, Reason.GALLERY_FULL, Reason.READ_BUDGET_EXCEEDED):
        assert failure_of(DomainError(limit, "")) is Failure.ABORTED
    assert failure_of(DomainError(Reason.CLIENT_NOT_AUTHORIZED, "")) is Failure.ABORTED
    assert failure_of(DomainError(Reason.SAMPLE_RESOLUTION_UNKNOWN, "")) is Failure.CBEFF_INVALID
