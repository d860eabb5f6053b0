"""The stored form of a transaction, JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from idverify.domain.model import (
    Advice,
    AttestedCapture,
    Capture,
    CardShown,
    ConsentGiven,
    ConsentGiver,
    ConsentManner,
    DocumentKind,
    ExceptionReason,
    FactorsShown,
    Features,
    FingerPosition,
    Language,
    Outcome,
    PadDecision,
    PadSaid,
    Quality,
    RequestContext,
    SeenDocument,
    Transaction,
    Vouching,
)


def written_transaction(transaction: Transaction) -> bytes:
    """Return a transaction as JSON, without what its row says."""
    content = {
        "context": asdict(transaction.context),
        "nonce": transaction.nonce,
        "step": transaction.step,
        "begun": transaction.begun.isoformat(),
        "expires": transaction.expires.isoformat(),
        "procedure_version": transaction.procedure_version,
        "wanted": [position.name for position in transaction.wanted],
        "captures": [_written_capture(capture) for capture in transaction.captures],
        "tried": [position.name for position in transaction.tried],
        "consent": None if transaction.consent is None else written_consent(transaction.consent),
        "consent_id": transaction.consent_id,
        "stopped": transaction.stopped,
        "outcome": None if transaction.outcome is None else transaction.outcome.value,
        "in_vain": transaction.in_vain,
        "slip_number": transaction.slip_number,
        "sign_in_id": transaction.sign_in_id,
        "vouching": None if transaction.vouching is None else _written_vouching(transaction.vouching),
        "besides": asdict(transaction.besides),
    }
    return json.dumps(content, ensure_ascii=False).encode()


def read_transaction(transaction_id: str, client: str, subject_id: str, body: bytes) -> Transaction:
    """Return the transaction. Raises KeyError, ValueError, TypeError for what this program did not write."""
    content = json.loads(body)
    return Transaction(
        transaction_id,
        client,
        RequestContext(**content["context"]),
        content["nonce"],
        content["step"],
        datetime.fromisoformat(content["begun"]),
        datetime.fromisoformat(content["expires"]),
        content["procedure_version"],
        subject_id,
        tuple(FingerPosition[name] for name in content["wanted"]),
        tuple(map(_read_capture, content["captures"])),
        tuple(FingerPosition[name] for name in content["tried"]),
        None if content["consent"] is None else read_consent(content["consent"]),
        content["consent_id"],
        content["stopped"],
        None if content["outcome"] is None else Outcome(content["outcome"]),
        # Later than the others.
        content.get("in_vain", 0),
        None if content.get("vouching") is None else _read_vouching(content["vouching"]),
        _read_besides(content.get("besides", {})),
        content.get("slip_number", ""),
        content.get("sign_in_id", ""),
    )


def written_consent(given: ConsentGiven) -> dict[str, Any]:
    """Return the evidence, fit for JSON."""
    return {
        "text_id": given.text_id,
        "language": given.language.value,
        "text_sha256": given.text_sha256,
        "manner": given.manner.value,
        "giver": given.giver.value,
        "officer_id": given.officer_id,
        "given": given.given.isoformat(),
    }


def read_consent(content: dict[str, Any]) -> ConsentGiven:
    """Return the evidence. Raises KeyError, ValueError, TypeError for what this program did not write."""
    return ConsentGiven(
        content["text_id"],
        Language(content["language"]),
        content["text_sha256"],
        ConsentManner(content["manner"]),
        ConsentGiver(content["giver"]),
        content["officer_id"],
        datetime.fromisoformat(content["given"]),
    )


def written_documents(documents: Iterable[SeenDocument]) -> list[list[str]]:
    """Return documents that were seen, fit for JSON."""
    return [[document.kind.value, document.mark] for document in documents]


def read_documents(content: Iterable[list[str]]) -> tuple[SeenDocument, ...]:
    """Return the documents. Raises ValueError for what this program did not write."""
    return tuple(SeenDocument(DocumentKind(kind), mark) for kind, mark in content)


def _written_vouching(vouching: Vouching) -> dict[str, Any]:
    return {
        "reason": vouching.reason.value,
        "note": vouching.note,
        "documents": written_documents(vouching.documents),
        "officer_id": vouching.officer_id,
        "key_sha256": vouching.key_sha256,
        "second_officer_id": vouching.second_officer_id,
        "second_client": vouching.second_client,
        "signed_in": vouching.signed_in,
        "second_signed_in": vouching.second_signed_in,
    }


def _read_vouching(content: dict[str, Any]) -> Vouching:
    return Vouching(
        ExceptionReason(content["reason"]),
        content["note"],
        read_documents(content["documents"]),
        content["officer_id"],
        content["key_sha256"],
        content["second_officer_id"],
        content["second_client"],
        content.get("signed_in", False),  # both later than the others
        content.get("second_signed_in", False),
    )


def _read_besides(content: dict[str, Any]) -> FactorsShown:
    card = content.get("card")
    shown = None if card is None else CardShown(**{**card, "differing": tuple(card["differing"])})
    return FactorsShown(content.get("pin", False), shown)


def _written_capture(capture: Capture) -> dict[str, Any]:
    attested = capture.attested
    content = {**_written_features(capture.features), "sample_sha256": capture.sample_sha256}
    if attested is None:
        return content
    pad = None if attested.pad is None else [attested.pad.decision.value, attested.pad.method]
    return {**content, "device": attested.device_id, "pad": pad}


def _read_capture(content: dict[str, Any]) -> Capture:
    if "device" not in content:
        return Capture(_read_features(content), content["sample_sha256"])
    pad = None if content["pad"] is None else PadSaid(PadDecision(content["pad"][0]), content["pad"][1])
    return Capture(_read_features(content), content["sample_sha256"], AttestedCapture(content["device"], pad))


def _written_features(features: Features) -> dict[str, Any]:
    quality = features.quality
    return {
        "position": None if features.position is None else features.position.name,
        "template": base64.b64encode(features.template).decode(),
        "quality": [quality.score, quality.algorithm, quality.minutiae, quality.usable],
        "advice": [advice.value for advice in quality.advice],
        "extractor": features.extractor,
        "marks": [base64.b64encode(mark).decode() for mark in features.marks],
    }


def _read_features(content: dict[str, Any]) -> Features:
    score, algorithm, minutiae, usable = content["quality"]
    return Features(
        None if content["position"] is None else FingerPosition[content["position"]],
        base64.b64decode(content["template"]),
        Quality(score, algorithm, minutiae, tuple(map(Advice, content["advice"])), usable=usable),
        content["extractor"],
        tuple(map(base64.b64decode, content["marks"])),
    )
