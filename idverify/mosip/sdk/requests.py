"""What stands in the requests of the Bio-SDK."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from idverify.matching.images import refusals
from idverify.mosip.birs import finger_birs
from idverify.mosip.sdk.statuses import Status, StatusError
from matcher.formats.cbeff import Bir, read_bir_json

FINGER = "FINGER"
MOST_FINGERS = 20
"""Records in one call: ten fingers, twice. Each is extracted, and the limits of a client count one call."""

TARGET_FMR = "targetFMR"
_MODALITIES = {FINGER, "FACE", "IRIS"}


def birs_of(body: Mapping[str, Any], name: str) -> Sequence[Bir]:
    """Return all records of a BiometricRecord.

    Raises:
        StatusError: MISSING_INPUT if it is not there.
        DomainError: SAMPLE_INVALID if it is none.
    """
    if not body.get(name):
        raise StatusError(Status.MISSING_INPUT, name)
    return records_in(body[name])


def records_in(value: object) -> Sequence[Bir]:
    """Return the records of a BiometricRecord. Raises DomainError SAMPLE_INVALID."""
    with refusals():
        return read_bir_json(value)


def fingers_of(body: Mapping[str, Any], name: str) -> Sequence[Bir]:
    """Return the records of fingers of a BiometricRecord, one at least.

    Raises:
        StatusError: MISSING_INPUT, BIOMETRIC_NOT_FOUND_IN_CBEFF if there is none, INVALID_INPUT if there are too many.
        DomainError: SAMPLE_INVALID.
    """
    found = finger_birs(birs_of(body, name))
    if not found:
        raise StatusError(Status.BIOMETRIC_NOT_FOUND_IN_CBEFF, f"{name} has no finger")
    if len(found) > MOST_FINGERS:
        raise StatusError(
            Status.INVALID_INPUT, f"{name} has more than {MOST_FINGERS} fingers: send them in several calls"
        )
    return found


def unsupported_of(body: Mapping[str, Any], name: str) -> Sequence[str]:
    """Return the modalities that are asked for besides fingers; none stated: fingers.

    Raises:
        StatusError: INVALID_INPUT if they are no modalities, or fingers are not among them.
    """
    stated = body.get(name) or [FINGER]
    if not isinstance(stated, list) or not all(
        isinstance(each, str) and each.upper() in _MODALITIES for each in stated
    ):
        raise StatusError(Status.INVALID_INPUT, f"{name} must be of FINGER, FACE, IRIS")
    asked = {each.upper() for each in stated}
    if FINGER not in asked:
        raise StatusError(Status.INVALID_INPUT, f"{name}: of FINGER only")
    return sorted(asked - {FINGER})


def target_fmr_of(body: Mapping[str, Any]) -> float | None:
    """Return the false match rate that the flags ask for; None: they do not.

    Raises:
        StatusError: INVALID_INPUT if they are no texts by name, or it is no number.
    """
    flags = body.get("flags") or {}
    if not isinstance(flags, dict):
        raise StatusError(Status.INVALID_INPUT, "flags must be an object")
    stated = flags.get(TARGET_FMR)
    if stated is None:
        return None
    try:
        rate = float(stated) if isinstance(stated, str) else math.nan
    except ValueError:
        rate = math.nan
    if math.isnan(rate):
        raise StatusError(Status.INVALID_INPUT, f'flags.{TARGET_FMR} must be a number as a text, such as "0.0001"')
    return rate


def text_of(body: Mapping[str, Any], name: str) -> str:
    """Return a text. Raises StatusError MISSING_INPUT, INVALID_INPUT."""
    value = body.get(name)
    if value is None or value == "":
        raise StatusError(Status.MISSING_INPUT, name)
    if not isinstance(value, str):
        raise StatusError(Status.INVALID_INPUT, f"{name} must be a text")
    return value
