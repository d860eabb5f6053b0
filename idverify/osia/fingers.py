"""Between OSIA's biometric data and what is shown of a person. Only fingers are held, and sent by value."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from idverify.domain.errors import DomainError, Reason
from idverify.domain.model import FingerPosition, ImageFormat, ImageSample, MinutiaeSample, Sample
from idverify.domain.model.enrolling import SlapPosition, SlapSample
from idverify.osia.bodies import FINGER, SINGLE
from idverify.osia.shapes import invalid, unpacked
from idverify.services.references.reading import ReadFinger
from idverify.services.references.showing import Shown

_SLAPS = {
    "PLAIN_RIGHT_FOUR_FINGERS": SlapPosition.RIGHT_FOUR,
    "PLAIN_LEFT_FOUR_FINGERS": SlapPosition.LEFT_FOUR,
    "PLAIN_THUMBS": SlapPosition.TWO_THUMBS,
}
ISO_TEMPLATE = "ISO_19794_2"
_TEMPLATES = {ISO_TEMPLATE, "ISO_19794_2_2011", "ANSI_378", "ANSI_378_2009"}
_BUFFERS = ("image", "template")
_KEPT_AS = "kept"


def shown_of(items: Sequence[Mapping[str, Any]], place: str = "biometricData") -> Shown:
    """Return the impressions in biometric data.

    Raises:
        DomainError: FIELD_INVALID for what is not held here, or is not sent by value; FIELD_MISSING without any.
    """
    samples, slaps, missing = [], [], set[FingerPosition]()
    for index, item in enumerate(items):
        where = f"{place}[{index}]"
        require_finger(item, where)
        missing |= _missing(item, where)
        content = _content(item, where)
        if content is None:
            continue
        subtype = item.get("biometricSubType", "UNKNOWN")
        if subtype in _SLAPS and isinstance(content, ImageSample):
            slaps.append(SlapSample(_SLAPS[subtype], content))
        elif subtype in SINGLE:
            samples.append(Sample(FingerPosition[subtype], content))
        else:
            raise invalid(f"{where}.biometricSubType", f"must be a finger, or an image of {', '.join(_SLAPS)}")
    if not samples and not slaps:
        raise DomainError(Reason.FIELD_MISSING, "at least one finger is needed", {"field": place})
    return Shown(samples, slaps, frozenset(missing))


def require_finger(item: Mapping[str, Any], where: str) -> None:
    """Require that an item is a finger in the clear. Raises DomainError FIELD_INVALID."""
    if item["biometricType"] != FINGER:
        raise invalid(f"{where}.biometricType", "must be FINGER: no other modality is held here")
    if "encryption" in item:
        raise invalid(f"{where}.encryption", "is not read: send biometric data in the clear, by TLS")


def without_buffers(items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return biometric data as they are kept with an encounter: what they were is noted, and kept with the fingers."""
    return [
        {name: value for name, value in item.items() if name not in _BUFFERS} | {_KEPT_AS: _kept_as(item)}
        for item in items
    ]


def with_buffers(items: Sequence[Mapping[str, Any]], fingers: Sequence[ReadFinger]) -> list[dict[str, Any]]:
    """Return biometric data as they were given; images only where they are kept, and none of slaps.

    Args:
        items: as :func:`without_buffers` returned them.
        fingers: those of the encounter: single ones first, in order.
    """
    told, single = [], iter(fingers)
    for item in items:
        given = {name: value for name, value in item.items() if name != _KEPT_AS}
        kept = item.get(_KEPT_AS)
        finger = next(single, None) if kept and item.get("biometricSubType", "UNKNOWN") in SINGLE else None
        if finger is not None and kept == "template":
            given |= {"template": _text(finger.iso_minutiae), "templateFormat": ISO_TEMPLATE}
        elif finger is not None and finger.image is not None:
            given["image"] = _text(finger.image.image.data)
        told.append(given)
    return told


def computed(finger: ReadFinger) -> dict[str, Any]:
    """Return a template as OSIA's computed data."""
    return {
        "biometricType": FINGER,
        "biometricSubType": finger.position.name,
        "template": _text(finger.iso_minutiae),
        "templateFormat": ISO_TEMPLATE,
        "quality": finger.quality.score,
        "qualityFormat": finger.quality.algorithm,
        "vendor": "idverify",
    }


def _kept_as(item: Mapping[str, Any]) -> str | None:
    return next((name for name in _BUFFERS if item.get(name)), None)


def _content(item: Mapping[str, Any], where: str) -> ImageSample | MinutiaeSample | None:
    if item.get("image"):
        data = unpacked(item["image"], f"{where}.image")
        raw = item.get("compression") == "NONE" and {"width", "height"} <= item.keys()
        width, height = (int(item["width"]), int(item["height"])) if raw else (None, None)
        resolution = float(item["resolution"]) if "resolution" in item else None
        return ImageSample(data, ImageFormat.RAW_GREY8 if raw else None, width, height, resolution)
    if item.get("template"):
        if item.get("templateFormat", ISO_TEMPLATE) not in _TEMPLATES:
            raise invalid(f"{where}.templateFormat", f"must be one of {', '.join(sorted(_TEMPLATES))}")
        return MinutiaeSample(unpacked(item["template"], f"{where}.template"))
    for name in ("imageRef", "templateRef"):
        if name in item:
            raise invalid(f"{where}.{name}", "is not fetched: send the buffer itself")
    if not item.get("missing"):
        raise invalid(where, "has neither image nor template")
    return None


def _missing(item: Mapping[str, Any], where: str) -> set[FingerPosition]:
    found = set()
    for index, each in enumerate(item.get("missing", ())):
        subtype = each.get("biometricSubType", item.get("biometricSubType"))
        if subtype not in SINGLE or subtype == "UNKNOWN":
            raise invalid(f"{where}.missing[{index}].biometricSubType", "must be a finger")
        found.add(FingerPosition[subtype])
    return found


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
