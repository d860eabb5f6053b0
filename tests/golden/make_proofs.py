"""Makes the proofs in ``proofs``: of one event, as its caller and as an auditor has it, which hold for ever.

python -m tests.golden.make_proofs
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from idverify.domain.model import AuditEntry, RequestContext
from idverify.trust.audit_chain import GENESIS, chain
from idverify.trust.log.checkpoint import Checkpoint
from idverify.trust.log.entries import opening
from idverify.trust.log.proof_file import ProofFile
from tests.log_kit import LOG_KEY, WITNESS_KEY, Grown, signed_checkpoint
from tests.places import GOLDEN

FOLDER = GOLDEN / "proofs"
ASSERTION = "eyJh.eyJq.c2ln"
_SECRET, _EVENTS, _INDEX = b"\x05" * 32, 11, 4


def _payload(sequence: int) -> str:
    context = RequestContext("request", "transaction", "1.001193", "hồ sơ", "agency", "officer", "counter")
    digest = hashlib.sha256(ASSERTION.encode()).hexdigest()
    details: dict[str, str | int | float | bool | list[str]] = {
        "score": 43.25, "fmr": 1e-05, "devices": ["scanner-17"], "assertion": "id", "assertion_sha256": digest,
    }  # fmt: skip
    entry = AuditEntry(datetime(2026, 1, 5, tzinfo=UTC), "counter-7", "Verify", "MATCH", "who-it-is", context, details)
    return chain(sequence, GENESIS, entry).payload


def make() -> dict[str, str]:
    """Return the files by name."""
    openings = [opening(_SECRET, sequence, _payload(sequence)) for sequence in range(1, _EVENTS + 1)]
    grown = Grown([opened.entry() for opened in openings])
    note = signed_checkpoint(Checkpoint(LOG_KEY.name, _EVENTS, grown.frontier.root()))
    path = tuple(grown.tree(_EVENTS).inclusion(_INDEX))
    whole = openings[_INDEX]
    return {
        "told.tlog-proof": str(ProofFile(_INDEX, path, note, whole.for_caller().as_extra())),
        "whole.tlog-proof": str(ProofFile(_INDEX, path, note, whole.as_extra())),
        "log.key": str(LOG_KEY),
        "witness.key": str(WITNESS_KEY),
        "assertion.jwt": ASSERTION,
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, content in make().items():
        (FOLDER / name).write_text(content, "utf-8", newline="")
