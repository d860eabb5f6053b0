"""Signed notes, checkpoints and cosignatures: as C2SP writes them, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.encoding import LogFormatError
from idverify.trust.log.notes import Kind, Note, NoteRejectedError, Signature, VerifierKey, cosigned
from tests import tlog_reference as reference
from tests.log_kit import LOG_KEY, WITNESS, WITNESS_KEY, signed_checkpoint

KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
NOTE = """This is an example message.

\N{EM DASH} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""
"""The example of the specification."""

CHECKPOINT = Checkpoint("log.example/1", 7, b"\x33" * 32)


def test_the_example_of_the_specification_holds() -> None:
    key, note = VerifierKey.parse(KEY), Note.parse(NOTE)
    assert (str(key), str(note)) == (KEY, NOTE)
    assert note.verified([key]) == [(key, None)]
    with pytest.raises(NoteRejectedError, match=r"example\.com/foo"):
        Note.parse(NOTE.replace("an example", "no example")).verified([key])


def test_a_checkpoint_is_read_by_others() -> None:
    seen = reference.checkpoint(str(signed_checkpoint(CHECKPOINT)), str(LOG_KEY), str(WITNESS_KEY))
    assert (seen.size, seen.root, seen.seen) == (7, b"\x33" * 32, {"witness.example": 1_700_000_000})


def test_signatures_by_others_are_passed_over() -> None:
    assert signed_checkpoint(CHECKPOINT).verified([WITNESS_KEY]) == [(WITNESS_KEY, 1_700_000_000)]
    assert signed_checkpoint(CHECKPOINT).verified([]) == []
    other = VerifierKey(LOG_KEY.name, Kind.NOTE, WITNESS_KEY.public)
    assert signed_checkpoint(CHECKPOINT).verified([other]) == []


def test_a_cosignature_holds_for_its_time_only() -> None:
    note = signed_checkpoint(CHECKPOINT)
    line = note.signatures[1]
    later = Signature(line.name, line.key_id, (1_700_000_001).to_bytes(8) + line.signature[8:])
    with pytest.raises(NoteRejectedError):
        Note(note.text, (later,)).verified([WITNESS_KEY])
    never = cosigned(note.text, WITNESS_KEY.name, WITNESS, 1 << 63)
    with pytest.raises(NoteRejectedError, match="no time"):
        Note(note.text, (never,)).verified([WITNESS_KEY])


def test_a_signature_is_not_put_twice() -> None:
    note = signed_checkpoint(CHECKPOINT)
    assert note.with_signatures(note.signatures) == note


@given(st.integers(0, (1 << 63) - 1), st.binary(min_size=32, max_size=32), st.lists(st.sampled_from(["x", "y z"])))
def test_what_goes_in_comes_out(size: int, root: bytes, extensions: list[str]) -> None:
    checkpoint = Checkpoint("log.example/1", size, root, tuple(extensions))
    note = Note.parse(str(signed_checkpoint(checkpoint)))
    assert note == signed_checkpoint(checkpoint)
    assert Checkpoint.parse(note.text) == checkpoint


@given(st.text() | st.sampled_from([NOTE, str(signed_checkpoint(CHECKPOINT)), CHECKPOINT.text()]), st.data())
def test_any_text_is_read_or_refused(text: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(text)))
    changed = text[:cut] + data.draw(st.text(max_size=2)) + text[cut + data.draw(st.integers(0, 2)) :]
    for read in (Note.parse, Checkpoint.parse, VerifierKey.parse):
        try:
            again = read(changed)
        except LogFormatError:
            continue
        written = again.text() if isinstance(again, Checkpoint) else str(again)
        assert written == changed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n",
        "a\n\n",
        "a\n\nb\n",
        "a\x01\n\n\N{EM DASH} a AAAAAAA=\n",
        "a\n\n\N{EM DASH} a+b AAAAAAA=\n",
        "a\n\n\N{EM DASH} a AAAAAAB=\n",
        "a\n\n\N{EM DASH} a AAAA\n",
        "a\n\n\N{EM DASH} a AAAAAAA=",
        "a\n\n- a AAAAAAA=\n",
        "a\n\n\N{EM DASH} a \N{EM DASH}\n",
        "a\n\n" + "\N{EM DASH} a AAAAAAA=\n" * 101,
    ],
)
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(LogFormatError):
        Note.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "a\n1\n",
        "a\n01\n" + "A" * 43 + "=\n",
        "a\n1\nAAAA\n",
        "\n1\n" + "A" * 43 + "=\n",
        "a\n9223372036854775808\n" + "A" * 43 + "=\n",
        "a\n1\n" + "A" * 43 + "=",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(LogFormatError):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "a",
        KEY.replace("530d903a", "530d903b"),
        KEY.replace("example.com/foo", "example .com"),
        KEY.replace("+Aek", "+Bek"),
        "a+00000000+AQ==",
        "+00000000+AQ==",
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(LogFormatError):
        VerifierKey.parse(text)
