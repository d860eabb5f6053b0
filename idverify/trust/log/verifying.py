"""Checking a proof without the service: with the public key of its log, and those of witnesses."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.encoding import LogFormatError
from idverify.trust.log.entries import Opening
from idverify.trust.log.merkle import is_included, leaf_hash
from idverify.trust.log.notes import Kind, NoteRejectedError, VerifierKey
from idverify.trust.log.proof_file import ProofFile


class Flaw(Enum):
    """Why a proof is refused."""

    MALFORMED = "PROOF_MALFORMED"
    NOT_SIGNED = "PROOF_NOT_SIGNED"
    SIGNATURE = "PROOF_SIGNATURE_INVALID"
    NOT_IN_LOG = "PROOF_NOT_IN_LOG"
    NOT_WITNESSED = "PROOF_NOT_WITNESSED"
    ASSERTION = "PROOF_OF_ANOTHER_ASSERTION"


class ProofRejectedError(Exception):
    """A proof shows nothing; ``flaw`` says why."""

    def __init__(self, flaw: Flaw, text: str) -> None:
        super().__init__(text)
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class Proven:
    """What a proof shows.

    Attributes:
        event: what is open of the event.
        index: its place in the log.
        checkpoint: the state of the log it is in.
        signed_by: the keys of the log that sign it.
        witnessed: witnesses, each with the time at which it saw this state.
        passed_over: signatures by keys that were not given.
    """

    event: dict[str, Any]
    index: int
    checkpoint: Checkpoint
    signed_by: tuple[VerifierKey, ...]
    witnessed: tuple[tuple[str, datetime], ...]
    passed_over: int


# Long because it is the list of what is checked, one after another.
def verify_proof(
    content: bytes, keys: Sequence[VerifierKey], witnesses: Sequence[VerifierKey] = (), assertion: bytes | None = None
) -> Proven:
    """Check a proof.

    Args:
        content: of the file.
        keys: of the log; their name is the origin that is accepted.
        witnesses: each of them must have cosigned.
        assertion: a JWT in compact form, which the event must be that of; None: of any, or of none.

    Raises:
        ProofRejectedError: it shows nothing.
    """
    try:
        file = ProofFile.parse(content.decode())
        checkpoint, opened = Checkpoint.parse(file.checkpoint.text), Opening.parse(file.extra)
    except (LogFormatError, UnicodeDecodeError) as error:
        text = str(error) if isinstance(error, LogFormatError) else "a proof is not UTF-8"
        raise ProofRejectedError(Flaw.MALFORMED, text) from None
    accepted = [key for key in keys if key.name == checkpoint.origin and key.kind is Kind.NOTE]
    try:
        signed_by = tuple(key for key, _ in file.checkpoint.verified(accepted))
        seen = file.checkpoint.verified(witnesses)
    except NoteRejectedError as error:
        raise ProofRejectedError(Flaw.SIGNATURE, str(error)) from None
    if not signed_by:
        raise ProofRejectedError(Flaw.NOT_SIGNED, "no key that was given signs the checkpoint of this log")
    leaf = leaf_hash(opened.entry())
    if not is_included(leaf, file.index, checkpoint.size, file.path, checkpoint.root):
        raise ProofRejectedError(Flaw.NOT_IN_LOG, "the event is not in the log that was signed, or not there")
    witnessed = {key: time for key, time in seen if time is not None}
    for key in witnesses:
        if key not in witnessed:
            raise ProofRejectedError(Flaw.NOT_WITNESSED, f"{key.name} has not cosigned the checkpoint")
    event = opened.event()
    if assertion is not None:
        _require_assertion(event, assertion)
    return Proven(
        event,
        file.index,
        checkpoint,
        signed_by,
        tuple((key.name, datetime.fromtimestamp(time, UTC)) for key, time in witnessed.items()),
        len(file.checkpoint.signatures) - len(signed_by) - len(seen),
    )


def _require_assertion(event: dict[str, Any], assertion: bytes) -> None:
    digest = event["details"].get("assertion_sha256")
    if digest != hashlib.sha256(assertion.strip()).hexdigest():
        text = "the event has no assertion" if digest is None else "the event is that of another assertion"
        raise ProofRejectedError(Flaw.ASSERTION, text)
