"""The way of a sample through the rooms: one verification by an image, from bytes to answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """What happens in a room."""

    room: str
    what: str


# A test verifies a citizen and meets the rooms in this order.
WAY = (
    Step("idverify.rpc", "bytes come in: which method"),
    Step("idverify.dispatch", "until when; a place in the queue, a line in the log"),
    Step("idverify.access", "who calls, and whether they may"),
    Step("idverify.rpc", "convert: messages become types of the domain"),
    Step("idverify.services", "the use case: answered before? who is enrolled?"),
    Step("idverify.matching", "behind the port of biometrics"),
    Step("matcher.images", "image file to grey array, within limits"),
    Step("matcher.extraction", "minutiae"),
    Step("matcher.quality", "enough to decide on?"),
    Step("matcher.templates", "the form in which templates are kept"),
    Step("matcher.comparison", "1:1, against every enrolled impression (1:N: search)"),
    Step("idverify.domain", "policy: MATCH, NO_MATCH or INCONCLUSIVE"),
    Step("idverify.trust", "the assertion is signed, the audit event chained"),
    Step("idverify.storage", "effect, event and answer in one transaction"),
    Step("idverify.rpc", "convert: the answer, as bytes"),
)
