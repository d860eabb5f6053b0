"""Answers of the Bio-SDK as its schemas have them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from idverify.domain.model import Decision, FingerPosition
from idverify.services.samples import Against
from matcher.formats.cbeff import Bir, Quality, RegistryId, write_bir_json

_FINGERS = ("Thumb", "IndexFinger", "MiddleFinger", "RingFinger", "LittleFinger")
SUBTYPES = {
    FingerPosition(number): ("Right" if number < FingerPosition.LEFT_THUMB else "Left", _FINGERS[(number - 1) % 5])
    for number in range(FingerPosition.RIGHT_THUMB, FingerPosition.LEFT_LITTLE + 1)
}
"""Words of a finger's subtype."""

NOT_HERE = "of this modality nothing is compared here"
_UNCERTAIN = "INCONCLUSIVE: the prints are too poor to tell, or near the threshold; take another impression"
_OF_SEGMENTS = ("format", "creationDate", "type", "subtype", "level", "purpose", "quality")
_UNSTATED = Quality(0, RegistryId("idverify", "not stated"))


def against(index: int, outcome: Against, others: Sequence[str]) -> dict[str, Any]:
    """Return the decision on one of the gallery.

    Args:
        index: its place.
        outcome: of the comparison.
        others: modalities that were asked for besides fingers.
    """
    if outcome.refusal is not None:
        match, errors = "ERROR", [f"{outcome.refusal.reason.code}: {outcome.refusal.message}"]
    elif outcome.decision is None:
        match, errors = "NOT_MATCHED", ["no finger is in both"]
    else:
        match = "MATCHED" if outcome.decision is Decision.MATCH else "NOT_MATCHED"
        errors = [_UNCERTAIN] if outcome.decision is Decision.INCONCLUSIVE else []
    decisions = {"FINGER": {"match": match, "errors": errors, "analyticsInfo": {}}}
    decisions |= {other: {"match": "ERROR", "errors": [NOT_HERE], "analyticsInfo": {}} for other in others}
    return {"galleryIndex": index, "decisions": decisions, "analyticsInfo": {}}


def record(birs: Sequence[Bir], now: datetime) -> dict[str, Any]:
    """Return a BiometricRecord; a record that does not say when it was made was made now."""
    return write_bir_json([_complete(bir, now) for bir in birs])


def segmented(birs: Sequence[Bir], now: datetime) -> dict[str, Any]:
    """Return a BiometricRecord of segments, whose schema is narrower, and has a finger's name in one text."""
    told = record(birs, now)
    segments = []
    for segment in told["segments"]:
        info = {name: segment["bdbInfo"][name] for name in _OF_SEGMENTS if name in segment["bdbInfo"]}
        info["subtype"] = [" ".join(info["subtype"])] if info.get("subtype") else None
        info["quality"] = {name: info["quality"][name] for name in ("algorithm", "score")}
        segments.append({**{n: v for n, v in segment.items() if n not in {"others", "birs"}}, "bdbInfo": info})
    return told | {"segments": segments}


def _complete(bir: Bir, now: datetime) -> Bir:
    """Return a record with what the schemas want of every one."""
    return replace(
        bir,
        created=bir.created or now,
        level=bir.level or "Raw",
        purpose=bir.purpose or "Verify",
        quality=bir.quality or _UNSTATED,
        others={},
    )
