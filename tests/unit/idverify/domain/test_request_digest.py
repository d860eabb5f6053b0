"""The digest of a request, to the byte, and as the client computes it by itself."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.client import request_sha256
from idverify.domain.assertions.request_digest import request_digest
from idverify.domain.model import FingerPosition, ImageSample, RequestContext, Sample
from idverify.rpc.convert.context import CONTEXT_LIMITS, context_of
from idverify.rpc.convert.samples import sample_of, samples_of
from idverify.v1.types_pb2 import FingerImage, FingerprintSample
from idverify.v1.types_pb2 import RequestContext as ContextMessage
from idverify.v1.verification_pb2 import IdentifyRequest, VerifyRequest
from tests.places import DOCS

TEXTS = st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), max_size=20)
NAMES = [name for name in CONTEXT_LIMITS if name != "nonce"]
REQUEST_ID = "0d9d2cf4-6f53-4a30-8d5a-0e5a1f6c7b11"


def test_the_example_of_the_page() -> None:
    context = RequestContext(REQUEST_ID, procedure_code="1.001193", agency_code="H05.12")
    sample = Sample(FingerPosition.RIGHT_INDEX, ImageSample(b"foo"))
    page = (DOCS / "assertion.md").read_text(encoding="utf-8")
    example = page.partition("```\nidverify-request-1\n")[2].partition("```")[0]
    # The page is free of blanks at the end of lines.
    lines = [line if " " in line else f"{line} " for line in example.splitlines()]
    text = "".join(f"{line}\n" for line in ["idverify-request-1", *lines])
    expected = hashlib.sha256(text.encode()).hexdigest()
    assert request_digest("Verify", context, "027084000999", [sample]) == expected


def message(context: dict[str, Any], purpose: int) -> ContextMessage:
    given: dict[str, Any] = {"purpose": purpose, **context}
    return ContextMessage(request_id=REQUEST_ID.upper(), nonce="n" * 16, **given)


@given(
    st.dictionaries(st.sampled_from(NAMES), TEXTS),
    st.integers(0, 5),
    st.lists(st.tuples(st.integers(0, 11), st.binary(min_size=1)), min_size=1, max_size=3),
    st.booleans(),
)
def test_the_client_computes_the_same(
    context: dict[str, str], purpose: int, prints: list[tuple[int, bytes]], image: bool
) -> None:
    def wire(position: Any, data: bytes) -> FingerprintSample:
        content: dict[str, Any] = {"image": FingerImage(data=data)} if image else {"iso_19794_2_2005": data}
        return FingerprintSample(finger_position=position, **content)

    samples = [wire(*each) for each in prints]
    asked = VerifyRequest(context=message(context, purpose), citizen_number="027084000999", samples=samples)
    known = context_of(asked)
    ours = request_digest("Verify", known, asked.citizen_number, samples_of(samples))
    assert request_sha256(asked, known.transaction_id) == ours
    search = IdentifyRequest(context=message(context, purpose), sample=samples[0])
    ours = request_digest("Identify", known, "", [sample_of(samples[0], "sample")])
    assert request_sha256(search, known.transaction_id) == ours
    several = IdentifyRequest(context=message(context, purpose), samples=samples)
    assert request_sha256(several, known.transaction_id) == request_digest("Identify", known, "", samples_of(samples))


@pytest.mark.parametrize("change", [{"nonce": "m" * 16}, {"officer_id": "7"}, {"transaction_id": "t"}], ids=str)
def test_another_request_has_another_digest(change: dict[str, str]) -> None:
    sample = Sample(None, ImageSample(b"foo"))
    plain = request_digest("Verify", RequestContext(), "1", [sample])
    assert request_digest("Verify", RequestContext(**change), "1", [sample]) != plain
    assert request_digest("Verify", RequestContext(), "1", [sample, sample]) != plain
    assert request_digest("Verify", RequestContext(), "2", [sample]) != plain
