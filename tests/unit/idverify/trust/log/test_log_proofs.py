"""Proofs as files: they hold with the public key alone, and nothing in them may be changed."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.domain.model import AuditEntry, RequestContext
from idverify.trust.audit_chain import GENESIS, canonical, chain
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.encoding import LogFormatError, encoded
from idverify.trust.log.entries import Opening, Part, opening
from idverify.trust.log.notes import Kind, VerifierKey
from idverify.trust.log.proof_file import ProofFile
from idverify.trust.log.verifying import Flaw, ProofRejectedError, verify_proof
from tests import tlog_reference as reference
from tests.log_kit import LOG_KEY, WITNESS_KEY, WITNESSED, Grown, signed_checkpoint

SECRET = b"\x05" * 32
ASSERTION = b"eyJh.eyJq.c2ln"
SUBJECT, SCORE = "who-it-is-about", 43.25


def payload(sequence: int) -> str:
    context = RequestContext("request", "transaction", "1.001193", "dossier", "agency", "officer", "counter")
    details: dict[str, str | int | float | bool | list[str]] = {
        "score": SCORE,
        "assertion": "id",
        "assertion_sha256": hashlib.sha256(ASSERTION).hexdigest(),
    }
    entry = AuditEntry(datetime(2026, 1, 5, tzinfo=UTC), "counter-7", "Verify", "MATCH", SUBJECT, context, details)
    return chain(sequence, GENESIS, entry).payload


OPENINGS = [opening(SECRET, sequence, payload(sequence)) for sequence in range(1, 12)]


def proof(index: int = 4, *, whole: bool = False, origin: str = LOG_KEY.name) -> ProofFile:
    grown = Grown([opened.entry() for opened in OPENINGS])
    note = signed_checkpoint(Checkpoint(origin, len(OPENINGS), grown.frontier.root()))
    path = grown.tree(len(OPENINGS)).inclusion(index)
    opened = OPENINGS[index] if whole else OPENINGS[index].for_caller()
    return ProofFile(index, tuple(path), note, opened.as_extra())


def flaw_of(content: bytes, *keys: VerifierKey, witnesses: tuple[VerifierKey, ...] = ()) -> Flaw:
    with pytest.raises(ProofRejectedError) as refused:
        verify_proof(content, keys or (LOG_KEY,), witnesses)
    return refused.value.flaw


@pytest.mark.parametrize("index", range(11))
def test_an_event_is_proven(index: int) -> None:
    text = str(proof(index))
    found = verify_proof(text.encode(), [LOG_KEY], [WITNESS_KEY], ASSERTION + b"\n")
    assert (found.event["sequence"], found.event["outcome"], found.index) == (index + 1, "MATCH", index)
    assert found.signed_by == (LOG_KEY,)
    assert found.witnessed == (("witness.example", datetime.fromtimestamp(WITNESSED, UTC)),)
    assert found.passed_over == 0
    assert reference.proven(text, str(LOG_KEY), str(WITNESS_KEY))["sequence"] == index + 1


def test_the_caller_is_not_told_whom_it_is_about_nor_the_figures() -> None:
    text = str(proof())
    opened = verify_proof(text.encode(), [LOG_KEY]).event
    assert "subject_id" not in opened
    assert opened["details"].keys() == {"assertion", "assertion_sha256"}
    assert SUBJECT not in proof().extra.decode()
    assert str(SCORE) not in proof().extra.decode()


def test_an_event_opened_whole_is_the_event() -> None:
    found = verify_proof(str(proof(whole=True)).encode(), [LOG_KEY])
    assert found.event == json.loads(payload(5))
    assert reference.proven(str(proof(whole=True)), str(LOG_KEY))["subject_id"] == SUBJECT


def test_events_that_are_alike_have_entries_that_are_not() -> None:
    same = [opening(SECRET, sequence, payload(1)) for sequence in (1, 2)]
    assert same[0].told.text == same[1].told.text
    assert same[0].entry() != same[1].entry() != opening(b"\x06" * 32, 2, payload(1)).entry()


@pytest.mark.parametrize("whole", [False, True])
def test_no_byte_may_be_changed(whole: bool) -> None:
    content = str(proof(whole=whole)).encode()
    for place in range(len(content)):
        for flip in (1, 0x20):
            changed = bytearray(content)
            changed[place] ^= flip
            try:
                verify_proof(bytes(changed), [LOG_KEY], [WITNESS_KEY])
            except ProofRejectedError:
                continue
            pytest.fail(f"byte {place} may be changed by {flip}")


@given(st.data())
def test_no_byte_may_be_left_out_or_added(data: st.DataObject) -> None:
    content = str(proof()).encode()
    place = data.draw(st.integers(0, len(content) - 1))
    more = data.draw(st.binary(min_size=1, max_size=3))
    for changed in (content[:place] + content[place + 1 :], content[:place] + more + content[place:], content[:place]):
        if changed == content:
            continue
        with pytest.raises(ProofRejectedError):
            verify_proof(changed, [LOG_KEY], [WITNESS_KEY])


def test_each_refusal_has_its_reason() -> None:
    content = str(proof()).encode()
    lines = content.split(b"\n")
    assert flaw_of(b"\xff") is Flaw.MALFORMED
    assert flaw_of(content.replace(b"index 4", b"index 04")) is Flaw.MALFORMED
    assert flaw_of(content.replace(b"index 4", b"index 3")) is Flaw.NOT_IN_LOG
    assert flaw_of(content.replace(b"\n11\n", b"\n12\n")) is Flaw.SIGNATURE
    assert flaw_of(b"\n".join(lines[:1] + lines[2:])) is Flaw.MALFORMED
    assert flaw_of(content, WITNESS_KEY) is Flaw.NOT_SIGNED
    assert flaw_of(str(proof(origin="log.example/2")).encode()) is Flaw.NOT_SIGNED
    other = VerifierKey("another.example", Kind.COSIGNATURE, WITNESS_KEY.public)
    assert flaw_of(content, witnesses=(WITNESS_KEY, other)) is Flaw.NOT_WITNESSED
    assert verify_proof(content, [LOG_KEY]).passed_over == 1


@pytest.mark.parametrize(("assertion", "why"), [(b"eyJh.eyJq.c2lo", "another"), (ASSERTION[:-1], "another")])
def test_the_assertion_of_another_event_is_refused(assertion: bytes, why: str) -> None:
    with pytest.raises(ProofRejectedError, match=why) as refused:
        verify_proof(str(proof()).encode(), [LOG_KEY], assertion=assertion)
    assert refused.value.flaw is Flaw.ASSERTION


@pytest.mark.parametrize(
    "extra",
    [
        b"",
        b"x",
        b"[]",
        b"[" * 9999,
        b'{"told":"{}","told_salt":""}',
        proof().extra.replace(b",", b", "),
        proof().extra[:-1] + b',"z":1}',
        json.dumps(
            {"kept_digest": encoded(b"\0" * 32), "told": "[]", "told_salt": encoded(b"\0" * 32)}, separators=(",", ":")
        ).encode(),
    ],
)
def test_what_opens_no_event_is_refused(extra: bytes) -> None:
    with pytest.raises(LogFormatError):
        Opening.parse(extra)


@given(st.text() | st.just(str(proof())), st.data())
def test_any_file_is_read_or_refused(text: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(text)))
    changed = text[:cut] + data.draw(st.text(max_size=2)) + text[cut + data.draw(st.integers(0, 2)) :]
    with suppress(LogFormatError):
        assert str(ProofFile.parse(changed)) == changed


def test_a_file_without_extra_is_a_proof_too() -> None:
    plain = ProofFile(4, proof().path, proof().checkpoint)
    assert ProofFile.parse(str(plain)) == plain


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("index 4", "index", "no index"),
        ("index 4", "index 4" + f"\n{encoded(bytes(32))}" * 64, "too many"),
        ("index 4", "index -4", "not a number"),
        ("tlog-proof@v1\nextra ", "tlog-proof@v1\nextra \nextra ", "empty"),
        ("tlog-proof@v1", "tlog-proof@v2", "begins"),
        ("\n\n", "\n", "begins"),
        ("index 4", "x" * (1 << 22), "too long"),
    ],
)
def test_a_file_that_is_none_is_refused(before: str, after: str, why: str) -> None:
    with pytest.raises(LogFormatError, match=why):
        ProofFile.parse(str(proof()).replace(before, after))


TOLD, KEPT = ({"sequence": 1, "outcome": "MATCH", "details": {}}, {"subject_id": "s", "details": {"score": 1}})


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (canonical(TOLD), canonical(KEPT | {"outcome": "NO_MATCH"})),
        (canonical(TOLD), canonical(KEPT | {"details": {"assertion_sha256": "00"}})),
        (canonical(TOLD | {"details": {"score": 2}}), canonical(KEPT)),
        (canonical(TOLD | {"subject_id": "t"}), canonical(KEPT)),
        (canonical(TOLD), canonical({"details": {}})),
        ('{"details":{},"outcome":"NO_MATCH","outcome":"MATCH"}', canonical(KEPT)),
        ('{"details": {}}', canonical(KEPT)),
    ],
)
def test_no_entry_can_be_opened_as_two_events(told: str, kept: str) -> None:
    """Whoever keeps the log could have logged it so, to show one half to each."""
    sound = Opening(Part(canonical(TOLD), b"\x01" * 32), Part(canonical(KEPT), b"\x02" * 32))
    assert Opening.parse(sound.as_extra()) == sound
    with pytest.raises(LogFormatError):
        Opening.parse(Opening(Part(told, b"\x01" * 32), Part(kept, b"\x02" * 32)).as_extra())
